"""Looking at tables that were handed in: what they come to, and row by row what they would do, masked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import counted
from core_db.people import COLUMNS, RegisterField, StayField, Step, spec_of
from core_db.places import PLACES
from core_db.register_sheets.handing import UNDONE_WITHIN, visible_to
from core_db.register_sheets.keeping import Kept, kept_in
from core_db.register_sheets.model import ROWS, SHEETS, RegisterSheetRow
from core_db.register_sheets.words import SheetStatus, Verdict

#: Tables of a list, rows of a page.
MOST_SHEETS, MOST_ROWS = 30, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """A table as its page shows it."""

    id: str
    community_id: str
    #: What its neighbourhood is called, where the reader keeps several registers.
    community_name: str
    name: str
    status: SheetStatus
    row_count: int
    done_to: int
    counts: dict[str, Any]
    #: Field → heading; headings that nothing is taken from.
    columns: dict[str, str]
    left_out: list[str]
    fault: list[str] | None
    handed_name: str
    handed_at: datetime
    applied_name: str | None
    applied_at: datetime | None
    undone_name: str | None
    undone_at: datetime | None
    may_undo: bool
    #: It is the reader's own and its file is still there, so it may be given back to him.
    is_own: bool

    def count(self, what: str) -> int:
        return int(self.counts.get(what, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """A field from what to what, masked by its class."""

    field: RegisterField | StayField
    before: str
    after: str
    waits: bool
    is_taken: bool = False


class FaultSeen(NamedTuple):
    """What is wrong with a row, in both languages: in which column, or with all of it where that has no name."""

    heading: str
    zh: str
    en: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen:
    """A row of a table, masked."""

    id: str
    number: int
    verdict: Verdict
    person_id: str | None
    name: str
    door: str
    moves_in: bool
    steps: Sequence[StepSeen]
    conflicts: Sequence[StepSeen]
    faults: Sequence[FaultSeen]
    like: Sequence[str]


def sheets_seen(session: Session, *, actor: Actor, clock: Clock) -> Sequence[SheetSeen]:
    """The tables of the actor's registers, the newest first; without the files."""
    statement = _SHEET.where(visible_to(actor)).order_by(SHEETS.c.id.desc()).limit(MOST_SHEETS)
    return [_seen(row, actor=actor, clock=clock) for row in session.execute(statement)]


def count_to_apply(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many tables were read and wait for being applied, up to `MOST_SHEETS`; for the desk."""
    waiting = select(SHEETS.c.id).where(visible_to(actor), SHEETS.c.status == SheetStatus.SHOWN)
    return counted(session, waiting, most=MOST_SHEETS)


def sheet_seen(session: Session, sheet_id: str, *, actor: Actor, clock: Clock) -> SheetSeen:
    """One of them; NotFound behind the wall."""
    row = session.execute(_SHEET.where(SHEETS.c.id == sheet_id, visible_to(actor))).first()
    if row is None:
        raise NotFound()
    return _seen(row, actor=actor, clock=clock)


def rows_seen(
    session: Session, sheet_id: str, what: str, *, after: int = 0, actor: Actor, clock: Clock
) -> Sequence[RowSeen]:
    """Rows by verdict, or those that may be somebody known (`like`), or have conflicts; in the file's order."""
    sheet = session.execute(
        select(SHEETS.c.id, SHEETS.c.columns).where(SHEETS.c.id == sheet_id, visible_to(actor))
    ).first()
    if sheet is None:
        raise NotFound()
    statement = (
        select(RegisterSheetRow)
        .where(ROWS.c.sheet_id == sheet.id, _which(what), ROWS.c.number > after)
        .order_by(ROWS.c.number)
        .limit(MOST_ROWS)
    )
    return [
        _row_seen(row, kept_in(session, row), sheet.columns) for row in session.execute(statement).scalars()
    ]


_HAS_FILE = SHEETS.c.file_sealed.is_not(None).label("has_file")
_COLUMNS = [
    *(one for one in SHEETS.c if one.name != "file_sealed"),
    _HAS_FILE,
    PLACES.c.label.label("community"),
]
_SHEET = select(*_COLUMNS).join_from(SHEETS, PLACES, PLACES.c.id == SHEETS.c.community_id)


def _which(what: str) -> Any:
    if what == "like":
        return ROWS.c.may_be_known.is_(True)
    if what == "conflicts":
        return ROWS.c.has_conflict.is_(True)
    return ROWS.c.verdict == (what if what in list(Verdict) else Verdict.REFUSED)


def _seen(row: Any, *, actor: Actor, clock: Clock) -> SheetSeen:
    may_undo = (
        row.status is SheetStatus.APPLIED
        and row.applied_at is not None
        and clock.now() < row.applied_at + UNDONE_WITHIN
    )
    several = len({*actor.places_as(MAY_AT[Permission.PEOPLE_KEEP])}) > 1
    return SheetSeen(
        id=row.id, community_id=row.community_id, community_name=row.community if several else "", name=row.name,
        status=row.status, row_count=row.row_count, done_to=row.done_to, counts=row.counts,
        columns=row.columns, left_out=row.left_out, fault=row.fault, handed_name=row.handed_name,
        handed_at=row.handed_at, applied_name=row.applied_name, applied_at=row.applied_at,
        undone_name=row.undone_name, undone_at=row.undone_at,
        may_undo=may_undo, is_own=row.handed_by == actor.id and row.has_file,
    )  # fmt: skip


def _row_seen(row: Any, kept: Kept, columns: dict[str, str]) -> RowSeen:
    said = kept.said
    door = said.door if said is not None else None
    return RowSeen(
        id=row.id, number=row.number, verdict=row.verdict, person_id=row.person_id,
        name=said.values.get(RegisterField.NAME, "") if said is not None else kept.name,
        door=f"{door.estate} {door.building} {door.room}".strip() if door is not None else "",
        moves_in=kept.moves_in, like=kept.like, steps=[_step_seen(one, kept) for one in kept.steps],
        conflicts=[_step_seen(one, kept) for one in kept.conflicts],
        # Of a column that the table has not, what our own tables call it.
        faults=[
            FaultSeen(columns.get(name) or COLUMNS.get(name, (name,))[0], zh, en, name)
            for name, (zh, en) in kept.faults.items()
        ],
    )  # fmt: skip


def _step_seen(step: Step, kept: Kept) -> StepSeen:
    shown = spec_of(step.field).shown
    return StepSeen(
        field=step.field, before=shown(step.before) if step.before else "", after=shown(step.after),
        waits=str(step.field) in kept.waits, is_taken=str(step.field) in kept.take,
    )  # fmt: skip
