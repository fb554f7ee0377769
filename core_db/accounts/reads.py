"""What the audit administrator reads: who of the staff read what unmasked, of whom (masked), and why. No values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import load_only
from sqlmodel import Session

from core_db.access.model import AccessEvent
from core_db.accounts.inspecting import ACCOUNTS, Narrowing, offices_of, staff_called, within
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.people.model import Person

EVENTS = cast(Table, AccessEvent.__table__)  # type: ignore[attr-defined]
PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
LATER = EVENTS.alias("later")
#: Of an export everybody in it is a look; the record of it is one line here.
FOLDED = "export"


@dataclass(frozen=True, kw_only=True)
class ReadSeen:
    """One unmasked read, or all of one export. Whose data it was stands there by his first sign alone."""

    seq: int
    at: datetime
    reader: str
    role: str
    #: Who lent him the right he used; empty where it was his own.
    acted_for: str
    office: str
    subject: str
    field: str
    purpose: str
    #: What it was for: `case`, `emergency`, …; never which one.
    reference: str
    #: How many looks the line stands for.
    looks: int


def unmasked_reads(
    session: Session, narrowing: Narrowing, *, person: str | None = None, case_id: str | None = None,
    before: int | None = None, limit: int = 50, actor: Actor, clock: Clock,
) -> Sequence[ReadSeen]:  # fmt: skip
    """The reads of his offices, the newest first; of one person, for one case, by one of the staff.

    An export is one line, unless it is asked what was read of somebody.
    """
    offices = offices_of(session, narrowing, actor=actor)
    wanted = select(EVENTS).where(
        offices.hold(EVENTS.c.office_id, EVENTS.c.office_id.is_(None)), within(EVENTS.c.at, narrowing)
    )
    if narrowing.who is not None:
        # Nobody is no reader: compared with none, whoever acted in his own right would fit.
        reader = staff_called(session, narrowing.who) or ""
        wanted = wanted.where((EVENTS.c.actor_id == reader) | (EVENTS.c.acted_for == reader))
    if case_id is not None:
        wanted = wanted.where(EVENTS.c.reference == f"case/{case_id}")
    whose = () if person is None else _entries_of(session, person)
    wanted = wanted.where(EVENTS.c.subject_id.in_(whose)) if whose else _folded(wanted)
    if before is not None:
        wanted = wanted.where(EVENTS.c.seq < before)
    rows = session.execute(wanted.order_by(EVENTS.c.seq.desc()).limit(limit)).all()
    return _told(session, rows, offices.names, folds=person is None)


def _entries_of(session: Session, person: str) -> tuple[str, ...]:
    """All entries that stand for one person: whichever of them is asked for, a look at each was one at him."""
    widen(session, person)
    # Asked of the model, that the wall holds on both databases.
    own = load_only(Person.id, Person.community_id, Person.merged_into_id)  # type: ignore[arg-type]
    found: Any = session.execute(select(Person).options(own).where(PERSONS.c.id == person)).scalar()
    if found is None:
        return (person,)
    # The audit administrator reaches no register: of this one the ids of the others are asked, and nothing else.
    widen(session, found.community_id)
    kept = found.merged_into_id or found.id
    same = (PERSONS.c.id == kept) | (PERSONS.c.merged_into_id == kept)
    return tuple(session.execute(select(PERSONS.c.id).where(same).order_by(PERSONS.c.id)).scalars())


def _folded(wanted: Select[Any]) -> Select[Any]:
    """Of each export its last look alone."""
    newer = (LATER.c.reference == EVENTS.c.reference) & (LATER.c.seq > EVENTS.c.seq)
    return wanted.where((EVENTS.c.purpose != FOLDED) | ~select(LATER.c.seq).where(newer).exists())


def _told(session: Session, rows: Sequence[Any], offices: Any, *, folds: bool) -> list[ReadSeen]:
    exports = [row.reference for row in rows if folds and row.purpose == FOLDED]
    many = _looks_under(session, exports) if exports else {}
    # The audit administrator reaches nobody but those whose first sign stands here.
    widen(session, *{row.subject_id for row in rows})
    accounts, people = _called(session, rows)
    return [
        ReadSeen(
            seq=row.seq, at=row.at, reader=accounts.get(row.actor_id, row.actor_id), role=row.actor_role,
            acted_for=accounts.get(row.acted_for, "") if row.acted_for else "",
            office=offices.get(row.office_id, ""), field=row.field.split(".")[-1], purpose=row.purpose,
            subject=_first_sign(people.get(row.subject_id) or accounts.get(row.subject_id, "")),
            reference=row.reference.split("/")[0], looks=many.get(row.reference, 1),
        )
        for row in rows
    ]  # fmt: skip


def _looks_under(session: Session, references: Sequence[str]) -> dict[str, int]:
    counted = (
        select(EVENTS.c.reference, func.count().label("looks"))
        .where(EVENTS.c.reference.in_(references))
        .group_by(EVENTS.c.reference)
    )
    return {row.reference: row.looks for row in session.execute(counted)}


def _called(session: Session, rows: Sequence[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Names by account and by person. A resident who reads what is his own is no member of the staff."""
    ids = {one for row in rows for one in (row.actor_id, row.acted_for, row.subject_id) if one}
    held = session.execute(
        select(ACCOUNTS.c.id, ACCOUNTS.c.name, ACCOUNTS.c.kind).where(ACCOUNTS.c.id.in_(ids))
    )
    accounts = {row.id: row.name if row.kind is ActorKind.STAFF else _first_sign(row.name) for row in held}
    people = session.execute(select(PERSONS.c.id, PERSONS.c.name).where(PERSONS.c.id.in_(ids)))
    return accounts, {row.id: row.name for row in people}


def _first_sign(name: str) -> str:
    return f"{name[:1]}**"
