"""A committee's forms over the API: what is due, the cells of a fill with where they come from, answers, handing in."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from committee_app.reading import Word
from committee_app.workbooks import WORKBOOK, workbook
from core_db.ledgers import (
    AnswersDraft,
    DueLine,
    FillShown,
    LookDraft,
    OpenDraft,
    Origin,
    ReportFill,
    Saved,
    SheetDraft,
    answer_cells,
    ask_for_sheet,
    choices_in,
    covered_now,
    fill_shown,
    forms_due,
    hand_in,
    open_fill,
    sheet_of,
    uncover_cell,
)
from core_db.ledgers.words import FillStatus

router = ApiRouter("/ledgers")
Start = Annotated[int, Query(ge=0, le=1_000_000)]


class DueShape(Shape):
    """A form that one's neighbourhood fills for a period; without a fill nobody has begun."""

    form_id: str
    community_id: str
    name: str
    issuer: str
    #: It stands on no list of assistance that holds.
    is_outside: bool
    period: str
    due_on: date
    fill_id: str | None
    status: FillStatus | None
    reason: str | None


class DueListShape(Shape):
    items: list[DueShape]
    next: str | None


class FillShape(Shape):
    """A fill: its period, how far it is, and the version to send with answers."""

    id: str
    form_id: str
    community_id: str
    period: str
    due_on: date
    status: FillStatus
    version: int
    rows: int


class QuestionShape(Shape):
    id: str
    name: str
    #: A key of the field catalogue; none for a question of the issuer's own.
    catalogue: str | None


class CellShape(Shape):
    """A cell, masked by its class, with where its value comes from."""

    field_id: str
    value: str
    origin: Origin
    source: str
    on: date | None
    is_hidden: bool
    may_type: bool


class RowShape(Shape):
    subject_id: str
    title: str
    door: str
    cells: list[CellShape]


class FillPageShape(Shape):
    """Some rows of a fill, from `start` on; `next` is where to go on."""

    fill: FillShape
    fields: list[QuestionShape]
    rows: list[RowShape]
    #: Rows that are looked at, and all that the form covers.
    total: int
    covered: int
    next: int | None


class ChoiceShape(Shape):
    """A tag or a group; how many people of the form bear the tag, for a group none: its rows are counted by `total`."""

    whom: str
    name: str
    people: int | None


class ChoicesShape(Shape):
    items: list[ChoiceShape]
    next: str | None


class DiffersShape(Shape):
    """A cell that was not written: somebody answered it since (`by`), or the register says something else."""

    subject_id: str
    field_id: str
    there: str
    by: str


class SavedShape(Shape):
    """Answers kept, facts told to the register, those that wait there for a second person, and what differs."""

    fill_id: str
    version: int
    kept: int
    told: int
    waiting: int
    differing: list[DiffersShape]


class UncoveredCellShape(Shape):
    """A cell in full, for this once."""

    fill_id: str
    title: str
    name: str
    value: str


class SheetAskedShape(Shape):
    """A filled form in full that was asked for: `/exports` says whether another person approved, and has the file."""

    export_id: str
    status: str


@router.get("", access=Access.COMMITTEE, answers=DueListShape)
async def index(work: WorkDep) -> Response:
    """What my neighbourhood fills now, the earliest due first."""
    found = await work.read(forms_due)
    return answer(listed([_due(one) for one in found], next_after=None))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=FillShape)
async def begin(request: Request, draft: OpenDraft, work: WorkDep) -> Response:
    """Begin to fill a form for a period; whoever comes second goes on with what is there.

    Where it is asked of several neighbourhoods of one's own, one says for which: `community_id`.
    """
    return await once(request, work, open_fill, draft, render=_fill)


@router.get("/{fill_id}", access=Access.COMMITTEE, answers=FillPageShape)
async def show(fill_id: Id, work: WorkDep, start: Start = 0, whom: Word = None) -> Response:
    """Rows of a fill, masked; with `whom` (`tag <id>`, `group <id>`) those of people who bear it or belong to it."""
    return answer(_page(await work.read(fill_shown, fill_id, start=start, whom=whom)))


