"""Roles of a plugin's own, as they are held: they open that plugin's own pages and nothing of the base.

A role rests on its holder's post in the neighbourhood: when that ends, so does the role, without anybody copying it.
What is in force no more stays as history.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.accounts.sessions import ACCOUNTS, ROLES, in_force
from core_db.accounts.words import ROLE_WORDS
from core_db.audit import record
from core_db.foundation.actor import COMMITTEE, Actor, Grant
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.installs.model import PLUGINS, ROLES_HELD, PluginRoleHeld
from core_db.installs.operating import audience_of
from core_db.installs.sheets import pair_of
from core_db.installs.sight import works_at
from core_db.installs.words import Pair
from core_db.places import Place, scope_of
from plugins.sdk.events import PluginRolesChanged

#: What became of a role, in the record.
GIVEN, ENDED = "plugin.role-given", "plugin.role-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOfPlugin:
    """A role that a manifest names, and which of the plugin's own pages and slots it opens."""

    id: str
    name: Pair
    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSeen:
    """That a colleague holds one of them, or will from its first day on; `last_day` is None while it is open."""

    id: str
    role: str
    name: Pair
    account_id: str
    holder: str
    first_day: date
    last_day: date | None
    is_coming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRoles:
    """A plugin's roles in a neighbourhood; `colleagues` are those they can be given to: account, name and post."""

    roles: Sequence[RoleOfPlugin]
    held: Sequence[RoleSeen]
    colleagues: Sequence[tuple[str, str, Pair]]


def roles_named(manifest: Mapping[str, Any]) -> Sequence[RoleOfPlugin]:
    """The roles of a manifest, in its order."""
    named = (manifest.get("contributes") or {}).get("roles") or ()
    return [
        RoleOfPlugin(id=one["id"], name=pair_of(one["name"]), grants=tuple(one.get("grants") or ()))
        for one in named
    ]


