"""Reading a table that was handed in: row by row, what it would do. Cut short, it is read from the beginning again."""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.errors import DomainError
from core_db.foundation.later import insert_rows
from core_db.foundation.lean import dataclass
from core_db.foundation.memory import hand_back
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import keyring_of
from core_db.people import (
    Known,
    Reading,
    RowSaid,
    columns_of,
    faults_of_row,
    heads_a_table,
    needs_second,
    plan_rows,
    reading_of,
)
from core_db.people.words.status import CodeSet
from core_db.places import Place
from core_db.register_sheets.errors import SheetLetGo
from core_db.register_sheets.guessing import Guess, Guesses, count_guesses, guessed_in
from core_db.register_sheets.handing import tell_moved
from core_db.register_sheets.keeping import Kept, kept_of, row_of, said_earlier, verdict_of
from core_db.register_sheets.meeting import met_in, note_met, who_handed
from core_db.register_sheets.model import ROWS, SHEETS, WITHOUT_FILE, RegisterSheet, file_place
from core_db.register_sheets.words import SheetStatus, Verdict
from core_db.sheets import SheetRow, TableRead, table_in

EVERYTHING = across(Across.JOB)
#: Rows that are planned together, beside the writer, and that one transaction keeps. Each has the table itself say
#: how far it is, and with it all of the file is looked through: four times as many are as quickly kept.
PIECE = 1_000
#: Columns the program asks for itself.
_OURS = ("row", "version")
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Planned:
    """A piece as it is to be kept: its rows, the guesses in it, and whom a number of another name led to."""

    rows: list[tuple[int, Verdict, Kept, str | None]]
    guessed: Sequence[Guess]
    met: Sequence[str]


Refused = tuple[int, dict[str, tuple[str, str]]]


def read_sheet(door: Door, sheet: RegisterSheet, *, clock: Clock) -> None:
    """Have the preview of a table made; a table that cannot be read says why."""
    actor = who_handed(sheet)
    try:
        content = door.read_now(partial(file_of, sheet=sheet), reach=EVERYTHING)
        hand_back()
        with table_in(content, heads_a_table) as table:
            columns = columns_of(table.headings, {})
            door.write_now(partial(_begin, sheet_id=sheet.id, table=table, columns=columns), reach=EVERYTHING)
            sheet.columns = columns
            _read_rows(door, sheet, table, clock=clock)
    except DomainError as wrong:
        fault = [wrong.sentence("zh"), wrong.sentence("en")]
        ends = partial(
            _end, sheet_id=sheet.id, status=SheetStatus.UNREADABLE, fault=fault, actor=actor, clock=clock
        )
        door.write_now(ends, reach=EVERYTHING)
        return
    ends = partial(_end, sheet_id=sheet.id, status=SheetStatus.SHOWN, fault=None, actor=actor, clock=clock)
    door.write_now(ends, reach=EVERYTHING)


def file_of(session: Session, *, sheet: RegisterSheet) -> bytes:
    """The file as it was handed in: read by the program, or given back to whom it came from."""
    here = (SHEETS.c.id == sheet.id) & (SHEETS.c.community_id == sheet.community_id)
    sealed = session.execute(select(SHEETS.c.file_sealed).where(here)).scalar_one()
    if sealed is None:
        raise SheetLetGo()
    packed = keyring_of(session).unseal(session, sealed, file_place(sheet)).in_the_clear()
    return base64.b64decode(packed)


def community_of_sheet(session: Session, sheet: RegisterSheet) -> Place:
    place = session.get(Place, sheet.community_id)
    assert place is not None
    return place


def pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(rows)
    while some := list(islice(waiting, size)):
        yield some


def _begin(session: Session, *, sheet_id: str, table: TableRead, columns: dict[str, str]) -> None:
    """What a run before this one began is made anew."""
    sheet = session.get(RegisterSheet, sheet_id, options=[WITHOUT_FILE])
    assert sheet is not None
    session.execute(delete(ROWS).where(ROWS.c.sheet_id == sheet_id))
    taken = set(columns.values())
    sheet.columns, sheet.counts, sheet.row_count, sheet.done_to = columns, {"head": table.head}, 0, 0
    sheet.left_out = [one for one in table.headings if one not in taken and not one.startswith("#")]


