"""Pages of staff's keys: passkeys to sign in with, and the password that is changed.

A passkey needs a script, because only a script can ask the device. Without one the password does all that is needed.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from app_shell.api import respond_with
from app_shell.context import current_lang, shell_of
from app_shell.forms import Filled, Typed, TypedForm, fill, shown
from app_shell.pages import Page, local_path, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.signin import (
    address_of,
    device_of,
    forget_session,
    let_in,
    let_out,
    new_hash,
    rules_of,
    step_cookie,
)
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.accounts import (
    AuthRules,
    NewPasswordDraft,
    PasskeyDraft,
    PasskeySeen,
    PasswordKept,
    PasswordWrong,
    SignedIn,
    Site,
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    my_passkeys,
    password_kept,
    password_run_out,
    remove_passkey,
    sign_in_with_passkey,
    site_at,
    store_password,
)
from core_db.foundation.errors import CannotBeRead, DomainError

key_pages = SecureRouter()


class PasskeysPage(Page, template="session/passkeys.html"):
    """One's passkeys, and whether this site can have any."""

    keys: Sequence[PasskeySeen]
    has_passkeys: bool


class PasswordPage(Page, template="session/password.html"):
    """A new password in place of the present one, which may have run out."""

    form: Filled[NewPasswordDraft] | None
    rules: AuthRules
    #: Where it goes to: one's own page, or the step at signing in.
    action: str
    next: str


def site_of(request: Request) -> Site:
    """The site keys answer to: the committee's public address."""
    return site_at(shell_of(request).settings.committee_url)


# -- passkeys ---------------------------------------------------------------------------------------


@key_pages.post("/sign-in/passkey/options", access=Access.PUBLIC)
async def ask_device_to_sign_in(request: Request, work: WorkDep) -> Response:
    asked = await work.write(begin_passkey_sign_in, site_of(request), address=address_of(request))
    return respond_with(asked.encode())


@key_pages.post("/sign-in/passkey", access=Access.PUBLIC)
async def sign_in_by_passkey(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    outcome = await work.write(
        sign_in_with_passkey, answer_in(typed), site_of(request), device=device_of(request),
        demo=shell_of(request).settings.demo,
    )  # fmt: skip
    if not isinstance(outcome, SignedIn):
        raise outcome
    if work.actor.session_id is not None:
        forget_session(work.actor.session_id)
    response = redirect(request, local_path(typed.get("next", "/")))
    let_in(response, request, outcome)
    return response


@key_pages.get("/me/passkeys", access=Access.STAFF)
async def passkeys(request: Request, work: WorkDep) -> Response:
    keys = await work.read(my_passkeys)
    return render(request, PasskeysPage(keys=keys, has_passkeys=site_of(request).has_passkeys))


@key_pages.post("/me/passkeys/options", access=Access.STAFF)
async def ask_device_for_key(request: Request, work: WorkDep) -> Response:
    return respond_with((await work.write(begin_passkey, site_of(request))).encode())


@key_pages.post("/me/passkeys", access=Access.STAFF)
async def keep_key(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    outcome = await work.write(add_passkey, answer_in(typed), site_of(request), device=device_of(request))
    if isinstance(outcome, DomainError):
        raise outcome
    return redirect(request, "/me/passkeys", flash=_("通行密钥已登记，下次可以直接用它登录。"))


@key_pages.post("/me/passkeys/{passkey_id}/removal", access=Access.STAFF)
async def forget_key(request: Request, passkey_id: Id, work: WorkDep) -> Response:
    await work.write(remove_passkey, passkey_id)
    return redirect(request, "/me/passkeys", flash=_("已删除，它不能再登录。"))


def answer_in(typed: Typed) -> PasskeyDraft:
    """What the device answered, in the form that sends it."""
    draft = fill(PasskeyDraft, typed).draft
    if draft is None:
        raise CannotBeRead({"credential": ("设备没有回答。", "The device did not answer.")})
    return draft


# -- the password -----------------------------------------------------------------------------------


@key_pages.get("/me/password", access=Access.STAFF)
async def ask_new_password(request: Request) -> Response:
    return render(request, _password_page(request, None, "/me/password", "/me"))


@key_pages.post("/me/password", access=Access.STAFF)
async def change_own_password(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    kept = await work.read(password_kept, rules_of(request))
    return await _change(request, typed, work, kept, action="/me/password", onward="/me")


@key_pages.get("/sign-in/new-password", access=Access.PUBLIC)
async def ask_password_instead(request: Request, work: WorkDep, next: str = "/") -> Response:
    await work.read(password_run_out, _step(request), rules_of(request))
    return render(request, _password_page(request, None, "/sign-in/new-password", local_path(next)))


@key_pages.post("/sign-in/new-password", access=Access.PUBLIC)
async def change_run_out_password(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    kept = await work.read(password_run_out, _step(request), rules_of(request))
    onward = local_path(typed.get("next", "/"))
    return await _change(request, typed, work, kept, action="/sign-in/new-password", onward=onward)


async def _change(
    request: Request, typed: TypedForm, work: WorkDep, kept: PasswordKept, *, action: str, onward: str
) -> Response:
    form, hashed = fill(NewPasswordDraft, typed), None
    if form.draft is not None:
        try:
            hashed = await shown(form, new_hash(request, form.draft, kept))
        except PasswordWrong as refusal:
            # Elsewhere that means “sign in”; here it is one field of two.
            form.faults["current"] = refusal.sentence(current_lang())
    if hashed is None:
        return render(request, _password_page(request, form, action, onward), status=422)
    ended = await work.write(store_password, hashed, kept, rules_of(request))
    forget_session(*ended)
    response = redirect(request, "/sign-in", flash=_("密码已更换，请用新密码登录。"))
    let_out(response, request)
    return response


def _password_page(
    request: Request, form: Filled[NewPasswordDraft] | None, action: str, onward: str
) -> PasswordPage:
    return PasswordPage(form=form, rules=rules_of(request), action=action, next=onward)


def _step(request: Request) -> str:
    return request.cookies.get(step_cookie(shell_of(request)), "")
