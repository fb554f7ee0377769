"""What open live sockets ask of the base: single-use tickets, and whose right to listen has changed."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, insert, or_, select
from sqlmodel import Session

from core_db.accounts.model import Account, Delegation, LiveTicket, RoleAssignment, SignInSession
from core_db.foundation.actor import ADMINISTRATORS, DISPATCHERS, Actor, Role
from core_db.foundation.actor import COMMITTEE as COMMITTEE_ROLES
from core_db.foundation.clock import LEEWAY, Clock
from core_db.foundation.errors import NotSignedIn

#: Roles that see no case and no resident.
_DEAF = ADMINISTRATORS | {Role.DISTRICT_ANALYST}
TICKET_LASTS = timedelta(seconds=30)
#: Ids in one statement.
PIECE = 500

ACCOUNTS = cast(Table, Account.__table__)  # type: ignore[attr-defined]
ROLES = cast(Table, RoleAssignment.__table__)  # type: ignore[attr-defined]
DELEGATIONS = cast(Table, Delegation.__table__)  # type: ignore[attr-defined]
SESSIONS = cast(Table, SignInSession.__table__)  # type: ignore[attr-defined]
TICKETS = cast(Table, LiveTicket.__table__)  # type: ignore[attr-defined]


def audience_keys(actor: Actor) -> frozenset[str]:
    """The keys under which an actor may learn of facts. Who sees figures or settings only, learns of none."""
    if actor.grants and all(grant.role in _DEAF for grant in actor.grants):
        return frozenset()
    keys = {f"account:{actor.id}", *(f"person:{one}" for one in actor.himself)}
    keys.update(f"public:{community}" for community in actor.communities)
    keys.update(f"staff:{node}" for node in actor.places_as(COMMITTEE_ROLES | DISPATCHERS))
    keys.update(f"organisation:{organisation}" for organisation in actor.organisations)
    return frozenset(keys)


def issue_ticket(session: Session, *, actor: Actor, clock: Clock) -> str:
    """A ticket to open one socket as this very session; kept as its digest."""
    if actor.session_id is None:
        raise NotSignedIn()
    ticket = secrets.token_urlsafe(32)
    row = {
        "ticket_hash": _digest(ticket), "session_id": actor.session_id,
        "expires_at": clock.now() + TICKET_LASTS,
    }  # fmt: skip
    session.execute(insert(TICKETS), row)
    return ticket


def redeem_ticket(session: Session, ticket: str, *, clock: Clock) -> str | None:
    """Use a ticket up: the session it was given to, or None when it is unknown, used or too old."""
    statement = delete(TICKETS).where(TICKETS.c.ticket_hash == _digest(ticket))
    row = session.execute(statement.returning(TICKETS.c.session_id, TICKETS.c.expires_at)).first()
    now = clock.now()
    return row.session_id if row is not None and now < row.expires_at <= now + TICKET_LASTS + LEEWAY else None


def living_sessions(session: Session, ids: Collection[str], *, now: datetime) -> set[str]:
    """Which of these sessions are neither signed out nor expired, and belong to an open account."""
    wanted, living = sorted(ids), set[str]()
    for start in range(0, len(wanted), PIECE):
        statement = (
            select(SESSIONS.c.id)
            .join_from(SESSIONS, ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account_id)
            .where(
                SESSIONS.c.id.in_(wanted[start : start + PIECE]), SESSIONS.c.revoked_at.is_(None),
                SESSIONS.c.expires_at > now, ACCOUNTS.c.closed_at.is_(None),
                or_(SESSIONS.c.app != "committee", SESSIONS.c.seen_at <= now + LEEWAY),
            )
        )  # fmt: skip
        living.update(session.execute(statement).scalars())
    return living


def accounts_whose_roles_turned(session: Session, *, since: datetime, now: datetime) -> set[str]:
    """Accounts for which a dated role began or ended in between: no fact tells that a day has come.

    Whoever acts in another's right loses it with him.
    """
    own = select(ROLES.c.account_id).where(_turned(ROLES, since, now))
    lent = (
        select(DELEGATIONS.c.delegate_id)
        .join_from(DELEGATIONS, ROLES, ROLES.c.id == DELEGATIONS.c.assignment_id)
        .where(or_(_turned(DELEGATIONS, since, now), _turned(ROLES, since, now)))
    )
    return set(session.execute(own.union_all(lent)).scalars())


def _turned(dated: Table, since: datetime, now: datetime) -> ColumnElement[bool]:
    began = (dated.c.valid_from > since) & (dated.c.valid_from <= now)
    ended = (dated.c.valid_to > since) & (dated.c.valid_to <= now)
    return or_(began, ended)


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
