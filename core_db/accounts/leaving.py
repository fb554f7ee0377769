"""Letting go of an account: nobody signs in with it, and nothing in it says whose it was. Its id is a pseudonym."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS, BINDINGS, CODES, SESSIONS, TICKETS, accounts_of, end_sessions
from core_db.foundation.actor import Actor
from core_db.foundation.idempotency import RECORDS
from core_db.people.model import PERSONS


def shut_account(session: Session, account_id: str, *, actor: Actor, at: datetime) -> None:
    """End every sign-in and close the account; the number can no longer be used to come back to it."""
    end_sessions(session, account_id, actor=actor, at=at)
    still_open = (ACCOUNTS.c.id == account_id) & ACCOUNTS.c.closed_at.is_(None)
    session.execute(update(ACCOUNTS).where(still_open).values(closed_at=at))


def forget_account(session: Session, account_id: str) -> None:
    """Take out of an account, and of what hangs on it, all that says whose it is.

    That there were sign-ins, and when, stays for as long as the law wants; the device's name does not.
    """
    blind = session.execute(select(ACCOUNTS.c.phone_blind).where(ACCOUNTS.c.id == account_id)).scalar()
    his = select(SESSIONS.c.id).where(SESSIONS.c.account_id == account_id)
    session.execute(delete(TICKETS).where(TICKETS.c.session_id.in_(his)))
    session.execute(update(SESSIONS).where(SESSIONS.c.account_id == account_id).values(device=""))
    session.execute(delete(BINDINGS).where(BINDINGS.c.account_id == account_id))
    session.execute(delete(RECORDS).where(RECORDS.c.account_id == account_id))
    if blind is not None:
        session.execute(delete(CODES).where(CODES.c.phone_blind == blind))
    nothing = {"name": "", "phone_sealed": None, "phone_blind": None, "person_id": None}
    session.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(nothing))


def answers_about(session: Session, subjects: Sequence[str]) -> list[tuple[str, str, str]]:
    """The kept answers to posts at the addresses of these things: for a day they repeat what stood there."""
    wanted = frozenset(subjects)
    rows = session.execute(select(RECORDS.c.account_id, RECORDS.c.route, RECORDS.c.key))
    return [(row[0], row[1], row[2]) for row in rows if not wanted.isdisjoint(row.route.split("/"))]


def forget_answers(session: Session, answers: Sequence[tuple[str, str, str]]) -> None:
    """Drop kept answers. Sent again, the post meets the state of the thing, as after a day."""
    for account_id, route, key in answers:
        this = (RECORDS.c.account_id == account_id) & (RECORDS.c.route == route) & (RECORDS.c.key == key)
        session.execute(delete(RECORDS).where(this))


def is_bound_elsewhere(session: Session, person_id: str, account_id: str) -> bool:
    """Whether another open account belongs to the same entry of the register."""
    here = select(PERSONS.c.community_id).where(PERSONS.c.id == person_id).scalar_subquery()
    other = accounts_of(person_id, here) & (ACCOUNTS.c.id != account_id) & ACCOUNTS.c.closed_at.is_(None)
    return session.execute(select(ACCOUNTS.c.id).where(other)).first() is not None
