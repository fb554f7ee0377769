"""The register in full as a file, over the API: asking, deciding as a second person, fetching what one asked for."""

from typing import Annotated, Any

from fastapi import Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter
from app_shell.work import Work, WorkDep
from committee_app.api.sheet_shapes import ExportShape, ExportsShape
from committee_app.workbooks import WORKBOOK, workbook
from core_db.foundation.actor import Role
from core_db.reveals import (
    ExportDraft,
    ExportRefusalDraft,
    RegisterExport,
    approval_number,
    approve_export,
    ask_for_export,
    exports_shown,
    fetch_export,
    is_asked_by,
    refuse_export,
)
from core_db.reveals.words import EXPORT_WORDS, REVEALABLE_WORDS, ExportStatus, Revealable

router = ApiRouter("/exports")

#: 128 random bits; what does not look like them is looked for nowhere.
ExportId = Annotated[str, Path(max_length=64)]


@router.get("", access=Access.COMMITTEE, answers=ExportsShape)
async def index(work: WorkDep) -> Response:
    """What one asked for, and what a secretary has to decide, the newest first."""
    found = await work.read(exports_shown)
    return answer(listed([_export(one, work) for one in found], next_after=None))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=ExportShape)
async def ask(request: Request, draft: ExportDraft, work: WorkDep) -> Response:
    """Ask for one's neighbourhood's register in full. Another person approves; everybody in it reads it as a look.

    Whoever works for several neighbourhoods says of which: `community_id`.
    """
    return await once(request, work, ask_for_export, draft, render=_with(work))


@router.get("/{export_id}/file", access=Access.COMMITTEE, responses=WORKBOOK)
async def fetch(export_id: ExportId, work: WorkDep) -> Response:
    """The file, for whoever asked and within its day; who asked and who approved stands on each of its rows."""
    found = await work.read(fetch_export, export_id)
    return workbook(found.content, found.name)


@router.post("/{export_id}/approval", access=Access.SECRETARY, answers=ExportShape)
async def approve(request: Request, export_id: ExportId, work: WorkDep) -> Response:
    """Approve what another person asked for; the file is made next."""
    return await once(request, work, approve_export, export_id, render=_with(work), status=200)


@router.post("/{export_id}/refusal", access=Access.SECRETARY, answers=ExportShape)
async def refuse(request: Request, export_id: ExportId, draft: ExportRefusalDraft, work: WorkDep) -> Response:
    """Refuse it, and say why."""
    return await once(request, work, refuse_export, export_id, draft, render=_with(work), status=200)


def _with(work: Work) -> Any:
    def render(_session: Session, export: RegisterExport) -> dict[str, Any]:
        return _export(export, work)

    return render


def _export(one: RegisterExport, work: Work) -> dict[str, Any]:
    lang, is_mine, until = work.lang, one.asked_by == work.actor.id, one.expires_at
    fields = [{"code": name, "name": REVEALABLE_WORDS[Revealable(name)].within(lang)} for name in one.fields]
    return {
        "id": one.id, "community_id": one.community_id, "number": approval_number(one), "fields": fields,
        "reason": one.reason, "fill_id": one.fill_id,
        "status": {"code": one.status, "name": EXPORT_WORDS[one.status].within(lang)},
        "asked_by": one.asked_name, "asked_at": one.asked_at, "decided_by": one.decided_name,
        "decided_at": one.decided_at, "note": one.note, "expires_at": until,
        "may_decide": one.status is ExportStatus.ASKED and not is_asked_by(one, work.actor)
        and work.actor.has(Role.SECRETARY),
        "may_fetch": is_mine and until is not None and work.clock.now() < until,
    }  # fmt: skip
