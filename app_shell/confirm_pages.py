"""Once more a code (再输一次验证码): for what lays open or ends everything of somebody who is signed in already.

Who is sent here comes back to the page he was on, and within ten minutes is asked no more.
"""

from starlette.requests import Request
from starlette.responses import Response

from app_shell.context import current_lang, shell_of
from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, local_path, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.session_api import code_budget, left_behind
from app_shell.signin import address_of, device_of, let_in, send_code
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.accounts import DEMO_CODE, OwnCodeDraft, SignedIn, ask_for_own_code, me, sign_in_anew
from core_db.foundation.errors import DomainError, TooMany

confirm_pages = SecureRouter("/me/confirm")


class ConfirmPage(Page, template="session/confirm.html"):
    """First the button that sends a code, then the code."""

    form: Filled[OwnCodeDraft] | None
    shown_phone: str
    is_sent: bool
    demo_code: str | None
    notice: str | None
    next: str


@confirm_pages.get("", access=Access.RESIDENT)
async def ask(request: Request, work: WorkDep, next: str = "/me") -> Response:
    return await _page(request, work, next)


@confirm_pages.post("/code", access=Access.RESIDENT)
async def send(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    onward = typed.get("next", "")
    try:
        made = await work.write(ask_for_own_code, address=address_of(request), budget=code_budget(request))
    except TooMany as refusal:
        # A code may be on its way already: whoever has it goes on.
        return await _page(request, work, onward, is_sent=True, notice=refusal.sentence(work.lang))
    refused = await send_code(shell_of(request), work, made)
    if refused is not None:
        return await _page(request, work, onward, notice=refused.sentence(work.lang), status=refused.status)
    return await _page(request, work, onward, is_sent=True)


@confirm_pages.post("", access=Access.RESIDENT)
async def confirm(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, onward, outcome = fill(OwnCodeDraft, typed), typed.get("next", ""), None
    if form.draft is not None:
        demo = shell_of(request).settings.demo
        signing = work.write(
            sign_in_anew, form.draft, device=device_of(request), address=address_of(request), demo=demo
        )
        outcome = await shown(form, signing)
    if not isinstance(outcome, SignedIn):
        if isinstance(outcome, DomainError):
            form.faults["code"] = outcome.sentence(current_lang())
        return await _page(request, work, onward, form=form, is_sent=True, status=422)
    left_behind(work.actor)
    response = redirect(request, local_path(onward, "/me"), flash=_("已确认是您本人，请接着办。"))
    let_in(response, request, outcome)
    return response


async def _page(
    request: Request, work: Work, onward: str, *, form: Filled[OwnCodeDraft] | None = None, is_sent: bool = False,
    notice: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    who = await work.read(me)
    page = ConfirmPage(
        form=form, shown_phone=who.phone or "", is_sent=is_sent, notice=notice, next=local_path(onward, "/me"),
        demo_code=DEMO_CODE if shell_of(request).settings.demo else None,
    )  # fmt: skip
    return render(request, page, status=status)
