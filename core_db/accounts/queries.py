"""Reading accounts: oneself, one's devices and homes; for a committee the bindings that wait for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select, union
from sqlmodel import Session

from core_db.access.policy import MAY_AT, Permission
from core_db.accounts.bindings import decided_by
from core_db.accounts.codes import phone_place
from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import (
    ACCOUNTS,
    BINDINGS,
    COMMITTEE,
    ORGANISATIONS,
    PLACES,
    RESIDENT,
    SESSIONS,
    homes_of,
)
from core_db.foundation.actor import Actor, ActorKind, HomeBond, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound, NotSignedIn
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.foundation.sealing import keyring_of, masked_phone
from core_db.foundation.tables import counted
from core_db.places.model import PlaceKind
from core_db.places.scopes import communities_below

#: Askings that a desk counts.
MOST_COUNTED = 50


@dataclass(frozen=True, kw_only=True)
class RoleHeld:
    role: Role
    place_id: str
    place_name: str
    organisation_id: str | None
    organisation_name: str | None
    #: Whose it is, where it was lent.
    giver_name: str = ""


@dataclass(frozen=True, kw_only=True)
class HomeHeld:
    home_id: str
    label: str
    building_id: str
    community_id: str
    community_name: str


@dataclass(frozen=True, kw_only=True)
class AlsoBound:
    """Another account that belongs to one's own entry in the register: it reads what is kept of one."""

    name: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Me:
    """An account as its owner sees it. The telephone is masked: he knows it."""

    id: str
    kind: ActorKind
    username: str | None
    name: str
    phone: str | None
    person_id: str | None
    language: str
    homes: tuple[HomeHeld, ...]
    roles: tuple[RoleHeld, ...]
    also: tuple[AlsoBound, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Device:
    id: str
    device: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class Undone:
    """That an account was found to be taken for another before: by whom, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class BindingSeen:
    """A binding as the resident or a worker sees it; the telephone is masked."""

    id: str
    status: BindingStatus
    name: str
    home_id: str
    home_label: str
    community_id: str
    asked_at: datetime
    decided_at: datetime | None
    reason: str | None
    phone: str | None = None
    #: For whoever decides.
    undone_before: Undone | None = None


@dataclass(frozen=True, kw_only=True)
class PlaceChoice:
    id: str
    name: str
    label: str
    kind: PlaceKind


@dataclass(frozen=True, kw_only=True)
class StepToHome:
    """One step on the way down the tree: where one is, and what can be chosen below."""

    trail: tuple[PlaceChoice, ...]
    choices: tuple[PlaceChoice, ...]

    @property
    def here(self) -> PlaceChoice | None:
        return self.trail[-1] if self.trail else None

    @property
    def is_home(self) -> bool:
        return self.here is not None and self.here.kind is PlaceKind.HOME


_ACCOUNT = select(
    ACCOUNTS.c.id, ACCOUNTS.c.kind, ACCOUNTS.c.username, ACCOUNTS.c.name, ACCOUNTS.c.phone_sealed,
    ACCOUNTS.c.person_id, ACCOUNTS.c.language,
)  # fmt: skip


def me(session: Session, *, actor: Actor, clock: Clock) -> Me:
    """Who is signed in, with homes and the roles in force now."""
    row = session.execute(_ACCOUNT.where(ACCOUNTS.c.id == actor.id)).mappings().first()
    if row is None:
        raise NotSignedIn()
    return Me(
        id=row["id"], kind=row["kind"], username=row["username"], name=row["name"],
        phone=_masked(session, row["id"], row["phone_sealed"]), person_id=row["person_id"],
        language=row["language"], homes=_homes(session, homes_of(session, actor.id)), roles=_roles(session, actor),
        also=_also_bound(session, actor),
    )  # fmt: skip


def _also_bound(session: Session, actor: Actor) -> tuple[AlsoBound, ...]:
    """The other accounts that belong to one of his entries, and since when each was bound to it."""
    entries = [one for one in actor.himself if one != actor.id]
    if not entries:
        return ()
    counts = BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED))
    lived_in = select(BINDINGS.c.community_id).where(BINDINGS.c.account_id == actor.id, counts)
    # Who moved away reaches nothing there any more, but her entry of there is still hers.
    widen(session, *session.execute(lived_in).scalars())
    his = BINDINGS.c.person_id.in_(entries) & counts
    known = union(
        select(ACCOUNTS.c.id).where(ACCOUNTS.c.person_id.in_(entries)),
        select(BINDINGS.c.account_id).where(his),
    ).subquery()
    statement = (
        select(ACCOUNTS.c.name, func.max(BINDINGS.c.decided_at).label("since"))
        .join_from(known, ACCOUNTS, ACCOUNTS.c.id == known.c.id)
        .outerjoin(BINDINGS, (BINDINGS.c.account_id == ACCOUNTS.c.id) & his)
        .where(ACCOUNTS.c.id != actor.id, ACCOUNTS.c.closed_at.is_(None))
        .group_by(ACCOUNTS.c.id, ACCOUNTS.c.name)
        .order_by(ACCOUNTS.c.id)
    )
    return tuple(AlsoBound(name=row.name, since=row.since) for row in session.execute(statement))


def my_devices(session: Session, *, actor: Actor, clock: Clock) -> list[Device]:
    """One's signed-in devices, the last seen first."""
    rows = session.execute(
        select(SESSIONS.c.id, SESSIONS.c.device, SESSIONS.c.created_at, SESSIONS.c.seen_at)
        .where(
            SESSIONS.c.account_id == actor.id, SESSIONS.c.revoked_at.is_(None),
            SESSIONS.c.expires_at > clock.now(), SESSIONS.c.app.in_((RESIDENT, COMMITTEE)),
        )
        .order_by(SESSIONS.c.seen_at.desc(), SESSIONS.c.id.desc())
    )  # fmt: skip
    return [Device(**row, is_this=row["id"] == actor.session_id) for row in rows.mappings()]


_BINDING = select(
    BINDINGS.c.id, BINDINGS.c.status, BINDINGS.c.name_given.label("name"), BINDINGS.c.home_id,
    PLACES.c.label.label("home_label"), BINDINGS.c.community_id, BINDINGS.c.asked_at, BINDINGS.c.decided_at,
    BINDINGS.c.reason, BINDINGS.c.account_id,
).join_from(BINDINGS, PLACES, PLACES.c.id == BINDINGS.c.home_id)  # fmt: skip


def my_bindings(session: Session, *, actor: Actor, clock: Clock) -> list[BindingSeen]:
    """What became of one's askings, the newest first."""
    statement = _BINDING.where(BINDINGS.c.account_id == actor.id).order_by(BINDINGS.c.id.desc())
    return [_seen(row) for row in session.execute(statement).mappings()]


def open_bindings(
    session: Session, *, after: str | None = None, limit: int = 50, actor: Actor, clock: Clock
) -> list[BindingSeen]:
    """The askings that wait for the actor's decision, the oldest first."""
    statement = (
        _BINDING.add_columns(ACCOUNTS.c.phone_sealed)
        .join(ACCOUNTS, ACCOUNTS.c.id == BINDINGS.c.account_id)
        .where(BINDINGS.c.status == BindingStatus.ASKED, decided_by(actor))
        .order_by(BINDINGS.c.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(BINDINGS.c.id > after)
    rows = session.execute(statement).mappings().all()
    undone = _undone_before(session, [row["account_id"] for row in rows])
    return [
        _seen(
            row, phone=_masked(session, row["account_id"], row["phone_sealed"]),
            undone_before=undone.get((row["account_id"], row["community_id"])),
        )
        for row in rows
    ]  # fmt: skip


def count_bindings(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many those are, up to `MOST_COUNTED`; for the desk."""
    asked = select(BINDINGS.c.id).where(BINDINGS.c.status == BindingStatus.ASKED)
    if actor.kind is not ActorKind.SYSTEM:
        nodes = actor.places_as(MAY_AT[Permission.BINDING_DECIDE])
        asked = asked.where(BINDINGS.c.community_id.in_(communities_below(nodes)))
    return counted(session, asked, most=MOST_COUNTED)


def _undone_before(session: Session, account_ids: Sequence[str]) -> dict[tuple[str, str], Undone]:
    """By account and neighbourhood what was undone there last, for whoever decides of an asking at that very one."""
    decider = ACCOUNTS.alias("decider")
    statement = (
        select(
            BINDINGS.c.account_id, BINDINGS.c.community_id, BINDINGS.c.decided_at, BINDINGS.c.reason, decider.c.name,
        )
        .outerjoin_from(BINDINGS, decider, decider.c.id == BINDINGS.c.decided_by)
        .where(BINDINGS.c.account_id.in_(account_ids), BINDINGS.c.status == BindingStatus.REVOKED)
        .order_by(BINDINGS.c.decided_at)
    )  # fmt: skip
    return {
        (row.account_id, row.community_id): Undone(
            by=row.name or "", at=row.decided_at, reason=row.reason or ""
        )
        for row in session.execute(statement)
    }


def bound_account(session: Session, binding_id: str, *, actor: Actor, clock: Clock) -> BindingSeen:
    """An account that is or was bound to a home below the actor's committee, with its number masked."""
    statement = (
        _BINDING.add_columns(ACCOUNTS.c.phone_sealed)
        .join(ACCOUNTS, ACCOUNTS.c.id == BINDINGS.c.account_id)
        .where(BINDINGS.c.id == binding_id, decided_by(actor))
        .where(BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED)))
    )
    row = session.execute(statement).mappings().first()
    if row is None:
        raise NotFound()
    return _seen(row, phone=_masked(session, row["account_id"], row["phone_sealed"]))


def binding_seen(session: Session, binding_id: str, *, actor: Actor) -> BindingSeen:
    """One binding: one's own, or one that lies below the actor's committee."""
    mine = (BINDINGS.c.account_id == actor.id) | decided_by(actor)
    row = session.execute(_BINDING.where(BINDINGS.c.id == binding_id, mine)).mappings().first()
    if row is None:
        raise NotFound()
    return _seen(row)


def step_to_home(session: Session, at: str | None, *, actor: Actor, clock: Clock) -> StepToHome:
    """What can be chosen at a place on the way to one's home; a single way on is taken at once."""
    trail: list[PlaceChoice] = list(_trail(session, at)) if at is not None else []
    choices = _below(session, at)
    while len(choices) == 1 and choices[0].kind not in (PlaceKind.BUILDING, PlaceKind.HOME):
        trail.append(choices[0])
        choices = _below(session, choices[0].id)
    return StepToHome(trail=tuple(trail), choices=choices)


def _below(session: Session, parent_id: str | None) -> tuple[PlaceChoice, ...]:
    above = PLACES.c.parent_id.is_(None) if parent_id is None else PLACES.c.parent_id == parent_id
    statement = (
        select(PLACES.c.id, PLACES.c.name, PLACES.c.label, PLACES.c.kind)
        .where(above, PLACES.c.ended_at.is_(None))
        .order_by(PLACES.c.sort, PLACES.c.name)
        .limit(1000)
    )
    return tuple(PlaceChoice(**row) for row in session.execute(statement).mappings())


def _trail(session: Session, place_id: str) -> Sequence[PlaceChoice]:
    found: list[PlaceChoice] = []
    wanted: str | None = place_id
    while wanted is not None and len(found) < 10:
        row = session.execute(
            select(PLACES.c.id, PLACES.c.name, PLACES.c.label, PLACES.c.kind, PLACES.c.parent_id)
            .where(PLACES.c.id == wanted, PLACES.c.ended_at.is_(None))
        ).first()  # fmt: skip
        if row is None:
            raise NotFound()
        found.append(PlaceChoice(id=row.id, name=row.name, label=row.label, kind=row.kind))
        wanted = row.parent_id
    return found[::-1]


def _seen(row: RowMapping, *, phone: str | None = None, undone_before: Undone | None = None) -> BindingSeen:
    shown: dict[str, Any] = {k: v for k, v in row.items() if k not in ("account_id", "phone_sealed")}
    return BindingSeen(**shown, phone=phone, undone_before=undone_before)


def _masked(session: Session, account_id: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return keyring_of(session).masked(session, sealed, phone_place(account_id), masked_phone)


def _homes(session: Session, bonds: Sequence[HomeBond]) -> tuple[HomeHeld, ...]:
    names = _names(session, [bond.community_id for bond in bonds])
    return tuple(
        HomeHeld(
            home_id=bond.home_id, label=bond.label, building_id=bond.building_id,
            community_id=bond.community_id, community_name=names.get(bond.community_id, ""),
        )
        for bond in bonds
    )  # fmt: skip


def _roles(session: Session, actor: Actor) -> tuple[RoleHeld, ...]:
    names = _names(session, [grant.place_id for grant in actor.grants])
    firms = {
        row.id: row.name
        for row in session.execute(
            select(ORGANISATIONS.c.id, ORGANISATIONS.c.name).where(
                ORGANISATIONS.c.id.in_(actor.organisations)
            )
        )
    }
    return tuple(
        RoleHeld(
            role=grant.role, place_id=grant.place_id, place_name=names.get(grant.place_id, ""),
            organisation_id=grant.organisation_id, organisation_name=firms.get(grant.organisation_id or ""),
            giver_name=grant.giver_name,
        )
        for grant in actor.grants
    )  # fmt: skip


def _names(session: Session, place_ids: Sequence[str]) -> dict[str, str]:
    rows = session.execute(select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(place_ids)))
    return {row.id: row.name for row in rows}
