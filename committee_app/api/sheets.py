"""The register as tables over the API: handing one in, what it would do row by row, having it done or taken back.

A table is read and written by the relay: each answer says how far it is, and whoever waits asks again.
"""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.forms import TypedForm, words_for
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.sheet_shapes import ChosenShape, SheetRowsShape, SheetShape, SheetsShape
from committee_app.register_words import label_of
from committee_app.workbooks import WORKBOOK, workbook
from core_db.foundation.drafts import read_draft
from core_db.register_sheets import (
    MOST_ROWS,
    WORK,
    ChoiceDraft,
    RegisterSheet,
    RegisterSheetRow,
    RowSeen,
    SheetDraft,
    SheetSeen,
    StepSeen,
    apply_sheet,
    choose,
    empty_template,
    give_back,
    hand_in,
    rows_seen,
    sheet_seen,
    sheets_seen,
    undo_sheet,
)
from core_db.register_sheets.words import AT_WORK, SHEET_STATUS_WORDS, Verdict
from core_db.relay import run_soon

router = ApiRouter("/register/sheets")

#: Rows are listed by what they do, those that may be of somebody known, or those with conflicts.
What = Literal["new", "changed", "unchanged", "refused", "like", "conflicts"]
AfterRow = Annotated[int, Query(ge=0, le=2**31 - 1)]
COUNTED = ("new", "changed", "unchanged", "refused", "like", "conflicts", "waits", "proposed", "kept")

_PARTS = {
    "file": {"type": "string", "contentMediaType": "application/octet-stream"},
    "community_id": {"type": "string"},
    "source": {"type": "string", "maxLength": 60},
    "code_set": {"type": "string"},
}  # fmt: skip
_FORM = {"type": "object", "required": ["file"], "properties": _PARTS}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}


@router.get("", access=Access.COMMITTEE, answers=SheetsShape)
async def index(work: WorkDep) -> Response:
    """The last thirty tables that were handed in for one's register, the newest first."""
    found = await work.read(sheets_seen)
    return answer(listed([_sheet(one, work.lang) for one in found], next_after=None))


@router.get("/template", access=Access.COMMITTEE, responses=WORKBOOK)
async def template() -> Response:
    """An empty table with the register's columns and their choices, to be filled in."""
    return workbook(await asyncio.to_thread(empty_template), "名册模板.xlsx")


