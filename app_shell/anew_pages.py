"""Staff show once more who they are, for what leaves the house in full: with the password and a code, or a passkey.

It signs them in anew, under another token, in place of the session they came with.
"""

from starlette.requests import Request
from starlette.responses import Response

from app_shell.anew import GoOnPage, anew_page, words_in
from app_shell.context import current_lang, shell_of
from app_shell.forms import Filled, Typed, TypedForm, fill, shown
from app_shell.key_pages import answer_in, site_of
from app_shell.pages import local_path, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.session_api import left_behind
from app_shell.signin import address_of, compare_password, device_of, let_in, rules_of
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.accounts import (
    NewPasswordStep,
    PasswordExpired,
    PasswordSignInDraft,
    PasswordWrong,
    SignedIn,
    finish_staff_sign_in,
    me,
    sign_in_with_passkey,
)
from core_db.foundation.errors import DomainError

anew_pages = SecureRouter("/me/confirm")


@anew_pages.get("", access=Access.STAFF)
async def ask(request: Request, next: str = "/me") -> Response:
    return anew_page(request, next)


@anew_pages.post("", access=Access.STAFF)
async def confirm(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    who = await work.read(me)
    form = fill(PasswordSignInDraft, typed, username=who.username)
    outcome = await _signed_in(request, form, work) if form.draft else None
    if isinstance(outcome, SignedIn):
        return _on(request, typed, work, outcome)
    if isinstance(outcome, DomainError):
        field = "password" if isinstance(outcome, PasswordWrong) else "otp"
        form.faults[field] = outcome.sentence(current_lang())
    return _once_more(request, form)


@anew_pages.post("/passkey", access=Access.STAFF)
async def confirm_by_passkey(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    outcome = await work.write(
        sign_in_with_passkey, answer_in(typed), site_of(request), device=device_of(request),
        demo=shell_of(request).settings.demo, as_himself=True,
    )  # fmt: skip
    if isinstance(outcome, SignedIn):
        return _on(request, typed, work, outcome)
    form = Filled[PasswordSignInDraft](draft=None, typed=typed)
    form.faults[""] = outcome.sentence(current_lang())
    return _once_more(request, form)


def _once_more(request: Request, form: Filled[PasswordSignInDraft]) -> Response:
    """It was not he, or he mistyped: the form that waits goes along once more."""
    typed = form.typed
    waits = {"to": typed.get("to", ""), "held": typed.get("held", "")}
    return anew_page(request, typed.get("next", ""), form=form, status=422, **waits)


async def _signed_in(
    request: Request, form: Filled[PasswordSignInDraft], work: Work
) -> SignedIn | DomainError | None:
    assert form.draft is not None
    compared = await shown(form, compare_password(request, work, form.draft))
    if compared is None:
        return None
    signing = work.write(
        finish_staff_sign_in, form.draft, rules_of(request), compared_with=compared[0], matches=compared[1],
        device=device_of(request), address=address_of(request), demo=shell_of(request).settings.demo,
    )  # fmt: skip
    outcome: SignedIn | NewPasswordStep | DomainError | None = await shown(form, signing)
    return PasswordExpired() if isinstance(outcome, NewPasswordStep) else outcome


def _on(request: Request, typed: Typed, work: Work, signed_in: SignedIn) -> Response:
    """Back to where he was; with the form that waited, where one did."""
    left_behind(work.actor)
    onward, to = local_path(typed.get("next", ""), "/me"), local_path(typed.get("to", ""), "")
    response: Response = redirect(request, onward, flash=_("已确认是您本人，请接着办。"))
    if to:
        response = render(request, GoOnPage(next=onward, to=to, words=words_in(typed.get("held", ""))))
    let_in(response, request, signed_in)
    return response
