"""A committee's forms over the API: what is due, the cells of a fill with where they come from, answers, handing in."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from core_db.ledgers import (
    AnswersDraft,
    DueLine,
    FillShown,
    OpenDraft,
    Origin,
    ReportFill,
    Saved,
    answer_cells,
    covered_now,
    fill_shown,
    forms_due,
    hand_in,
    open_fill,
)
from core_db.ledgers.words import FillStatus

router = ApiRouter("/ledgers")
Start = Annotated[int, Query(ge=0, le=1_000_000)]


class DueShape(BaseModel):
    """A form that one's neighbourhood fills for a period; without a fill nobody has begun."""

    form_id: str
    name: str
    issuer: str
    #: It stands on no list of assistance that holds.
    is_outside: bool
    period: str
    due_on: date
    fill_id: str | None
    status: FillStatus | None
    reason: str | None


class DueListShape(BaseModel):
    items: list[DueShape]
    next: str | None


class FillShape(BaseModel):
    """A fill: its period, how far it is, and the version to send with answers."""

    id: str
    form_id: str
    period: str
    due_on: date
    status: FillStatus
    version: int
    rows: int


class QuestionShape(BaseModel):
    id: str
    name: str
    #: A key of the field catalogue; none for a question of the issuer's own.
    catalogue: str | None


class CellShape(BaseModel):
    """A cell, masked by its class, with where its value comes from."""

    field_id: str
    value: str
    origin: Origin
    source: str
    on: date | None
    is_hidden: bool
    may_type: bool


class RowShape(BaseModel):
    subject_id: str
    title: str
    door: str
    cells: list[CellShape]


class FillPageShape(BaseModel):
    """Some rows of a fill, from `start` on; `next` is where to go on."""

    fill: FillShape
    fields: list[QuestionShape]
    rows: list[RowShape]
    total: int
    next: int | None


class DiffersShape(BaseModel):
    """A cell that was not written: somebody answered it since (`by`), or the register says something else."""

    subject_id: str
    field_id: str
    there: str
    by: str


class SavedShape(BaseModel):
    """Answers kept, facts told to the register, those that wait there for a second person, and what differs."""

    fill_id: str
    version: int
    kept: int
    told: int
    waiting: int
    differing: list[DiffersShape]


@router.get("", access=Access.COMMITTEE, answers=DueListShape)
async def index(work: WorkDep) -> Response:
    """What my neighbourhood fills now, the earliest due first."""
    found = await work.read(forms_due)
    return answer(listed([_due(one) for one in found], next_after=None))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=FillShape)
async def begin(request: Request, draft: OpenDraft, work: WorkDep) -> Response:
    """Begin to fill a form for a period; whoever comes second goes on with what is there."""
    return await once(request, work, open_fill, draft, render=_fill)


@router.get("/{fill_id}", access=Access.COMMITTEE, answers=FillPageShape)
async def show(fill_id: Id, work: WorkDep, start: Start = 0) -> Response:
    """Rows of a fill, with everything sealed masked."""
    return answer(_page(await work.read(fill_shown, fill_id, start=start)))


@router.post("/{fill_id}/answers", access=Access.COMMITTEE, status_code=201, answers=SavedShape)
async def tell(request: Request, fill_id: Id, draft: AnswersDraft, work: WorkDep) -> Response:
    """Keep answers. What the register lacks goes into the register; what differs is named and not written."""
    return await once(request, work, answer_cells, fill_id, draft, render=_saved)


@router.post("/{fill_id}/handing-in", access=Access.COMMITTEE, status_code=201, answers=FillShape)
async def send(request: Request, fill_id: Id, work: WorkDep) -> Response:
    """Hand a fill in."""
    covered = await work.read(covered_now, fill_id)
    return await once(request, work, hand_in, fill_id, covered, render=_fill)


def _due(line: DueLine) -> dict[str, Any]:
    return {
        "form_id": line.form.id, "name": line.form.name, "issuer": line.issuer, "is_outside": line.is_outside,
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
        "fill": _fill(None, found.fill), "total": found.total, "next": end if end < found.total else None,
        "fields": [{"id": one.id, "name": one.name, "catalogue": one.catalogue} for one in found.fields],
        "rows": [
            {
                "subject_id": row.subject_id, "title": row.title, "door": row.door,
                "cells": [{name: getattr(one, name) for name in CellShape.model_fields} for one in row.cells],
            }
            for row in found.rows
        ],
    }  # fmt: skip
