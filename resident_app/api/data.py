"""My data over the API: the copies one asked for, and fetching one."""

from datetime import datetime
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.mydata import ExportSeen, ask_for_export, my_exports
from resident_app.pages.data import export_file

router = ApiRouter("/me/data")
_ZIP = {
    200: {"description": "The copy", "content": {"application/zip": {"schema": {"type": "string"}}}},
}


class ExportShape(Shape):
    """A copy: `ready_at` and `expires_at` are absent while it is being made; `size` in bytes."""

    id: str
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size: int


class ExportListShape(Shape):
    items: list[ExportShape]
    next: None


@router.get("/exports", access=Access.RESIDENT, answers=ExportListShape)
async def exports(work: WorkDep) -> Response:
    """The copies of one's data that are being made or can be fetched, newest first."""
    return answer(listed([_shape(one) for one in await work.read(my_exports)], next_after=None))


@router.post("/exports", access=Access.RESIDENT, status_code=201, answers=ExportShape)
async def ask(request: Request, work: WorkDep) -> Response:
    """Ask for a copy of everything about oneself; it is made within minutes and kept for seven days."""
    return await once(request, work, ask_for_export, lang=work.lang, render=_rendered)


@router.get("/exports/{export_id}/file", access=Access.RESIDENT, responses=_ZIP)
async def fetch(request: Request, export_id: Id, work: WorkDep) -> Response:
    """The copy itself: a zip with `index.html`, `data.json` and one's photos."""
    return await export_file(request, export_id, work)


def _rendered(_session: Session, export: ExportSeen) -> dict[str, Any]:
    return _shape(export)


def _shape(one: ExportSeen) -> dict[str, Any]:
    return {
        "id": one.id, "asked_at": one.asked_at, "ready_at": one.ready_at, "expires_at": one.expires_at,
        "size": one.size,
    }  # fmt: skip
