"""Pages of oneself: one's devices, the home one is bound to, and for a committee the askings that wait for it."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import ADMITS, Access, Id, SecureRouter
from app_shell.signin import (
    forget_session,
    let_out,
)
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.accounts import (
    RESIDENT,
    BindingDraft,
    BindingRefusalDraft,
    BindingSeen,
    BindingStatus,
    Device,
    LedBuilding,
    Me,
    RoleHeld,
    StepToHome,
    approve_binding,
    ask_for_home,
    bound_account,
    buildings_led,
    end_binding,
    me,
    my_bindings,
    my_devices,
    open_bindings,
    refuse_binding,
    revoke_binding,
    sign_out,
    sign_out_everywhere,
    step_to_home,
)
from core_db.accounts.words import BINDING_WORDS, ROLE_WORDS
from core_db.foundation.actor import ActorKind

both = SecureRouter()
resident = SecureRouter()
committee = SecureRouter()
TONES = {
    BindingStatus.ASKED: "info", BindingStatus.BOUND: "ok", BindingStatus.REFUSED: "warn",
    BindingStatus.ENDED: "mute", BindingStatus.REVOKED: "warn",
}  # fmt: skip


class MePage(Page, template="session/me.html"):
    """Oneself: home, look, devices, whom to call, the way out."""

    me: Me
    roles: Sequence[str]
    waiting: int
    #: The buildings a resident leads.
    led: Sequence[LedBuilding]
    #: Whether one fills posts; everybody of the staff may act for another.
    fills_posts: bool


class DevicesPage(Page, template="session/devices.html"):
    devices: Sequence[Device]


class HomePage(Page, template="session/home.html"):
    """One's homes and what became of one's askings."""

    bindings: Sequence[BindingSeen]
    words: Any
    tones: Any


class ChooseHomePage(Page, template="session/choose_home.html"):
    """Down the tree to the door, then the name."""

    step: StepToHome
    form: Filled[BindingDraft] | None
    name: str
    key: str


class BindingsPage(Page, template="session/bindings.html"):
    """A committee's open askings."""

    bindings: Sequence[BindingSeen]
    form: Filled[BindingRefusalDraft] | None
    #: The asking whose refusal could not be taken.
    at: str | None
    next_href: str | None


class RevocationPage(Page, template="session/revocation.html"):
    """An account that was bound to a home by mistake, and why it is undone."""

    bound: BindingSeen
    form: Filled[BindingRefusalDraft] | None


def own_pages(app: str) -> SecureRouter:
    """The pages of one app: `resident` or `committee`."""
    router = SecureRouter()
    for part in (resident if app == RESIDENT else committee, both):
        router.routes.extend(part.routes)
    return router


# -- oneself ----------------------------------------------------------------------------------------


@both.get("/me", access=Access.SIGNED_IN)
async def myself(request: Request, work: WorkDep) -> Response:
    who = await work.read(me)
    waiting = sum(b.status is BindingStatus.ASKED for b in await work.read(my_bindings))
    place = 1 if work.lang == "en" else 0
    led = await work.read(buildings_led) if who.kind is ActorKind.RESIDENT else ()
    roles = [_held(held, place) for held in who.roles]
    page = MePage(me=who, roles=roles, waiting=waiting, led=led, fills_posts=ADMITS[Access.POSTS](work.actor))
    return render(request, page)


def _held(held: RoleHeld, place: int) -> str:
    """A role as its holder reads it; whose it is, where he acts for another."""
    said = f"{held.place_name} · {ROLE_WORDS[held.role][place]}"
    return f"{said} · {_('代{name}').replace('{name}', held.giver_name)}" if held.giver_name else said


@both.get("/me/devices", access=Access.SIGNED_IN)
async def devices(request: Request, work: WorkDep) -> Response:
    return render(request, DevicesPage(devices=await work.read(my_devices)))


@both.post("/me/devices/sign-out", access=Access.SIGNED_IN)
async def leave_everywhere(request: Request, work: WorkDep) -> Response:
    forget_session(*await work.write(sign_out_everywhere))
    response = redirect(request, "/sign-in", flash=_("所有设备都已退出登录。"))
    let_out(response, request)
    return response


