"""Signed-in devices, and who acts behind a token. The token is known to the device alone; kept is its SHA-256.

A session belongs to one app. Residents stay signed in for 30 days; staff for 12 hours, less when idle.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlmodel import Session

from core_db.accounts.budgets import OF_A_MONTH
from core_db.accounts.model import (
    Account,
    BindingStatus,
    Delegation,
    HomeBinding,
    LiveTicket,
    PasskeyChallenge,
    RateCount,
    RoleAssignment,
    SignInCode,
    SignInSession,
)
from core_db.foundation.actor import Actor, ActorKind, Grant, HomeBond
from core_db.foundation.clock import LEEWAY, Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import nodes_of
from core_db.people.model import Organisation
from core_db.places.model import Place
from plugins.sdk.events import SessionRevoked

SESSIONS = cast(Table, SignInSession.__table__)  # type: ignore[attr-defined]
ACCOUNTS = cast(Table, Account.__table__)  # type: ignore[attr-defined]
BINDINGS = cast(Table, HomeBinding.__table__)  # type: ignore[attr-defined]
_FIRST = ACCOUNTS.alias("first_bound")
ROLES = cast(Table, RoleAssignment.__table__)  # type: ignore[attr-defined]
DELEGATIONS = cast(Table, Delegation.__table__)  # type: ignore[attr-defined]
PLACES = cast(Table, Place.__table__)  # type: ignore[attr-defined]
ORGANISATIONS = cast(Table, Organisation.__table__)  # type: ignore[attr-defined]
CODES = cast(Table, SignInCode.__table__)  # type: ignore[attr-defined]
RATES = cast(Table, RateCount.__table__)  # type: ignore[attr-defined]
TICKETS = cast(Table, LiveTicket.__table__)  # type: ignore[attr-defined]
CHALLENGES = cast(Table, PasskeyChallenge.__table__)  # type: ignore[attr-defined]

RESIDENT, COMMITTEE = "resident", "committee"


def in_force(dated: Table, now: Any) -> ColumnElement[bool]:
    """What is dated and holds at this moment: from its first to just before its last."""
    return and_(dated.c.valid_from <= now, or_(dated.c.valid_to.is_(None), dated.c.valid_to > now))


#: The step between a right password and the second factor: it opens nothing in either app.
SECOND_STEP = "committee:second-factor"
#: The step of who has shown who he is, with a password that has run out.
NEW_PASSWORD = "committee:new-password"  # noqa: S105 - the name of a step
KIND_OF = {
    RESIDENT: ActorKind.RESIDENT, COMMITTEE: ActorKind.STAFF, SECOND_STEP: ActorKind.STAFF,
    NEW_PASSWORD: ActorKind.STAFF,
}  # fmt: skip
#: A session seen later than so much from now was seen by a clock that was wrong. Staff, who stay minutes, sign in
#: again; whoever stays thirty days is not sent away because a clock is put right by an hour.
AHEAD_AT_MOST = {RESIDENT: timedelta(days=1), **dict.fromkeys((COMMITTEE, SECOND_STEP, NEW_PASSWORD), LEEWAY)}
LASTS = {
    RESIDENT: timedelta(days=30),
    COMMITTEE: timedelta(hours=12),
    SECOND_STEP: timedelta(minutes=5),
    NEW_PASSWORD: timedelta(minutes=15),
}
STAFF_IDLE = timedelta(minutes=15)
#: How long a seen moment may be old before it is written again.
SEEN_EVERY = {RESIDENT: timedelta(hours=6), COMMITTEE: timedelta(minutes=1)}


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session just opened. The only moment at which its token exists here."""

    token: str
    session_id: str
    account_id: str
    expires_at: datetime
    #: After so long without a request it ends earlier; None: it does not.
    idle: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInDevice:
    """Who acts behind a token now."""

    actor: Actor
    language: str
    seen_at: datetime
    expires_at: datetime


