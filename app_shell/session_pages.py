"""Pages of signing in and out. All work without a script."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from app_shell.anew_pages import anew_pages
from app_shell.confirm_pages import confirm_pages
from app_shell.context import current_lang, shell_of
from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.key_pages import key_pages, site_of
from app_shell.own_pages import own_pages
from app_shell.pages import Page, local_path, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.session_api import code_budget, left_behind
from app_shell.signin import (
    address_of,
    compare_password,
    device_of,
    first_hash,
    forget_session,
    let_in,
    let_out,
    rules_of,
    send_code,
    step_cookie,
)
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.accounts import (
    DEMO_CODE,
    RESIDENT,
    CodeSignInDraft,
    Enrolment,
    FirstPasswordDraft,
    FirstPasswordNeeded,
    NewPasswordStep,
    PasswordSignInDraft,
    PhoneDraft,
    SecondFactorDraft,
    SecondStep,
    SignedIn,
    ask_for_code,
    begin_second_step,
    enrolment_address,
    finish_second_step,
    second_step,
    sign_in_with_code,
    sign_out,
)
from core_db.foundation.errors import DomainError
from core_db.foundation.sealing import masked_phone

both = SecureRouter()
resident = SecureRouter()
committee = SecureRouter()


class PhonePage(Page, template="session/phone.html"):
    """Step one for residents: the number."""

    form: Filled[PhoneDraft] | None
    next: str


class CodePage(Page, template="session/code.html"):
    """Step two for residents: the code that was sent."""

    form: Filled[CodeSignInDraft] | None
    phone: str
    shown_phone: str
    notice: str | None
    demo_code: str | None
    next: str


class StaffSignInPage(Page, template="session/staff.html"):
    form: Filled[PasswordSignInDraft] | None
    next: str
    has_passkeys: bool


class SecondFactorPage(Page, template="session/second_factor.html"):
    """The code of one's authenticator; for who has none yet, how to set it up."""

    form: Filled[SecondFactorDraft] | None
    secret: str | None
    picture: str | None
    needs_password: bool
    next: str


def session_pages(app: str) -> SecureRouter:
    """The pages of one app: `resident` or `committee`."""
    router = SecureRouter()
    own = (resident, confirm_pages) if app == RESIDENT else (committee, key_pages, anew_pages)
    for part in (*own, both, own_pages(app)):
        router.routes.extend(part.routes)
    return router


# -- residents --------------------------------------------------------------------------------------


@resident.get("/sign-in", access=Access.PUBLIC)
async def ask_number(request: Request, work: WorkDep, next: str = "/") -> Response:
    if work.actor.is_signed_in:
        return redirect(request, local_path(next))
    return render(request, PhonePage(form=None, next=local_path(next)))


@resident.get("/sign-in/code", access=Access.PUBLIC)
async def back_to_number(request: Request) -> Response:
    """Somebody reloaded the second step: it begins with the number."""
    return redirect(request, "/sign-in")