@router.post(
    "", access=Access.COMMITTEE, status_code=201, answers=SheetShape, openapi_extra={"requestBody": _BODY}
)
async def hand(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    """Hand in a workbook or a CSV of 14 MB at most; nothing of it is in the register before it is applied.

    Whoever keeps several registers says for which it is: `community_id`.
    """
    draft, files = read_draft(SheetDraft, words_for(SheetDraft, typed)), typed.files("file")
    name, content = (files[0].filename or "", await files[0].read()) if files else ("", b"")
    sent = hashlib.sha256(content).hexdigest() + name + draft.model_dump_json()
    return await _and_soon(
        work, await once(request, work, hand_in, draft, name, content, render=_seen(work), content=sent.encode())
    )  # fmt: skip


@router.get("/{sheet_id}", access=Access.COMMITTEE, answers=SheetShape)
async def show(sheet_id: Id, work: WorkDep) -> Response:
    """One table: how far it is, and how many of its rows do what."""
    return answer(_sheet(await work.read(sheet_seen, sheet_id), work.lang))


@router.get("/{sheet_id}/rows", access=Access.COMMITTEE, answers=SheetRowsShape)
async def rows(sheet_id: Id, work: WorkDep, what: What = "refused", after: AfterRow = 0) -> Response:
    """Its rows of one kind, masked, fifty at a time in the file's order: each with what it does or what is wrong."""
    found = await work.read(rows_seen, sheet_id, what, after=after)
    onward = str(found[-1].number) if len(found) == MOST_ROWS else None
    return answer(listed([_row(one, work.lang) for one in found], next_after=onward))


@router.post("/rows/{row_id}/choice", access=Access.COMMITTEE, answers=ChosenShape)
async def decide(request: Request, row_id: Id, draft: ChoiceDraft, work: WorkDep) -> Response:
    """Say of a row's conflicts in which fields the table is right; in the others what is in the register stays."""
    return await once(request, work, choose, row_id, draft, render=_chosen, status=200)


@router.post("/{sheet_id}/application", access=Access.COMMITTEE, answers=SheetShape)
async def apply(request: Request, sheet_id: Id, work: WorkDep) -> Response:
    """Have all that its rows say written into the register, as one that can be taken back."""
    return await _and_soon(
        work, await once(request, work, apply_sheet, sheet_id, render=_seen(work), status=200)
    )


@router.post("/{sheet_id}/undoing", access=Access.COMMITTEE, answers=SheetShape)
async def undo(request: Request, sheet_id: Id, work: WorkDep) -> Response:
    """Have it taken back within seven days; what was changed since stays, and is counted as `kept`."""
    return await _and_soon(
        work, await once(request, work, undo_sheet, sheet_id, render=_seen(work), status=200)
    )


@router.post("/{sheet_id}/returning", access=Access.COMMITTEE, keyed=False, responses=WORKBOOK)
async def take_back(sheet_id: Id, work: WorkDep) -> Response:
    """One's own table with its faults in the very cells. A POST, because it is recorded; no key: no answer is kept."""
    returned = await work.write(give_back, sheet_id, lang=work.lang)
    return workbook(await asyncio.to_thread(returned.as_file), returned.name)


async def _and_soon(work: Work, given: Response) -> Response:
    """The answer, once the relay knows that there is something for it to do."""
    await work.write(run_soon, WORK)
    return given


def _seen(work: Work) -> Callable[[Session, RegisterSheet], dict[str, Any]]:
    def render(session: Session, sheet: RegisterSheet) -> dict[str, Any]:
        return _sheet(sheet_seen(session, sheet.id, actor=work.actor, clock=work.clock), work.lang)

    return render


def _sheet(seen: SheetSeen, lang: str) -> dict[str, Any]:
    same = (
        "id",
        "community_id",
        "name",
        "row_count",
        "done_to",
        "left_out",
        "handed_at",
        "applied_at",
        "undone_at",
    )
    return {name: getattr(seen, name) for name in (*same, "may_undo", "is_own")} | {
        "status": {"code": seen.status, "name": SHEET_STATUS_WORDS[seen.status][lang == "en"]},
        "is_at_work": seen.status in AT_WORK, "counts": {name: seen.count(name) for name in COUNTED},
        "columns": [{"field": field, "heading": heading} for field, heading in seen.columns.items()],
        "fault": seen.fault[lang == "en"] if seen.fault else None, "handed_by": seen.handed_name,
        "applied_by": seen.applied_name, "undone_by": seen.undone_name,
    }  # fmt: skip


def _row(row: RowSeen, lang: str) -> dict[str, Any]:
    same = ("id", "number", "verdict", "name", "door", "moves_in")
    return {name: getattr(row, name) for name in same} | {
        # Of somebody new it is the id he is to have, and nobody yet.
        "person_id": row.person_id if row.verdict is not Verdict.NEW else None, "like": list(row.like),
        "steps": [_step(one, lang) for one in row.steps],
        "conflicts": [_step(one, lang) | {"is_taken": one.is_taken} for one in row.conflicts],
        "faults": [
            {"field": one.field, "heading": one.heading, "message": one.en if lang == "en" else one.zh}
            for one in row.faults
        ],
    }  # fmt: skip


def _step(step: StepSeen, lang: str) -> dict[str, Any]:
    return {
        "field": {"code": step.field, "name": label_of(step.field, lang)}, "before": step.before,
        "after": step.after, "waits": step.waits,
    }  # fmt: skip


def _chosen(_session: Session, row: RegisterSheetRow) -> dict[str, Any]:
    return {"id": row.id, "sheet_id": row.sheet_id, "number": row.number}