def idle_after(app: str, *, demo: bool) -> timedelta | None:
    """How long a device of this app may be silent. In the demo nobody is thrown out while reading."""
    if app != COMMITTEE:
        return None
    return LASTS[COMMITTEE] if demo else STAFF_IDLE


def open_session(
    session: Session, account_id: str, *, app: str, device: str, idle: timedelta | None, now: datetime
) -> SignedIn:
    """A new session with a token nobody has seen before, whatever the device brought along."""
    token, session_id, ends_at = secrets.token_urlsafe(32), new_id(), now + LASTS[app]
    session.execute(
        insert(SESSIONS),
        {
            "id": session_id, "token_hash": token_digest(token), "account_id": account_id, "app": app,
            "device": device[:80], "created_at": now, "seen_at": now,
            "expires_at": min(ends_at, now + idle) if idle else ends_at,
        },
    )  # fmt: skip
    return SignedIn(token=token, session_id=session_id, account_id=account_id, expires_at=ends_at, idle=idle)


def token_digest(token: str) -> bytes:
    """What of a token is kept: it can be recognised, not used."""
    return hashlib.sha256(token.encode()).digest()


# -- who acts ---------------------------------------------------------------------------------------

_WHO = (
    select(
        SESSIONS.c.id.label("session_id"), SESSIONS.c.created_at, SESSIONS.c.seen_at, SESSIONS.c.expires_at,
        ACCOUNTS.c.id, ACCOUNTS.c.kind, ACCOUNTS.c.name, ACCOUNTS.c.person_id, ACCOUNTS.c.language,
    )
    .join_from(SESSIONS, ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account_id)
    .where(
        SESSIONS.c.app == bindparam("app"), SESSIONS.c.revoked_at.is_(None),
        SESSIONS.c.expires_at > bindparam("now"), ACCOUNTS.c.closed_at.is_(None),
    )
)  # fmt: skip
_BY_TOKEN = _WHO.where(SESSIONS.c.token_hash == bindparam("token_hash"))
_BY_ID = _WHO.where(SESSIONS.c.id == bindparam("session_id"))
_BONDS = (
    select(
        PLACES.c.id, PLACES.c.building_id, PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id,
        PLACES.c.label, PLACES.c.ended_at, BINDINGS.c.status, BINDINGS.c.person_id,
    )
    .join_from(BINDINGS, PLACES, PLACES.c.id == BINDINGS.c.home_id)
    .where(
        BINDINGS.c.account_id == bindparam("account_id"),
        BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED)),
    )
    .order_by(BINDINGS.c.decided_at, BINDINGS.c.id)
)  # fmt: skip
_OWN = (
    select(
        ROLES.c.role, ROLES.c.place_id, ROLES.c.organisation_id, literal(None, String).label("giver_id"),
        literal("").label("giver_name"), literal(None, ROLES.c.role.type).label("giver_role"),
        ROLES.c.valid_from, ROLES.c.id, literal(0).label("lent"),
    )
    .outerjoin_from(ROLES, ORGANISATIONS, ORGANISATIONS.c.id == ROLES.c.organisation_id)
    .where(
        ROLES.c.account_id == bindparam("account_id"), in_force(ROLES, bindparam("now")),
        or_(ROLES.c.organisation_id.is_(None), ORGANISATIONS.c.active),
    )
)  # fmt: skip
#: What others lent: worth what the giver's own assignment is worth now, and nothing once he has none or is gone.
_LENT = (
    select(
        DELEGATIONS.c.role, DELEGATIONS.c.place_id, literal(None, String), ROLES.c.account_id, ACCOUNTS.c.name,
        ROLES.c.role, DELEGATIONS.c.valid_from, DELEGATIONS.c.id, literal(1),
    )
    .join_from(DELEGATIONS, ROLES, ROLES.c.id == DELEGATIONS.c.assignment_id)
    .join(ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
    .where(
        DELEGATIONS.c.delegate_id == bindparam("account_id"), in_force(DELEGATIONS, bindparam("now")),
        in_force(ROLES, bindparam("now")), ACCOUNTS.c.closed_at.is_(None),
    )
)  # fmt: skip
_BOTH = union_all(_OWN, _LENT).subquery()
#: His own first: in them he acts, wherever they suffice.
_GRANTS = select(_BOTH).order_by(_BOTH.c.lent, _BOTH.c.valid_from, _BOTH.c.id)


def signed_in_device(session: Session, token: str, *, app: str, clock: Clock) -> SignedInDevice | None:
    """Who is behind this token of this app now, with the roles and homes in force now. Two selects."""
    return _device(session, _BY_TOKEN, {"token_hash": token_digest(token)}, app=app, now=clock.now())


def actor_for_token(session: Session, token: str, *, app: str, clock: Clock) -> Actor | None:
    """The actor behind a token of this app; None when it is expired, signed out or closed."""
    device = signed_in_device(session, token, app=app, clock=clock)
    return device.actor if device is not None else None


def actor_of_session(session: Session, session_id: str, *, app: str, clock: Clock) -> Actor | None:
    """The same by the session's id: for tickets, and to look again at who holds an open socket."""
    device = _device(session, _BY_ID, {"session_id": session_id}, app=app, now=clock.now())
    return device.actor if device is not None else None


def _device(
    session: Session, statement: Any, which: dict[str, Any], *, app: str, now: datetime
) -> SignedInDevice | None:
    row = session.execute(statement, {**which, "app": app, "now": now}).first()
    if row is None or row.kind is not KIND_OF[app] or row.seen_at > now + AHEAD_AT_MOST[app]:
        return None
    is_staff = row.kind is ActorKind.STAFF
    homes, entries = ((), ()) if is_staff else _bonds_of(session, row.id)
    actor = Actor(
        kind=row.kind, id=row.id, name=row.name, person_id=row.person_id, session_id=row.session_id,
        signed_in_at=row.created_at, grants=grants_now(session, row.id, now=now) if is_staff else (),
        homes=homes, entries=entries,
    )  # fmt: skip
    return SignedInDevice(actor=actor, language=row.language, seen_at=row.seen_at, expires_at=row.expires_at)


def grants_now(session: Session, account_id: str, *, now: datetime) -> tuple[Grant, ...]:
    rows = session.execute(_GRANTS, {"account_id": account_id, "now": now})
    return tuple(
        Grant(
            role=r.role, place_id=r.place_id, organisation_id=r.organisation_id, giver_id=r.giver_id,
            giver_name=r.giver_name, giver_role=r.giver_role,
        )
        for r in rows
    )  # fmt: skip


def homes_of(session: Session, account_id: str) -> tuple[HomeBond, ...]:
    return _bonds_of(session, account_id)[0]


def _bonds_of(session: Session, account_id: str) -> tuple[tuple[HomeBond, ...], tuple[str, ...]]:
    """The homes an account is bound to, and its entries in each register it is or was bound in."""
    rows = session.execute(_BONDS, {"account_id": account_id}).all()
    homes = tuple(
        HomeBond(
            home_id=r.id, building_id=r.building_id or "", community_id=r.community_id or "",
            town_id=r.town_id or "", district_id=r.district_id or "", label=r.label,
        )
        for r in rows
        if r.status is BindingStatus.BOUND and r.ended_at is None
    )  # fmt: skip
    # Who moved away is still in the register of where he lived, and is looked at there.
    return homes, tuple(dict.fromkeys(r.person_id for r in rows if r.person_id is not None))


def accounts_of(person_id: Any, community_id: Any) -> ColumnElement[bool]:
    """Accounts of somebody of this neighbourhood's register: bound to his entry first of all, or bound to it now.

    Two ways, each by its own index: with an OR of them, PostgreSQL would go through all accounts of the district.
    Both arguments may be columns of a select around it, however far out.
    """
    first = select(_FIRST.c.id).where(_FIRST.c.person_id == person_id)
    bound = select(BINDINGS.c.account_id).where(
        BINDINGS.c.community_id == community_id, BINDINGS.c.person_id == person_id,
        BINDINGS.c.status == BindingStatus.BOUND,
    )  # fmt: skip
    return ACCOUNTS.c.id.in_(union_all(first.correlate_except(_FIRST), bound.correlate_except(BINDINGS)))


# -- staying and leaving ----------------------------------------------------------------------------


def needs_to_be_seen(device: SignedInDevice, *, app: str, now: datetime) -> bool:
    """Whether the last seen moment is old enough to be written again."""
    return now - device.seen_at >= SEEN_EVERY[app]


def keep_alive(session: Session, *, idle: timedelta | None, actor: Actor, clock: Clock) -> None:
    """Note that the device was seen; staff stay for another while, never past the end."""
    now = clock.now()
    values: dict[str, Any] = {"seen_at": now}
    if idle is not None:
        created = session.execute(
            select(SESSIONS.c.created_at).where(SESSIONS.c.id == actor.session_id)
        ).scalar()
        if created is None:
            return
        values["expires_at"] = min(created + LASTS[COMMITTEE], now + idle)
    session.execute(
        update(SESSIONS)
        # Only a living session: an answer on its way must not wake one that has just been signed out.
        .where(
            SESSIONS.c.id == actor.session_id, SESSIONS.c.revoked_at.is_(None), SESSIONS.c.expires_at > now
        )
        .values(**values)
    )


def sign_out(session: Session, session_id: str | None = None, *, actor: Actor, clock: Clock) -> str:
    """Sign out this device, or another one of one's own; returns its session."""
    wanted = session_id or actor.session_id
    ended = end_sessions(session, actor.id, SESSIONS.c.id == wanted, actor=actor, at=clock.now())
    if not ended:
        raise NotFound()
    return ended[0]


def sign_out_everywhere(session: Session, *, actor: Actor, clock: Clock) -> list[str]:
    """Sign out every device of one's own, this one too."""
    return end_sessions(session, actor.id, actor=actor, at=clock.now())


def end_sessions(session: Session, account_id: str, *which: Any, actor: Actor, at: datetime) -> list[str]:
    """End an account's sessions (those that fit) and tell each."""
    rows = session.execute(
        update(SESSIONS)
        .where(and_(SESSIONS.c.account_id == account_id, SESSIONS.c.revoked_at.is_(None), *which))
        .values(revoked_at=at)
        .returning(SESSIONS.c.id)
    )
    ended = [row.id for row in rows]
    for one in ended:
        event = SessionRevoked(community_id=where_told(actor), account_id=account_id, session_id=one)
        emit(session, event, actor=actor, at=at, audience=[f"account:{account_id}"], right=None)
    return ended


def where_told(actor: Actor) -> str:
    """The neighbourhood (for staff: the node) a fact about an account is told in; empty for who has none."""
    nodes = (*actor.communities, *nodes_of(actor))
    return nodes[0] if nodes else ""


def forget_old_sign_ins(session: Session, *, actor: Actor, clock: Clock) -> int:
    """Drop what signing in left behind: codes and counts after two days, some of these after a month."""
    now = clock.now()
    statements = (
        delete(CODES).where(CODES.c.sent_at < now - timedelta(days=2)),
        delete(RATES).where(
            RATES.c.window_start < now - timedelta(days=2), ~RATES.c.key.startswith(OF_A_MONTH)
        ),
        delete(RATES).where(RATES.c.window_start < now - timedelta(days=31)),
        delete(TICKETS).where(TICKETS.c.expires_at < now),
        delete(CHALLENGES).where(CHALLENGES.c.expires_at < now),
    )
    counts: list[int] = [session.execute(one).rowcount for one in statements]  # type: ignore[attr-defined]
    return sum(counts)
