"""Giving a plugin's own role to a colleague, and taking it back: by whoever decides about plugins, while it is on."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.accounts.sessions import ROLES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LOCAL, Clock, local_date
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.installs.deciding import decided_by, install_of, plugin_of
from core_db.installs.errors import PluginIsOff, PluginRoleHeldAlready
from core_db.installs.model import ROLES_HELD, PluginRoleHeld
from core_db.installs.roles import ENDED, GIVEN, close_role, lasting, posts_at, roles_named, tell_roles
from core_db.installs.words import InstallState, PluginState

Day = date | None


class PluginRoleDraft(Draft):
    """Which of its roles, to whom; from a day (today, if missing) to the end of another (open, if missing)."""

    role: Annotated[str, Field(min_length=1, max_length=60)]
    account_id: Annotated[str, Field(min_length=1, max_length=64)]
    valid_from: Day = None
    valid_to: Day = None


def give_plugin_role(
    session: Session, plugin_id: str, community_id: str, draft: PluginRoleDraft, *, actor: Actor, clock: Clock
) -> PluginRoleHeld:
    """Give a member of this committee's staff a role of a plugin that is on here."""
    _place, right = decided_by(session, community_id, actor)
    plugin, install = plugin_of(session, plugin_id), install_of(session, plugin_id, community_id)
    is_on = install is not None and install.state is InstallState.ENABLED
    if not is_on or plugin.state is not PluginState.INSTALLED:
        raise PluginIsOff()
    if draft.role not in {one.id for one in roles_named(plugin.manifest)}:
        raise CannotBeRead({"role": ("这个应用没有这个角色。", "This plugin has no such role.")})

    now = clock.now()
    begins, ends = _from_and_to(draft, now)
    held = PluginRoleHeld(
        id=new_id(), plugin_id=plugin_id, community_id=community_id, role=draft.role, account_id=draft.account_id,
        assignment_id=_post_of(session, draft.account_id, community_id, now), valid_from=begins, valid_to=ends,
        granted_by=actor.id, granted_for=right.giver_id if right else None, granted_at=now,
    )  # fmt: skip
    _refuse_twice(session, held, now)
    session.add(held)
    session.flush()
    tell_roles(session, GIVEN, [held], actor=actor, at=now, right=right)
    return held


def take_plugin_role(
    session: Session, plugin_id: str, community_id: str, held_id: str, *, actor: Actor, clock: Clock
) -> PluginRoleHeld:
    """Take it back now; what is over already stays as it ended."""
    _place, right = decided_by(session, community_id, actor)
    plugin_of(session, plugin_id)
    held = session.get(PluginRoleHeld, held_id, with_for_update=True)
    if held is None or (held.plugin_id, held.community_id) != (plugin_id, community_id):
        raise NotFound()
    now = clock.now()
    if held.valid_to is None or held.valid_to > now:
        close_role(held, actor=actor, at=now)
        session.flush()
        tell_roles(session, ENDED, [held], actor=actor, at=now, right=right)
    return held


def _from_and_to(draft: PluginRoleDraft, now: datetime) -> tuple[datetime, datetime | None]:
    """Days as moments: the first from its midnight, or from now where that is today; the last to its end."""
    today = local_date(now)
    first = draft.valid_from or today
    if first < today:
        raise CannotBeRead(
            {"valid_from": ("不能从过去的日子开始。", "It cannot begin on a day that is over.")}
        )
    if draft.valid_to is not None and draft.valid_to < first:
        raise CannotBeRead({"valid_to": ("结束不能早于开始。", "It cannot end before it begins.")})
    begins = now if first == today else datetime.combine(first, time(), LOCAL)
    ends = None
    if draft.valid_to is not None:
        ends = datetime.combine(draft.valid_to + timedelta(days=1), time(), LOCAL)
    return begins, ends


def _post_of(session: Session, account_id: str, community_id: str, now: datetime) -> str:
    """The post here on which it rests: of several the one that lasts longest."""
    posts = [one.id for one in posts_at(session, community_id, now) if one.account_id == account_id]
    if not posts:
        raise CannotBeRead(
            {"account_id": ("他不在这里的居委会工作。", "He does not work for this committee.")}
        )
    return str(posts[-1])


def _refuse_twice(session: Session, held: PluginRoleHeld, now: datetime) -> None:
    """Nobody holds one role twice over the same days. Whoever decides holds the plugin's row meanwhile."""
    same: list[ColumnElement[bool]] = [
        getattr(ROLES_HELD.c, name) == getattr(held, name)
        for name in ("plugin_id", "community_id", "role", "account_id")
    ]
    meets: list[ColumnElement[bool]] = [
        ROLES_HELD.c.valid_to.is_(None) | (ROLES_HELD.c.valid_to > held.valid_from)
    ]
    meets += [] if held.valid_to is None else [ROLES_HELD.c.valid_from < held.valid_to]
    others = (
        select(ROLES_HELD.c.id)
        .join(ROLES, ROLES.c.id == ROLES_HELD.c.assignment_id)
        .where(*same, *meets, lasting(now))
    )
    if session.execute(others.limit(1)).first() is not None:
        raise PluginRoleHeldAlready()
