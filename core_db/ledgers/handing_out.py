"""Filled forms as Excel tables, in the issuer's own layout where he sent one: masked at once, in full when approved.

The full table goes the way of every export: one asks, the secretary approves, it is made once, marked, sealed, and is
there for a day. Everybody on it reads it among the looks at his data.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, read_sealed, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.door import Door
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import is_id
from core_db.ledgers.catalogue import CATALOGUE, names_of
from core_db.ledgers.drafts import SheetDraft
from core_db.ledgers.filling import answer_place
from core_db.ledgers.model import FILLS, ReportField, ReportFill, ReportForm
from core_db.ledgers.nodes import fill_in_sight, fills_visible_to, form_in_sight, place_of
from core_db.ledgers.rows import OPEN, RowSeen, answers_in, fields_of, rows_seen, subjects_in
from core_db.ledgers.words import YES_NO, AnswerKind, Cycle, RowKind
from core_db.places import PLACES, scope_of
from core_db.reveals.exporting import (
    EVERYTHING,
    PIECE,
    approved,
    ask_for,
    asker_of,
    give_up_exports,
    keep_file,
    mark_of,
    opened_for,
)
from core_db.reveals.model import RegisterExport
from core_db.sheets import Column, columns_in, filled_in, offered_sheet

Values = Mapping[str, str | float]
#: Rows read at a time.
AT_A_TIME = 200


class Sheet:
    """What a table is made of: its questions, its rows, and the issuer's layout where there is one."""

    def __init__(
        self, form: ReportForm, fields: Sequence[ReportField], rows: Sequence[Values], mark: str = "",
        period: str = "",
    ) -> None:  # fmt: skip
        self.name, self.template, self.rows, self.mark = form.name, form.template, rows, mark
        #: What it is saved as: of which form, and of which month.
        self.called = "-".join(said for said in (form.name, period) if said not in ("", Cycle.ONCE)) + ".xlsx"
        self.headings = headings_of(fields)

    def made(self) -> bytes:
        """The file. It takes its time: never in a transaction."""
        if self.template is not None:
            return filled_in(self.template, self.headings, self.rows, mark=self.mark)
        columns = [Column(heading=said[0]) for said in self.headings.values()]
        lines = [[str(row.get(key, "")) for key in self.headings] for row in self.rows]
        return offered_sheet(columns, lines, mark=self.mark or self.name, title="报表")


def headings_of(fields: Sequence[ReportField]) -> dict[str, list[str]]:
    """By question: what its heading may be called in the issuer's table."""
    return {one.id: [one.name, *(names_of(one.catalogue) if one.catalogue else ())] for one in fields}


def columns_found(session: Session, form_id: str, *, actor: Actor, clock: Clock) -> dict[str, list[str]]:
    """What a template of this form is looked through for."""
    form = form_in_sight(session, form_id, actor=actor)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    return headings_of(fields_of(session, form.id))


