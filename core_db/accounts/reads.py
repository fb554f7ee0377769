"""What the audit administrator reads: who of the staff read what unmasked, of whom (masked), and why. No values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select
from sqlmodel import Session

from core_db.access.model import AccessEvent
from core_db.access.policy import MAY_AT, Permission
from core_db.accounts.sessions import ACCOUNTS
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotPermitted
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.people.model import Person

EVENTS = cast(Table, AccessEvent.__table__)  # type: ignore[attr-defined]
PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class ReadSeen:
    """One unmasked read. Whose data it was stands there by his first sign alone."""

    seq: int
    at: datetime
    reader: str
    role: str
    subject: str
    field: str
    purpose: str
    #: What it was for: `case`, `emergency`, …; never which one.
    reference: str


def unmasked_reads(
    session: Session, *, before: int | None = None, limit: int = 50, actor: Actor, clock: Clock
) -> Sequence[ReadSeen]:
    """The newest reads, the newest first; for the audit administrator."""
    if not actor.places_as(MAY_AT[Permission.READS_INSPECT]):
        raise NotPermitted()
    subject = ACCOUNTS.alias("subject")
    statement = (
        select(
            EVENTS, ACCOUNTS.c.name.label("reader"), ACCOUNTS.c.kind.label("reader_kind"),
            PERSONS.c.name.label("person"), subject.c.name.label("account"),
        )
        .outerjoin_from(EVENTS, ACCOUNTS, ACCOUNTS.c.id == EVENTS.c.actor_id)
        .outerjoin(PERSONS, PERSONS.c.id == EVENTS.c.subject_id)
        .outerjoin(subject, subject.c.id == EVENTS.c.subject_id)
        .order_by(EVENTS.c.seq.desc())
        .limit(limit)
    )  # fmt: skip
    whom = select(EVENTS.c.subject_id).order_by(EVENTS.c.seq.desc()).limit(limit)
    if before is not None:
        statement, whom = (one.where(EVENTS.c.seq < before) for one in (statement, whom))
    # The audit administrator reaches nobody but those whose first sign stands here.
    widen(session, *session.execute(whom).scalars())
    return [_read(row) for row in session.execute(statement)]


def _read(row: Any) -> ReadSeen:
    name = row.person or row.account or ""
    reader = row.reader or row.actor_id
    if row.reader_kind == ActorKind.RESIDENT:
        # A resident who reads what is his own is no member of the staff.
        reader = f"{reader[:1]}**"
    return ReadSeen(
        seq=row.seq, at=row.at, reader=reader, role=row.actor_role, subject=f"{name[:1]}**",
        field=row.field.split(".")[-1], purpose=row.purpose, reference=row.reference.split("/")[0],
    )  # fmt: skip
