"""Bringing a neighbourhood's register in from a table: one row a person in a home.

Whoever is there already (by identity number, else by name and telephone, else by name and door) is brought up
to date; a row that says nothing new changes nothing, so a table can be read again. Buildings and homes that
the register names and nobody has entered yet are entered. A row that makes no sense is reported and left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, DomainError, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause
from core_db.people.importing.columns import COLUMNS, OWN, ROW, VERSION, columns_of, heads_a_table
from core_db.people.importing.doors import Door, RehearsedDoors, door_from
from core_db.people.importing.matching import Known
from core_db.people.importing.planning import RowPlan, Step, plan_rows
from core_db.people.importing.reading import Reading, RowSaid
from core_db.people.importing.rehearsing import Rehearsal
from core_db.people.importing.writing import RowWriter, Written
from core_db.people.status import codes_of
from core_db.people.words.status import CodeSet
from core_db.places import Place, PlaceKind
from core_db.places.rights import right_to_keep
from core_db.sheets import RowRefused, SheetRow
from plugins.sdk.events import RegisterImported

__all__ = [
    "COLUMNS", "OWN", "ROW", "VERSION", "Door", "Known", "PeopleImported", "Reading", "RowPlan", "RowSaid", "RowWriter",
    "Step", "Written", "columns_of", "door_from", "faults_of_row", "heads_a_table", "import_people", "known_in",
    "plan_rows", "reading_of", "refusal_of", "rehearsal_in", "tell_imported", "would_import_people",
]  # fmt: skip


@dataclass
class PeopleImported:
    """What an import did, and which rows it left out."""

    rows: int = 0
    registered: int = 0
    updated: int = 0
    unchanged: int = 0
    moved_in: int = 0
    buildings: int = 0
    homes: int = 0
    refused: list[RowRefused] = field(default_factory=list)

    @property
    def as_figures(self) -> dict[str, int]:
        names = ("rows", "registered", "updated", "unchanged", "moved_in", "buildings", "homes")
        return {name: getattr(self, name) for name in names} | {"refused": len(self.refused)}

    def add(self, other: "PeopleImported") -> None:
        for name, figure in other.as_figures.items():
            if name != "refused":
                setattr(self, name, getattr(self, name) + figure)
        self.refused += other.refused


def reading_of(
    session: Session, community: Place, columns: Mapping[str, str], *, code_set: CodeSet | None = None, clock: Clock
) -> Reading:  # fmt: skip
    """How a table of this neighbourhood is read today."""
    own = codes_of(session, community.id)
    reading = Reading(
        columns=columns, today=local_date(clock.now()), code_set=code_set, own_code=own[0] if own else None
    )
    return reading.within(session)


def known_in(session: Session, community_id: str) -> Known:
    """A neighbourhood's register as a table is compared with it: once, however many pieces the table comes in."""
    return Known.of(session, _community(session, community_id))


def rehearsal_in(session: Session, community_id: str) -> Rehearsal:
    """The same for a table that is only tried: what it says is remembered, and nothing written."""
    return Rehearsal(Known.of(session, _community(session, community_id), RehearsedDoors))


def _community(session: Session, community_id: str) -> Place:
    community = session.get(Place, community_id)
    if community is None or community.kind is not PlaceKind.COMMUNITY:
        raise NotFound()
    return community


def import_people(
    session: Session, known: Known, rows: Sequence[SheetRow], columns: Mapping[str, str], *, source: str,
    actor: Actor, clock: Clock,
) -> PeopleImported:  # fmt: skip
    """Bring some rows of a register in; good for a piece of a table, so that nobody waits behind all of it."""
    done, saids = _read(session, known, rows, columns, clock=clock)
    known.hears(rows[0].number if rows else None)
    because = Because(cause=Cause.IMPORTED, source=source, batch_id=new_id())
    writer = RowWriter(session, known, because, actor, clock)
    _add(done, writer.write(plan_rows(session, known, saids)), columns)
    tell_imported(session, known.community, done, actor=actor, clock=clock)
    return done


def would_import_people(
    session: Session, rehearsal: Rehearsal, rows: Sequence[SheetRow], columns: Mapping[str, str], *, actor: Actor,
    clock: Clock,
) -> PeopleImported:  # fmt: skip
    """What bringing some rows in would do, after the pieces of the table before them."""
    done, saids = _read(session, rehearsal.known, rows, columns, clock=clock)
    rehearsal.known.hears(rows[0].number if rows else None)
    _add(done, rehearsal.hear(session, saids, actor=actor, clock=clock), columns)
    return done


def _read(
    session: Session, known: Known, rows: Sequence[SheetRow], columns: Mapping[str, str], *, clock: Clock
) -> tuple[PeopleImported, list[RowSaid]]:
    """What the rows say; those that say nothing sensible are refused."""
    done, saids = PeopleImported(rows=len(rows)), []
    reading = reading_of(session, known.community, columns, clock=clock)
    for row in rows:
        try:
            saids.append(reading.row(row))
        except DomainError as wrong:
            done.refused.append(refusal_of(row.number, wrong, columns))
    return done, saids


def tell_imported(
    session: Session, community: Place, done: PeopleImported | Written, *, actor: Actor, clock: Clock
) -> None:
    """The fact of a piece of a table, once for all of its rows."""
    if done.registered or done.updated or done.moved_in:
        fact = RegisterImported(community_id=community.id, registered=done.registered, updated=done.updated)
        emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{community.id}"],
             right=right_to_keep(actor, community.id))  # fmt: skip


def refusal_of(number: int, wrong: DomainError, columns: Mapping[str, str]) -> RowRefused:
    """The first thing wrong with a row, with the heading of its column in front."""
    if isinstance(wrong, CannotBeRead) and wrong.faults:
        name, (zh, en) = next(iter(wrong.faults.items()))
        heading = columns.get(name, name)
        return RowRefused(number, f"{heading}：{zh}", f"{heading}: {en}")
    return RowRefused(number, wrong.sentence("zh"), wrong.sentence("en"))


def faults_of_row(wrong: DomainError) -> dict[str, tuple[str, str]]:
    """What is wrong with a row: by column, or under "" with all of it."""
    if isinstance(wrong, CannotBeRead) and wrong.faults:
        return {name: (zh, en) for name, (zh, en) in wrong.faults.items()}
    return {"": (wrong.sentence("zh"), wrong.sentence("en"))}


def _add(done: PeopleImported, written: Written, columns: Mapping[str, str]) -> None:
    for name in ("registered", "updated", "unchanged", "moved_in", "buildings", "homes"):
        setattr(done, name, getattr(written, name))
    done.refused += [refusal_of(number, wrong, columns) for number, wrong in written.refused.items()]
    done.refused.sort(key=lambda one: one.number)