def _read_rows(door: Door, sheet: RegisterSheet, table: TableRead, *, clock: Clock) -> None:
    def begun(session: Session) -> tuple[Reading, Known, frozenset[str]]:
        community = community_of_sheet(session, sheet)
        code_set = CodeSet(sheet.code_set) if sheet.code_set else None
        reading = reading_of(session, community, sheet.columns, code_set=code_set, clock=clock)
        waiting = needs_second(session, community.id, on=local_date(clock.now()))
        return reading, Known.of(session, community), waiting

    reading, known, waiting = door.read_now(begun, reach=EVERYTHING)
    guesses = Guesses()
    for rows in pieces(table.rows(), PIECE):
        plan = partial(
            _planned, sheet=sheet, rows=rows, reading=reading, known=known, waiting=waiting, guesses=guesses
        )
        kept = door.read_now(plan, reach=EVERYTHING)
        door.write_long(partial(_keep, sheet_id=sheet.id, kept=kept, clock=clock), reach=EVERYTHING)


def _planned(
    session: Session, *, sheet: RegisterSheet, rows: Sequence[SheetRow], reading: Reading, known: Known,
    waiting: frozenset[str], guesses: Guesses,
) -> Planned:  # fmt: skip
    reading = reading.within(session)
    known.hears(rows[0].number)
    saids: list[RowSaid] = []
    found: list[tuple[int, Verdict, Kept, str | None]] = []
    for row in rows:
        try:
            saids.append(reading.row(row))
        except DomainError as wrong:
            kept = Kept(name=reading.line(row, "name"), faults=faults_of_row(wrong))
            found.append((row.number, Verdict.REFUSED, kept, None))
    for said in saids:
        guesses.hear(said)
    plans = plan_rows(session, known, saids, earlier=partial(said_earlier, sheet_id=sheet.id))
    for plan in plans:
        kept = kept_of(plan, waiting)
        if plan.wrong is not None:
            kept = Kept(said=plan.said, faults=faults_of_row(plan.wrong))
        found.append((plan.said.number, verdict_of(plan), kept, plan.person_id or None))
    return Planned(rows=found, guessed=guessed_in(known, plans), met=met_in(plans))


def _keep(session: Session, *, sheet_id: str, kept: Planned, clock: Clock) -> None:
    sheet = session.get(RegisterSheet, sheet_id, options=[WITHOUT_FILE])
    assert sheet is not None
    count_guesses(session, sheet.handed_by, kept.guessed, now=clock.now())
    note_met(session, sheet, kept.met, clock=clock)
    rows = [
        row_of(session, sheet, number, verdict, one, person_id)
        for number, verdict, one, person_id in kept.rows
    ]
    insert_rows(session, ROWS, rows)
    counts: Counter[str] = Counter(sheet.counts)
    counts.update(str(row["verdict"]) for row in rows)
    counts["like"] += sum(row["may_be_known"] for row in rows)
    counts["conflicts"] += sum(row["has_conflict"] for row in rows)
    counts["waits"] += sum(bool(one.waits) for _number, _verdict, one, _person in kept.rows)
    sheet.counts, sheet.row_count = dict(counts), sheet.row_count + len(rows)
    sheet.done_to = max(row["number"] for row in rows)


def _end(
    session: Session,
    *,
    sheet_id: str,
    status: SheetStatus,
    fault: list[str] | None,
    actor: Actor,
    clock: Clock,
) -> None:
    sheet = session.get(RegisterSheet, sheet_id, options=[WITHOUT_FILE])
    if sheet is None or sheet.status is not SheetStatus.READING:
        return
    sheet.status, sheet.fault = status, fault
    if status is SheetStatus.UNREADABLE:
        # What was read before it could not be read further tells nobody anything.
        session.execute(delete(ROWS).where(ROWS.c.sheet_id == sheet_id))
        sheet.counts = {key: kept for key, kept in sheet.counts.items() if key == "head"}
    session.flush()
    tell_moved(session, sheet, actor=actor, clock=clock)