def looked_through(template: bytes, headings: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of the questions for which a template has no column. SheetRefused for what is no table."""
    found = columns_in(template, headings)
    return [names[0] for key, names in headings.items() if key not in found]


def sheet_of(session: Session, fill_id: str, *, actor: Actor, clock: Clock) -> Sheet:
    """A filled form with everything sealed masked, for the neighbourhood that fills it."""
    fill = fill_in_sight(session, fill_id, actor=actor)
    require_at(actor, Permission.FORM_FILL, scope_of(place_of(session, fill.community_id)))
    form = form_in_sight(session, fill.form_id, actor=actor)
    fields = fields_of(session, form.id)
    rows = [_values(fields, row) for piece in _pieces(session, form, fill, fields) for row in piece]
    return Sheet(form, fields, rows, period=fill.period)


def figures_of(session: Session, form_id: str, period: str, *, actor: Actor, clock: Clock) -> Sheet:
    """What neighbourhoods handed in of a form without people, a row each, for whoever asked for it."""
    form = form_in_sight(session, form_id, actor=actor)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    if form.row_kind is not RowKind.COMMUNITY:
        raise NotFound()
    fields = fields_of(session, form.id)
    found = session.execute(
        select(FILLS.c.figures)
        .join(PLACES, PLACES.c.id == FILLS.c.community_id)
        .where(FILLS.c.form_id == form.id, FILLS.c.period == period, FILLS.c.figures.is_not(None))
        .where(fills_visible_to(session, actor), FILLS.c.status.not_in(OPEN))
        .order_by(PLACES.c.sort)
    ).scalars()
    kinds = {one.id: one for one in fields}
    rows = [{key: _spelled(kinds[key], value) for key, value in row.items() if key in kinds} for row in found]
    return Sheet(form, fields, rows, period=period)


def ask_for_sheet(
    session: Session, fill_id: str, draft: SheetDraft, *, actor: Actor, clock: Clock
) -> RegisterExport:
    """Ask for a filled form in full; somebody else decides, as of every export of the register."""
    fill = fill_in_sight(session, fill_id, actor=actor)
    require_at(actor, Permission.FORM_FILL, scope_of(place_of(session, fill.community_id)))
    keys = [CATALOGUE[one.catalogue] for one in fields_of(session, fill.form_id) if one.catalogue]
    sealed = [str(one.register) for one in keys if one.is_sealed and one.register]
    return ask_for(
        session,
        fill.community_id,
        list(dict.fromkeys(sealed)),
        draft.reason,
        fill_id=fill.id,
        actor=actor,
        clock=clock,
    )


def make_sheets(door: Door, _payload: object, clock: Clock) -> None:
    """Make the tables of filled forms that were approved, people by people."""
    door.write_now(partial(give_up_exports, clock=clock), reach=EVERYTHING)
    for export in door.read_now(approved, reach=EVERYTHING):
        if export.fill_id is not None:
            sheet = Sheet(*_in_full(door, export, clock=HeldClock(clock.now())), mark=mark_of(export))
            keep_file(door, export.id, sheet.made(), clock=clock)


def _in_full(
    door: Door, export: RegisterExport, *, clock: Clock
) -> tuple[ReportForm, list[ReportField], list[Values]]:
    form, fields, subjects = door.read_now(partial(_covered, export=export), reach=EVERYTHING)
    rows: list[Values] = []
    for start in range(0, len(subjects), PIECE):
        piece = subjects[start : start + PIECE]
        rows += door.write_now(
            partial(_opened_rows, export=export, subjects=piece, clock=clock), reach=EVERYTHING
        )
    return form, fields, rows


def _covered(session: Session, *, export: RegisterExport) -> tuple[ReportForm, list[ReportField], list[str]]:
    fill, form = _fill_of(session, export)
    return form, fields_of(session, form.id), subjects_in(session, form, fill)


def _fill_of(session: Session, export: RegisterExport) -> tuple[ReportFill, ReportForm]:
    fill = session.get(ReportFill, export.fill_id) if is_id(export.fill_id or "") else None
    form = session.get(ReportForm, fill.form_id) if fill is not None else None
    if fill is None or form is None:
        raise NotFound()
    return fill, form


def _opened_rows(
    session: Session, *, export: RegisterExport, subjects: Sequence[str], clock: Clock
) -> list[Values]:
    """Rows with what is sealed opened, each cell recorded as read by whoever asked."""
    fill, form = _fill_of(session, export)
    fields, answers = fields_of(session, form.id), answers_in(session, fill, subjects)

    def opened(field: ReportField, row: RowSeen) -> str:
        if field.catalogue is not None:
            register = CATALOGUE[field.catalogue].register
            return opened_for(session, export, row.person_id or "", str(register), clock=clock)
        answer = answers.get((row.subject_id, field.id))
        return "" if answer is None else _answer(session, export, row, answer, clock=clock)

    rows = rows_seen(session, form, fill, fields, subjects)
    return [_values(fields, row, opened) for row in rows]


def _answer(session: Session, export: RegisterExport, row: RowSeen, answer: Any, *, clock: Clock) -> str:
    return read_sealed(
        session, answer.value_sealed, answer_place(answer), field_class=FieldClass.F2,
        subject_id=row.person_id or row.subject_id, purpose="export", reference=f"export/{export.id}",
        actor=asker_of(export), clock=clock, right=None,
    )  # fmt: skip


def _pieces(
    session: Session, form: ReportForm, fill: ReportFill, fields: Sequence[ReportField]
) -> list[list[RowSeen]]:
    subjects = subjects_in(session, form, fill)
    return [
        rows_seen(session, form, fill, fields, subjects[start : start + AT_A_TIME])
        for start in range(0, len(subjects), AT_A_TIME)
    ]


def _values(
    fields: Sequence[ReportField], row: RowSeen, opened: Callable[[ReportField, RowSeen], str] | None = None
) -> Values:
    return {
        field.id: _spelled(field, opened(field, row) if opened is not None and cell.is_hidden else cell.value)
        for field, cell in zip(fields, row.cells, strict=True)
    }


def _spelled(field: ReportField, value: str) -> str | float:
    """A value as a table has it: the word of its code, a number as a number."""
    if field.catalogue is not None:
        known = CATALOGUE[field.catalogue]
        is_counted = known.key.startswith("community.") and value.isdecimal()
        return int(value) if is_counted else known.said(value, "zh")
    if field.kind is AnswerKind.YES_NO and value in YES_NO:
        return YES_NO[value][0]
    is_number = field.kind is AnswerKind.NUMBER and value.replace(".", "", 1).removeprefix("-").isdecimal()
    if not is_number:
        return value
    return float(value) if "." in value else int(value)