@resident.post("/sign-in/code", access=Access.PUBLIC)
async def send(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, onward = fill(PhoneDraft, typed), local_path(typed.get("next", "/"))
    if form.draft is None:
        return render(request, PhonePage(form=form, next=onward), status=422)
    budget = code_budget(request)
    made = await shown(form, work.write(ask_for_code, form.draft, address=address_of(request), budget=budget))
    if made is None:
        # A code may be on its way already: whoever has it goes on, the others read when to try again.
        return _code_page(request, form.draft.phone, onward, notice=form.faults.get(""))
    refusal = await send_code(shell_of(request), work, made)
    if refusal is not None:
        form.faults[""] = refusal.sentence(current_lang())
        return render(request, PhonePage(form=form, next=onward), status=refusal.status)
    return _code_page(request, form.draft.phone, onward)


@resident.post("/sign-in", access=Access.PUBLIC)
async def sign_in_by_code(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, onward = fill(CodeSignInDraft, typed), local_path(typed.get("next", "/"))
    if form.draft is None:
        if "phone" in form.faults:
            return render(request, PhonePage(form=fill(PhoneDraft, typed), next=onward), status=422)
        return _code_page(request, fill(PhoneDraft, typed).draft.phone, onward, form=form)  # type: ignore[union-attr]
    outcome = await shown(
        form,
        work.write(
            sign_in_with_code, form.draft, device=device_of(request), address=address_of(request),
            demo=shell_of(request).settings.demo,
        ),
    )  # fmt: skip
    if not isinstance(outcome, SignedIn):
        _say_at(form, "code", outcome)
        return _code_page(request, form.draft.phone, onward, form=form)
    left_behind(work.actor)
    response = redirect(request, onward, flash=_("登录成功。"))
    let_in(response, request, outcome)
    return response


def _code_page(
    request: Request, phone: str, onward: str, *, form: Filled[CodeSignInDraft] | None = None,
    notice: str | None = None,
) -> Response:  # fmt: skip
    demo_code = DEMO_CODE if shell_of(request).settings.demo else None
    page = CodePage(
        form=form,
        phone=phone,
        shown_phone=masked_phone(phone),
        notice=notice,
        demo_code=demo_code,
        next=onward,
    )
    return render(request, page, status=422 if form else 200)


def _say_at(form: Filled[Any], name: str, refusal: DomainError | SignedIn | None) -> None:
    """A refusal that was returned, beside the field it is about."""
    if isinstance(refusal, DomainError):
        form.faults[name] = refusal.sentence(current_lang())


# -- staff ------------------------------------------------------------------------------------------


@committee.get("/sign-in", access=Access.PUBLIC)
async def ask_password(request: Request, work: WorkDep, next: str = "/") -> Response:
    if work.actor.is_signed_in:
        return redirect(request, local_path(next))
    return render(request, _staff_page(request, None, next))


@committee.post("/sign-in", access=Access.PUBLIC)
async def sign_in_by_password(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, onward = fill(PasswordSignInDraft, typed), local_path(typed.get("next", "/"))
    if form.draft is None:
        return render(request, _staff_page(request, form, onward), status=422)
    compared = await shown(form, compare_password(request, work, form.draft))
    if compared is None:
        return render(request, _staff_page(request, form, onward), status=429)
    outcome = await work.write(
        begin_second_step, form.draft, rules_of(request), compared_with=compared[0], matches=compared[1],
        device=device_of(request), address=address_of(request), demo=shell_of(request).settings.demo,
    )  # fmt: skip
    if isinstance(outcome, (SecondStep, NewPasswordStep)):
        return to_step(request, outcome, onward)
    if isinstance(outcome, DomainError):
        form.faults[""] = outcome.sentence(current_lang())
        return render(request, _staff_page(request, form, onward), status=422)
    left_behind(work.actor)
    response = redirect(request, onward)
    let_in(response, request, outcome)
    return response


def _staff_page(request: Request, form: Filled[PasswordSignInDraft] | None, next: str) -> StaffSignInPage:
    has_passkeys = site_of(request).has_passkeys
    return StaffSignInPage(form=form, next=local_path(next), has_passkeys=has_passkeys)


def to_step(request: Request, step: SecondStep | NewPasswordStep, onward: str) -> Response:
    """On to the page of the next step, which knows the device by a cookie."""
    shell = shell_of(request)
    page = "second-factor" if isinstance(step, SecondStep) else "new-password"
    response = redirect(request, f"/sign-in/{page}?next={quote(onward, safe='')}")
    response.set_cookie(
        step_cookie(shell), step.token, max_age=300, httponly=True, secure=shell.is_https, samesite="strict"
    )
    return response


@committee.get("/sign-in/second-factor", access=Access.PUBLIC)
async def ask_second_factor(request: Request, work: WorkDep, next: str = "/") -> Response:
    enrolment = await work.read(second_step, _step_token(request))
    return _second_factor_page(request, enrolment, local_path(next))


@committee.post("/sign-in/second-factor", access=Access.PUBLIC)
async def bring_second_factor(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, onward, token = (
        fill(SecondFactorDraft, typed),
        local_path(typed.get("next", "/")),
        _step_token(request),
    )
    outcome, chosen = None, None
    if typed.get("password"):
        own = fill(FirstPasswordDraft, typed)
        chosen = None if own.draft is None else await shown(own, first_hash(request, own.draft))
        if own.faults:
            form.faults["password"] = next(iter(own.faults.values()))
    if form.draft is not None and not form.faults:
        writing = work.write(
            finish_second_step,
            form.draft,
            rules_of(request),
            token=token,
            device=device_of(request),
            password_hash=chosen,
        )
        outcome = await shown(form, writing)
    if isinstance(outcome, NewPasswordStep):
        return to_step(request, outcome, onward)
    if not isinstance(outcome, SignedIn):
        _say_at(form, "password" if isinstance(outcome, FirstPasswordNeeded) else "otp", outcome)
        return _second_factor_page(request, await work.read(second_step, token), onward, form=form)
    left_behind(work.actor)
    response = redirect(request, onward)
    response.delete_cookie(step_cookie(shell_of(request)), httponly=True, secure=shell_of(request).is_https)
    let_in(response, request, outcome)
    return response


def _second_factor_page(
    request: Request, enrolment: Enrolment, onward: str, *, form: Filled[SecondFactorDraft] | None = None
) -> Response:
    picture = None
    if enrolment.secret is not None:
        # Codes are drawn once in a while; whoever draws none need not keep the library.
        import segno

        address = enrolment_address(enrolment.secret, enrolment.username)
        picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    page = SecondFactorPage(
        form=form,
        secret=enrolment.secret,
        picture=picture,
        needs_password=enrolment.needs_password,
        next=onward,
    )
    return render(request, page, status=422 if form else 200)


def _step_token(request: Request) -> str:
    return request.cookies.get(step_cookie(shell_of(request)), "")


# -- out ---------------------------------------------------------------------------------------------


@both.post("/sign-out", access=Access.PUBLIC)
async def leave(request: Request, work: WorkDep) -> Response:
    """Sign out; for who is signed out already, nothing changes."""
    if work.actor.is_signed_in:
        forget_session(await work.write(sign_out))
    response = redirect(request, "/sign-in", flash=_("您已退出登录。"))
    let_out(response, request)
    return response
