"""The rows of a fill, cell by cell: what the base knows and whence, what was answered, last time's answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.ledgers.catalogue import CATALOGUE
from core_db.ledgers.covering import subjects_of
from core_db.ledgers.facts import Fact, Known, known_of
from core_db.ledgers.model import (
    ANSWERS,
    FILLS,
    REPORT_FIELDS,
    ROWS,
    ReportField,
    ReportFill,
    ReportForm,
)
from core_db.ledgers.periods import Period, period_on
from core_db.ledgers.words import FillStatus
from core_db.people import EDITABLE, RECORDED

#: While a fill is in one of these, its rows are those of today.
OPEN = (FillStatus.FILLING, FillStatus.RETURNED)


class Origin(StrEnum):
    """Where a cell's value comes from."""

    REGISTER = "register"
    ANSWERED = "answered"
    LAST_TIME = "last_time"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its value as it may be shown, where it comes from, and whether it is typed here."""

    field_id: str
    value: str
    origin: Origin
    source: str = ""
    on: date | None = None
    #: There is more than is shown; it is uncovered by itself, or handed out with an approved sheet.
    is_hidden: bool = False
    #: Nobody knows it yet, or it is this form's own question.
    may_type: bool = False
    #: A field of the register that can be put right there.
    register: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen:
    """A row with its cells, in the order of the questions."""

    subject_id: str
    title: str
    door: str
    person_id: str | None
    cells: Sequence[Cell]


def period_of(form: ReportForm, day: date) -> Period:
    return period_on(
        day, form.cycle, due_day=form.due_day, valid_from=form.valid_from, valid_to=form.valid_to
    )


def period_of_fill(form: ReportForm, fill: ReportFill) -> Period:
    """The period a fill is for: its due day lies in it."""
    return period_of(form, fill.due_on)


def fields_of(session: Session, form_id: str) -> list[ReportField]:
    """The questions of a form in their order."""
    statement = select(ReportField).where(REPORT_FIELDS.c.form_id == form_id)
    return list(session.execute(statement.order_by(REPORT_FIELDS.c.position, REPORT_FIELDS.c.id)).scalars())


def subjects_in(session: Session, form: ReportForm, fill: ReportFill) -> list[str]:
    """Whom a fill covers: today's people while it is filled, then those of the day on which it was handed in."""
    if fill.status in OPEN:
        return subjects_of(session, form.row_kind, fill.community_id, form.covers, on=fill.due_on)
    kept = select(ROWS.c.subject_id).where(rows_of(fill)).order_by(ROWS.c.position)
    return list(session.execute(kept).scalars())


def rows_seen(
    session: Session,
    form: ReportForm,
    fill: ReportFill,
    fields: Sequence[ReportField],
    subjects: Sequence[str],
) -> list[RowSeen]:
    """The rows of these subjects. Whoever is not in the register any more is not shown."""
    known = known_of(session, form.row_kind, subjects, fill.community_id, period_of_fill(form, fill))
    answers = answers_in(session, fill, subjects)
    earlier = earlier_fill(session, fill)
    before = answers_in(session, earlier, subjects) if earlier else {}
    last = earlier.period if earlier else ""
    return [
        RowSeen(
            subject_id=one, title=known[one].title, door=known[one].door, person_id=known[one].person_id,
            cells=[
                _cell(field, known[one], answers.get((one, field.id)), before.get((one, field.id)), last)
                for field in fields
            ],
        )
        for one in subjects
        if one in known
    ]  # fmt: skip


def answers_in(session: Session, fill: Any, subjects: Sequence[str]) -> dict[tuple[str, str], Any]:
    """What was answered in a fill about these rows, by row and question."""
    rows = session.execute(select(ANSWERS).where(answers_of(fill), ANSWERS.c.subject_id.in_(subjects)))
    return {(row.subject_id, row.field_id): row for row in rows}


def answers_of(fill: Any) -> ColumnElement[bool]:
    """The answers of a fill, in its neighbourhood."""
    return and_(ANSWERS.c.fill_id == fill.id, ANSWERS.c.community_id == fill.community_id)


def rows_of(fill: Any) -> ColumnElement[bool]:
    """The rows that a fill kept when it was handed in."""
    return and_(ROWS.c.fill_id == fill.id, ROWS.c.community_id == fill.community_id)


def earlier_fill(session: Session, fill: ReportFill) -> ReportFill | None:
    """The same form as this neighbourhood filled it the time before."""
    found: ReportFill | None = session.execute(
        select(ReportFill)
        .where(FILLS.c.form_id == fill.form_id, FILLS.c.community_id == fill.community_id)
        .where(FILLS.c.due_on < fill.due_on)
        .order_by(FILLS.c.due_on.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def _cell(field: ReportField, known: Known, answer: Any, before: Any, last: str) -> Cell:
    if field.catalogue is not None:
        return _of_register(field, known.facts.get(field.catalogue))
    if answer is not None:
        return _of_answer(field, answer, Origin.ANSWERED, source=answer.by_name, on=answer.said_on)
    if before is not None:
        return _of_answer(field, before, Origin.LAST_TIME, source=last, on=before.said_on)
    return Cell(field_id=field.id, value="", origin=Origin.NOWHERE, may_type=True)


def _of_register(field: ReportField, fact: Fact | None) -> Cell:
    register = CATALOGUE[field.catalogue or ""].register
    name = str(register) if register in EDITABLE else None
    if fact is None:
        return Cell(
            field_id=field.id, value="", origin=Origin.NOWHERE, may_type=name is not None, register=name
        )
    return Cell(
        field_id=field.id, value=fact.value, origin=Origin.REGISTER, source=fact.source, on=fact.on,
        is_hidden=fact.is_hidden, register=name,
    )  # fmt: skip


def _of_answer(field: ReportField, row: Any, origin: Origin, *, source: str, on: date) -> Cell:
    is_hidden = row.value_sealed is not None
    return Cell(
        field_id=field.id, value=RECORDED if is_hidden else row.value or "", origin=origin, source=source, on=on,
        is_hidden=is_hidden, may_type=True,
    )  # fmt: skip


def filled_cells(rows: Sequence[RowSeen]) -> Mapping[Origin, int]:
    """How many cells come from where."""
    found = dict.fromkeys(Origin, 0)
    for row in rows:
        for cell in row.cells:
            found[cell.origin] += 1
    return found
