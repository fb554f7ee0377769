"""My data: a copy of everything, and the ways to have it corrected, to take consent back and to leave."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from app_shell.context import shell_of
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.session_api import code_budget
from app_shell.signin import address_of, send_code
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.accounts import DEMO_CODE, ask_for_own_code, me
from core_db.foundation.errors import DomainError, TooMany
from core_db.mydata import (
    LEAVING_WORDS,
    ErasureDraft,
    ExportSeen,
    Leaving,
    ask_for_erasure,
    ask_for_export,
    my_exports,
    open_export,
    what_leaving_means,
    withdraw_erasure,
)
from resident_app.sending import sent_once

router = SecureRouter("/me/data")


class LeavingPage(Page, template="data/leaving.html"):
    """What leaving means, and saying it: first a code, then the word and the code."""

    leaving: Leaving
    form: Filled[ErasureDraft] | None
    code_sent_to: str | None
    demo_code: str | None
    word: str
    notice: str | None


class DataPage(Page, template="data/index.html"):
    """What one may ask about oneself, and the copies one asked for."""

    exports: Sequence[ExportSeen]
    key: str
    fault: str | None


@router.get("", access=Access.RESIDENT)
async def data(request: Request, work: WorkDep) -> Response:
    return await _page(request, work)


@router.post("/exports", access=Access.RESIDENT)
async def ask(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    fault, status = await sent_once(request, work, typed, ask_for_export, lang=work.lang)
    if fault is not None:
        return await _page(request, work, fault=fault, status=status)
    return redirect(request, "/me/data", flash=_("已经在做了，一般几分钟就好。做好以后在这里下载。"))


@router.get("/exports/{export_id}/file", access=Access.RESIDENT)
async def fetch(request: Request, export_id: Id, work: WorkDep) -> Response:
    return await export_file(request, export_id, work)


async def export_file(request: Request, export_id: str, work: Work) -> Response:
    """The copy itself, unsealed piece by piece on its way out."""
    folder = shell_of(request).settings.data_dir
    export, pieces = await work.read(open_export, export_id, folder=folder)
    headers = {
        "Cache-Control": "no-store", "Content-Length": str(export.size),
        "Content-Disposition": 'attachment; filename="my-data.zip"',
    }  # fmt: skip
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


# -- leaving ----------------------------------------------------------------------------------------


@router.get("/erasure", access=Access.RESIDENT)
async def leaving(request: Request, work: WorkDep) -> Response:
    return await _leaving_page(request, work)


@router.post("/erasure/code", access=Access.RESIDENT)
async def send_own_code(request: Request, work: WorkDep) -> Response:
    try:
        made = await work.write(ask_for_own_code, address=address_of(request), budget=code_budget(request))
    except TooMany as refusal:
        # A code may be on its way already: whoever has it goes on.
        return await _leaving_page(request, work, code_asked=True, notice=refusal.sentence(work.lang))
    refused = await send_code(shell_of(request), work, made)
    if refused is not None:
        return await _leaving_page(request, work, notice=refused.sentence(work.lang), status=refused.status)
    return await _leaving_page(request, work, code_asked=True)


@router.post("/erasure", access=Access.RESIDENT)
async def leave(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(ErasureDraft, typed)
    if form.draft is None:
        return await _leaving_page(request, work, form=form, code_asked=True, status=422)
    demo = shell_of(request).settings.demo
    asked = work.write(ask_for_erasure, form.draft, address=address_of(request), demo=demo)
    outcome = await shown(form, asked)
    if isinstance(outcome, DomainError):
        form.faults["code"] = outcome.sentence(work.lang)
    if form.faults:
        return await _leaving_page(request, work, form=form, code_asked=True, status=422)
    return redirect(request, "/me/data/erasure", flash=_("已经收到。七天内可以在这里撤回。"))


@router.post("/erasure/withdrawal", access=Access.RESIDENT)
async def stay(request: Request, work: WorkDep) -> Response:
    await work.write(withdraw_erasure)
    return redirect(request, "/me/data", flash=_("已撤回，您的账号照常使用。"))


async def _leaving_page(
    request: Request, work: Work, *, form: Filled[ErasureDraft] | None = None, code_asked: bool = False,
    notice: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    who = await work.read(me)
    page = LeavingPage(
        leaving=await work.read(what_leaving_means), form=form, code_sent_to=who.phone if code_asked else None,
        demo_code=DEMO_CODE if shell_of(request).settings.demo else None, notice=notice,
        word=LEAVING_WORDS[1 if work.lang == "en" else 0],
    )  # fmt: skip
    return render(request, page, status=status)


async def _page(request: Request, work: Work, *, fault: str | None = None, status: int = 200) -> Response:
    page = DataPage(exports=await work.read(my_exports), key=fresh_key(), fault=fault)
    return render(request, page, status=status)
