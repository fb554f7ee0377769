"""What the audit administrator reads of deeds: what of the record is of his offices, with names for the staff alone.

The record names nobody. Its pseudonyms of the staff are made again from their keys; a resident stays one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.accounts.inspecting import ACCOUNTS, Narrowing, offices_of, staff_called, within
from core_db.audit import EVENTS, names_of
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass

#: Looks have a list of their own; here they stand where they are asked for.
LOOKS = "data"
#: Signs of a pseudonym that tell two of them apart on a page.
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class DeedSeen:
    """One event of the record. Staff stand there by name, others by the beginning of a pseudonym or by nothing."""

    seq: int
    at: datetime
    actor: str
    #: Who lent him the right he used; empty where it was his own.
    acted_for: str
    role: str
    office: str
    action: str
    subject: str
    object: str
    purpose: str
    #: What it was for: `case`, `export`, …; never which one.
    reference: str
    outcome: str
    channel: str


def deeds_done(
    session: Session, narrowing: Narrowing, *, kind: str | None = None, before: int | None = None,
    limit: int = 50, actor: Actor, clock: Clock,
) -> Sequence[DeedSeen]:  # fmt: skip
    """The events of his offices, the newest first; of one kind, by, for or about one of the staff."""
    offices = offices_of(session, narrowing, actor=actor)
    wanted = select(EVENTS).where(
        offices.hold(EVENTS.c.node, EVENTS.c.node == ""), within(EVENTS.c.at, narrowing), _of_kind(kind)
    )
    names = _staff_by_pseudonym(session)
    if narrowing.who is not None:
        account = staff_called(session, narrowing.who)
        known = [named for named, (one, _name) in names.items() if one == account]
        wanted = wanted.where(_names(known))
    if before is not None:
        wanted = wanted.where(EVENTS.c.seq < before)
    rows = session.execute(wanted.order_by(EVENTS.c.seq.desc()).limit(limit))
    called = {named: name for named, (_one, name) in names.items()}
    return [_told(row, called, offices.names) for row in rows]


def _of_kind(kind: str | None) -> ColumnElement[bool]:
    if kind is None:
        return EVENTS.c.action.not_like(f"{LOOKS}.%")
    return (EVENTS.c.action == kind) | EVENTS.c.action.startswith(f"{kind}.", autoescape=True)


def _names(known: Sequence[str]) -> ColumnElement[bool]:
    return EVENTS.c.actor.in_(known) | EVENTS.c.acts_for.in_(known) | EVENTS.c.subject.in_(known)


def _staff_by_pseudonym(session: Session) -> dict[str, tuple[str, str]]:
    """Account and name of each of the staff, by how the record names him."""
    statement = select(ACCOUNTS.c.id, ACCOUNTS.c.name).where(ACCOUNTS.c.kind == ActorKind.STAFF)
    staff = {row.id: row.name for row in session.execute(statement)}
    return {named: (one, staff[one]) for one, named in names_of(session, staff).items()}


def _told(row: Any, called: Mapping[str, str], offices: Mapping[str, str]) -> DeedSeen:
    # A look stands in the other list too, at the same moment and by whose id is asked for: with both pseudonym and id
    # its line would tell which pseudonym he has in all the others.
    shown = 0 if row.action.startswith(f"{LOOKS}.") else SHOWN

    def name(said: str) -> str:
        # What acts by itself has a name of its own: `system:exports`, `plugin:…`, `anonymous`.
        return called.get(said) or (said if ":" in said else said[:shown])

    return DeedSeen(
        seq=row.seq, at=row.at, actor=name(row.actor), acted_for=name(row.acts_for), role=row.role,
        office=offices.get(row.node, ""), action=row.action, subject=name(row.subject), object=row.object,
        purpose=row.purpose, reference=row.reference.split("/")[0], outcome=row.outcome, channel=row.channel,
    )  # fmt: skip