@router.get("/{fill_id}/choices", access=Access.COMMITTEE, answers=ChoicesShape)
async def choices(fill_id: Id, work: WorkDep) -> Response:
    """By what its rows can be chosen, `whom` of the rows: ordinary tags with how many bear them, and groups."""
    found = await work.read(choices_in, fill_id)
    tags = [{"whom": f"tag {word.id}", "name": word.within(work.lang), "people": n} for word, n in found.tags]
    groups = [{"whom": f"group {one.id}", "name": one.name, "people": None} for one in found.groups]
    return answer(listed([*tags, *groups], next_after=None))


@router.post("/{fill_id}/answers", access=Access.COMMITTEE, status_code=201, answers=SavedShape)
async def tell(request: Request, fill_id: Id, draft: AnswersDraft, work: WorkDep) -> Response:
    """Keep answers. What the register lacks goes into the register; what differs is named and not written."""
    return await once(request, work, answer_cells, fill_id, draft, render=_saved)


@router.post("/{fill_id}/handing-in", access=Access.COMMITTEE, status_code=201, answers=FillShape)
async def send(request: Request, fill_id: Id, work: WorkDep) -> Response:
    """Hand a fill in."""
    covered = await work.read(covered_now, fill_id)
    return await once(request, work, hand_in, fill_id, covered, render=_fill)


@router.post("/{fill_id}/uncovering", access=Access.COMMITTEE, keyed=False, answers=UncoveredCellShape)
async def uncover(fill_id: Id, draft: LookDraft, work: WorkDep) -> Response:
    """One sealed cell in full; counted, recorded, and told to whom it is about. Nothing keeps the answer."""
    return answer(asdict(await work.write(uncover_cell, fill_id, draft)))


@router.get("/{fill_id}/sheet", access=Access.COMMITTEE, responses=WORKBOOK)
async def sheet(fill_id: Id, work: WorkDep) -> Response:
    """The table in its issuer's layout, with everything sealed masked."""
    found = await work.read(sheet_of, fill_id)
    return workbook(await asyncio.to_thread(found.made), f"{found.name}.xlsx")


@router.post("/{fill_id}/export", access=Access.COMMITTEE, status_code=201, answers=SheetAskedShape)
async def ask(request: Request, fill_id: Id, draft: SheetDraft, work: WorkDep) -> Response:
    """Ask for the table in full, saying what for; another person decides, as of every export of the register."""
    return await once(request, work, ask_for_sheet, fill_id, draft, render=_asked)


def _asked(_session: Session, export: Any) -> dict[str, Any]:
    return {"export_id": export.id, "status": export.status}


def _due(line: DueLine) -> dict[str, Any]:
    return {
        "form_id": line.form.id, "community_id": line.community_id, "name": line.form.name, "issuer": line.issuer,
        "is_outside": line.is_outside,
        "period": line.period, "due_on": line.due_on, "fill_id": line.fill_id, "status": line.status,
        "reason": line.reason,
    }  # fmt: skip


def _fill(_session: Session | None, fill: ReportFill) -> dict[str, Any]:
    return {name: getattr(fill, name) for name in FillShape.model_fields}


def _saved(_session: Session, saved: Saved) -> dict[str, Any]:
    return asdict(saved)


def _page(found: FillShown) -> dict[str, Any]:
    end = found.start + len(found.rows)
    return {
        "fill": _fill(None, found.fill), "total": found.total, "covered": found.covered,
        "next": end if end < found.total else None,
        "fields": [{"id": one.id, "name": one.name, "catalogue": one.catalogue} for one in found.fields],
        "rows": [
            {
                "subject_id": row.subject_id, "title": row.title, "door": row.door,
                "cells": [{name: getattr(one, name) for name in CellShape.model_fields} for one in row.cells],
            }
            for row in found.rows
        ],
    }  # fmt: skip