@both.post("/me/devices/{session_id}/sign-out", access=Access.SIGNED_IN)
async def leave_one(request: Request, session_id: Id, work: WorkDep) -> Response:
    forget_session(await work.write(sign_out, session_id))
    return redirect(request, "/me/devices", flash=_("那台设备已退出登录。"))


# -- a home -----------------------------------------------------------------------------------------


@resident.get("/me/home", access=Access.RESIDENT)
async def homes(request: Request, work: WorkDep) -> Response:
    lang = 1 if work.lang == "en" else 0
    words = {status: pair[lang] for status, pair in BINDING_WORDS.items()}
    return render(request, HomePage(bindings=await work.read(my_bindings), words=words, tones=TONES))


@resident.get("/me/home/choose", access=Access.RESIDENT)
async def choose_home(request: Request, work: WorkDep, at: str | None = None) -> Response:
    step = await work.read(step_to_home, at)
    return render(request, ChooseHomePage(step=step, form=None, name=work.actor.name, key=fresh_key()))


@resident.post("/me/home", access=Access.RESIDENT)
async def ask_home(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(BindingDraft, typed)
    status = None
    if form.draft is not None:
        asking = once_from_form(
            request, work, typed, ask_for_home, form.draft, to=lambda asked: asked.status.value
        )
        status = await shown(form, asking)
    if status is None:
        step = await work.read(step_to_home, typed.get("home_id") or None)
        return render(request, ChooseHomePage(step=step, form=form, name="", key=fresh_key()), status=422)
    forget_session(work.actor.id)
    if status == BindingStatus.BOUND:
        return redirect(request, "/me/home", flash=_("房屋已绑定，可以提交诉求了。"))
    return redirect(request, "/me/home", flash=_("申请已送到居委会，结果会写在这里。"))


@resident.post("/me/home/{binding_id}/ending", access=Access.RESIDENT)
async def leave_home(request: Request, binding_id: Id, work: WorkDep) -> Response:
    await work.write(end_binding, binding_id)
    forget_session(work.actor.id)
    return redirect(request, "/me/home", flash=_("已解除。"))


# -- the committee's askings ------------------------------------------------------------------------


@committee.get("/bindings", access=Access.COMMITTEE)
async def waiting_bindings(request: Request, work: WorkDep, after: str | None = None) -> Response:
    return await _bindings_page(request, work, after=after)


@committee.post("/bindings/{binding_id}/approval", access=Access.COMMITTEE)
async def approve(request: Request, binding_id: Id, work: WorkDep) -> Response:
    await work.write(approve_binding, binding_id)
    return redirect(request, "/bindings", flash=_("已通过，居民现在可以提交诉求。"))


@committee.post("/bindings/{binding_id}/refusal", access=Access.COMMITTEE)
async def refuse(request: Request, binding_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(BindingRefusalDraft, typed)
    if form.draft is None:
        return await _bindings_page(request, work, form=form, at=binding_id)
    await work.write(refuse_binding, binding_id, form.draft)
    return redirect(request, "/bindings", flash=_("已退回，原因会告诉居民。"))


@committee.get("/bindings/{binding_id}/revocation", access=Access.COMMITTEE)
async def ask_why_mistaken(request: Request, binding_id: Id, work: WorkDep) -> Response:
    page = RevocationPage(bound=await work.read(bound_account, binding_id), form=None)
    return render(request, page)


@committee.post("/bindings/{binding_id}/revocation", access=Access.COMMITTEE)
async def revoke(request: Request, binding_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(BindingRefusalDraft, typed)
    bound = await work.read(bound_account, binding_id)
    if form.draft is None:
        return render(request, RevocationPage(bound=bound, form=form), status=422)
    await work.write(revoke_binding, binding_id, form.draft)
    return redirect(request, f"/homes/{bound.home_id}", flash=_("已撤销，那个账号不再看得到这家的任何事。"))


async def _bindings_page(
    request: Request, work: WorkDep, *, after: str | None = None, form: Filled[BindingRefusalDraft] | None = None,
    at: str | None = None,
) -> Response:  # fmt: skip
    found = await work.read(open_bindings, after=after, limit=30)
    following = f"/bindings?after={found[-1].id}" if len(found) == 30 else None
    page = BindingsPage(bindings=found, form=form, at=at, next_href=following)
    return render(request, page, status=422 if form else 200)