def plugin_roles(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> PluginRoles:  # fmt: skip
    """Which roles it has and who holds them here, for everybody of the committee; 404 for what is not installed."""
    if not is_id(community_id) or not works_at(actor, community_id):
        raise NotFound()
    require_at(actor, Permission.PLUGIN_READ, scope_of(session.get_one(Place, community_id)))
    roles, now = roles_of(session, plugin_id), clock.now()
    if not roles:
        return PluginRoles(roles=(), held=(), colleagues=())
    words, its = {one.id: one.name for one in roles}, _its(plugin_id, community_id) & lasting(now)
    found = session.execute(_HELD.where(its).order_by(ACCOUNTS.c.name, ROLES_HELD.c.id)).all()
    posts = {
        row.account_id: (row.account_id, row.name, ROLE_WORDS[row.role])
        for row in posts_at(session, community_id, now)
    }
    return PluginRoles(
        roles=roles, held=[_seen(row, words[row.role], now) for row in found if row.role in words],
        colleagues=list(posts.values()),
    )  # fmt: skip


def role_seen(session: Session, held: PluginRoleHeld, *, clock: Clock) -> RoleSeen:
    """One of them as it is shown."""
    words = {one.id: one.name for one in roles_of(session, held.plugin_id)}
    its = _its(held.plugin_id, held.community_id) & (ROLES_HELD.c.id == held.id)
    row = session.execute(_HELD.where(its)).one()
    return _seen(row, words.get(held.role, (held.role, held.role)), clock.now())


def roles_of(session: Session, plugin_id: str) -> Sequence[RoleOfPlugin]:
    """The roles of what is installed under an id; NotFound for what is not."""
    plugin = session.execute(select(PLUGINS.c.manifest).where(PLUGINS.c.id == plugin_id)).first()
    if plugin is None:
        raise NotFound()
    return roles_named(plugin.manifest)


def roles_held(
    session: Session, community_id: str, account_id: str, *, now: datetime
) -> Mapping[str, frozenset[str]]:
    """The roles that somebody holds in a neighbourhood at this moment, by plugin; his own alone, never lent."""
    his = (ROLES_HELD.c.community_id == community_id) & (ROLES_HELD.c.account_id == account_id)
    found = session.execute(
        select(ROLES_HELD.c.plugin_id, ROLES_HELD.c.role)
        .join(ROLES, ROLES.c.id == ROLES_HELD.c.assignment_id)
        .where(his, in_force(ROLES_HELD, now), in_force(ROLES, now))
    ).all()
    return {
        plugin_id: frozenset(row.role for row in found if row.plugin_id == plugin_id)
        for plugin_id in {row.plugin_id for row in found}
    }


def end_roles(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, at: datetime, right: Grant | None
) -> None:
    """End all that are held of a plugin in a neighbourhood, because it is switched off there or removed."""
    open_ = or_(ROLES_HELD.c.valid_to.is_(None), ROLES_HELD.c.valid_to > at)
    held = session.execute(select(PluginRoleHeld).where(_its(plugin_id, community_id), open_)).scalars().all()
    for one in held:
        close_role(one, actor=actor, at=at)
    if held:
        session.flush()
        tell_roles(session, ENDED, held, actor=actor, at=at, right=right)


def close_role(held: PluginRoleHeld, *, actor: Actor, at: datetime) -> None:
    """End it now; what was to begin later never begins."""
    held.valid_to, held.ended_by = max(at, held.valid_from), actor.id


def tell_roles(
    session: Session,
    deed: str,
    held: Sequence[PluginRoleHeld],
    *,
    actor: Actor,
    at: datetime,
    right: Grant | None,
) -> None:
    """Record each with whose it is; the fact names the roles alone."""
    for one in held:
        record(
            session, action=deed, subject_id=one.account_id, object=f"plugin/{one.plugin_id}",
            reference=f"role/{one.role}", actor=actor, clock=HeldClock(at), right=right,
        )  # fmt: skip
    plugin_id, community_id = held[0].plugin_id, held[0].community_id
    roles = tuple(sorted({one.role for one in held}))
    fact = PluginRolesChanged(community_id=community_id, plugin_id=plugin_id, roles=roles)
    emit(session, fact, actor=actor, at=at, audience=audience_of(community_id), right=right)


def lasting(now: datetime) -> ColumnElement[bool]:
    """In force or still to begin, on a post that is in force; for statements that join the post."""
    open_ = or_(ROLES_HELD.c.valid_to.is_(None), ROLES_HELD.c.valid_to > now)
    return and_(open_, in_force(ROLES, now))


def posts_at(session: Session, community_id: str, now: datetime) -> Sequence[Any]:
    """The committee's posts in force: `id`, `account_id`, `name`, `role`; by name, of one person the longest last."""
    statement = (
        select(ROLES.c.id, ROLES.c.account_id, ACCOUNTS.c.name, ROLES.c.role)
        .join(ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
        .where(
            ROLES.c.place_id == community_id, ROLES.c.role.in_(COMMITTEE), in_force(ROLES, now),
            ACCOUNTS.c.closed_at.is_(None),
        )
        .order_by(ACCOUNTS.c.name, ROLES.c.account_id, ROLES.c.valid_to.is_(None), ROLES.c.valid_to, ROLES.c.id)
    )  # fmt: skip
    return session.execute(statement).all()


_HELD = (
    select(
        ROLES_HELD.c.id, ROLES_HELD.c.role, ROLES_HELD.c.account_id, ACCOUNTS.c.name, ROLES_HELD.c.valid_from,
        ROLES_HELD.c.valid_to,
    )
    .join(ACCOUNTS, ACCOUNTS.c.id == ROLES_HELD.c.account_id)
    .join(ROLES, ROLES.c.id == ROLES_HELD.c.assignment_id)
)  # fmt: skip


def _its(plugin_id: str, community_id: str) -> ColumnElement[bool]:
    return and_(ROLES_HELD.c.plugin_id == plugin_id, ROLES_HELD.c.community_id == community_id)


def _seen(row: Any, name: Pair, now: datetime) -> RoleSeen:
    ends = row.valid_to
    return RoleSeen(
        id=row.id, role=row.role, name=name, account_id=row.account_id, holder=row.name,
        first_day=local_date(row.valid_from),
        # It ends just before this moment: with the day before, where that is a midnight.
        last_day=None if ends is None else local_date(max(row.valid_from, ends - timedelta(microseconds=1))),
        is_coming=row.valid_from > now,
    )  # fmt: skip
