"""The JSON API of signing in, of oneself, and of binding a home."""

from datetime import datetime
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app_shell.api import After, Limit, answer, listed, nothing, once
from app_shell.context import shell_of, visit_of
from app_shell.routing import Access, ApiRouter, Id
from app_shell.signin import (
    address_of,
    compare_password,
    device_of,
    forget_session,
    let_in,
    let_out,
    rules_of,
    send_code,
)
from app_shell.work import Work, WorkDep
from core_db.accounts import (
    RESIDENT,
    BindingDraft,
    BindingRefusalDraft,
    BindingSeen,
    CodeBudget,
    CodeSignInDraft,
    HomeBinding,
    Me,
    NewPasswordStep,
    PasswordExpired,
    PasswordSignInDraft,
    PhoneDraft,
    SignedIn,
    approve_binding,
    ask_for_code,
    ask_for_home,
    binding_seen,
    end_binding,
    finish_staff_sign_in,
    me,
    my_bindings,
    my_devices,
    open_bindings,
    refuse_binding,
    revoke_binding,
    sign_in_with_code,
    sign_out,
    sign_out_everywhere,
)
from core_db.accounts.words import ROLE_WORDS
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.errors import DomainError
from core_db.foundation.sealing import masked_phone

both = ApiRouter()
resident = ApiRouter()
committee = ApiRouter()


def session_api(app: str) -> ApiRouter:
    """The routes of one app: `resident` or `committee`."""
    router = ApiRouter()
    for part in (resident if app == RESIDENT else committee, both):
        router.routes.extend(part.routes)
    return router


def code_budget(request: Request) -> CodeBudget:
    settings = shell_of(request).settings
    return CodeBudget(per_day=settings.codes_per_day, per_address=settings.codes_per_address)


# -- signing in and out -----------------------------------------------------------------------------


@resident.post("/session/code", access=Access.PUBLIC, keyed=False, status_code=202)
async def ask(request: Request, draft: PhoneDraft, work: WorkDep) -> Response:
    """Send a code to a telephone. The answer is the same whether or not the number has an account."""
    made = await work.write(ask_for_code, draft, address=address_of(request), budget=code_budget(request))
    refusal = await send_code(shell_of(request), work, made)
    if refusal is not None:
        raise refusal
    shown = {"phone": masked_phone(made.phone), "expires_at": made.expires_at, "again_after_seconds": 60}
    return answer(shown, 202)


@resident.post("/session", access=Access.PUBLIC, keyed=False, status_code=201)
async def sign_in_by_code(request: Request, draft: CodeSignInDraft, work: WorkDep) -> Response:
    """Sign in with a telephone number and its code."""
    outcome = await work.write(
        sign_in_with_code, draft, device=device_of(request), address=address_of(request),
        demo=shell_of(request).settings.demo,
    )  # fmt: skip
    return await _signed_in(request, work, outcome)


@committee.post("/session", access=Access.PUBLIC, keyed=False, status_code=201)
async def sign_in_by_password(request: Request, draft: PasswordSignInDraft, work: WorkDep) -> Response:
    """Sign in with name, password and the code of one's authenticator."""
    compared_with, matches = await compare_password(request, work, draft)
    outcome = await work.write(
        finish_staff_sign_in, draft, rules_of(request), compared_with=compared_with, matches=matches,
        device=device_of(request), address=address_of(request), demo=shell_of(request).settings.demo,
    )  # fmt: skip
    return await _signed_in(request, work, outcome)


async def _signed_in(
    request: Request, work: Work, outcome: SignedIn | NewPasswordStep | DomainError
) -> Response:
    if isinstance(outcome, NewPasswordStep):
        raise PasswordExpired()
    if isinstance(outcome, DomainError):
        raise outcome
    left_behind(work.actor)
    someone = Actor(
        kind=ActorKind.RESIDENT if shell_of(request).name == RESIDENT else ActorKind.STAFF,
        id=outcome.account_id, name="", session_id=outcome.session_id,
    )  # fmt: skip
    who = await work.as_actor(someone).read(me)
    response = answer(
        {
            "token": outcome.token, "expires_at": outcome.expires_at,
            "idle_seconds": int(outcome.idle.total_seconds()) if outcome.idle else None, **_person_or_staff(who),
        },
        201,
    )  # fmt: skip
    let_in(response, request, outcome)
    return response


@both.delete("/session", access=Access.SIGNED_IN, status_code=204)
async def leave(request: Request, work: WorkDep) -> Response:
    """Sign this device out."""
    forget_session(await work.write(sign_out))
    response = nothing()
    let_out(response, request)
    return response


@both.get("/sessions", access=Access.SIGNED_IN)
async def devices(work: WorkDep) -> Response:
    """One's signed-in devices."""
    found = await work.read(my_devices)
    rows = [
        {
            "id": d.id,
            "device": d.device,
            "created_at": d.created_at,
            "seen_at": d.seen_at,
            "current": d.is_this,
        }
        for d in found
    ]
    return answer(listed(rows, next_after=None))


@both.delete("/sessions", access=Access.SIGNED_IN, status_code=204)
async def leave_everywhere(request: Request, work: WorkDep) -> Response:
    """Sign out every device, this one too."""
    forget_session(*await work.write(sign_out_everywhere))
    response = nothing()
    let_out(response, request)
    return response


@both.delete("/sessions/{session_id}", access=Access.SIGNED_IN, status_code=204)
async def leave_one(session_id: Id, work: WorkDep) -> Response:
    """Sign another device of one's own out."""
    forget_session(await work.write(sign_out, session_id))
    return nothing()


def left_behind(actor: Actor) -> None:
    """Who signed in anew has left the session he came with."""
    if actor.session_id is not None:
        forget_session(actor.session_id)


# -- oneself ----------------------------------------------------------------------------------------


@both.get("/me", access=Access.SIGNED_IN)
async def myself(request: Request, work: WorkDep) -> Response:
    """Who is signed in: person or staff, homes, roles with their places, and the language in use."""
    lang = visit_of(request).lang
    who = await work.read(me)
    homes = [
        {
            "id": home.home_id, "label": home.label, "building_id": home.building_id,
            "community": {"id": home.community_id, "name": home.community_name},
        }
        for home in who.homes
    ]  # fmt: skip
    roles = [
        {
            "role": held.role, "name": ROLE_WORDS[held.role][1 if lang == "en" else 0],
            "place": {"id": held.place_id, "name": held.place_name},
            "organisation": held.organisation_id
            and {"id": held.organisation_id, "name": held.organisation_name},
            "acting_for": held.giver_name or None,
        }
        for held in who.roles
    ]  # fmt: skip
    also = [{"name": one.name, "since": one.since} for one in who.also]
    return answer(
        {**_person_or_staff(who), "homes": homes, "roles": roles, "also_bound": also, "language": lang}
    )


def _person_or_staff(who: Me) -> dict[str, Any]:
    if who.kind is ActorKind.STAFF:
        return {"staff": {"id": who.id, "username": who.username, "name": who.name}}
    return {
        "person": {
            "id": who.id, "name": who.name, "phone": who.phone, "verified": who.person_id is not None,
        }
    }  # fmt: skip


# -- binding a home ---------------------------------------------------------------------------------


@resident.get("/homes/bindings", access=Access.RESIDENT)
async def bindings_of_mine(work: WorkDep) -> Response:
    """What became of one's askings."""
    return answer(listed([_binding(seen) for seen in await work.read(my_bindings)], next_after=None))


@resident.post("/homes/bindings", access=Access.RESIDENT, status_code=201)
async def ask_home(request: Request, draft: BindingDraft, work: WorkDep) -> Response:
    """Ask to be bound to the home one lives in: `bound` at once if the register knows it, else `asked`."""
    response = await once(request, work, ask_for_home, draft, render=_rendered(work.actor))
    forget_session(work.actor.id)
    return response


@resident.delete("/homes/bindings/{binding_id}", access=Access.RESIDENT, status_code=204)
async def leave_home(binding_id: Id, work: WorkDep) -> Response:
    """One does not live there any more, or asked by mistake."""
    await work.write(end_binding, binding_id)
    forget_session(work.actor.id)
    return nothing()


@committee.get("/bindings", access=Access.COMMITTEE)
async def waiting_bindings(work: WorkDep, after: After = None, limit: Limit = 50) -> Response:
    """The askings that wait for the committee, the oldest first."""
    found = await work.read(open_bindings, after=after, limit=limit)
    following = found[-1].id if len(found) == limit else None
    return answer(listed([_binding(seen) for seen in found], next_after=following))


@committee.post("/bindings/{binding_id}/approval", access=Access.COMMITTEE)
async def approve(request: Request, binding_id: Id, work: WorkDep) -> Response:
    """The resident does live there."""
    return await once(request, work, approve_binding, binding_id, render=_rendered(work.actor), status=200)


@committee.post("/bindings/{binding_id}/refusal", access=Access.COMMITTEE)
async def refuse(request: Request, binding_id: Id, draft: BindingRefusalDraft, work: WorkDep) -> Response:
    """It is not so; the resident is told why."""
    return await once(
        request, work, refuse_binding, binding_id, draft, render=_rendered(work.actor), status=200
    )


@committee.post("/bindings/{binding_id}/revocation", access=Access.COMMITTEE)
async def revoke(request: Request, binding_id: Id, draft: BindingRefusalDraft, work: WorkDep) -> Response:
    """The account was bound by mistake: it is as if it had never been, and its holder is told why."""
    return await once(
        request, work, revoke_binding, binding_id, draft, render=_rendered(work.actor), status=200
    )


def _rendered(actor: Actor) -> Any:
    def render(session: Session, binding: HomeBinding) -> dict[str, Any]:
        return _binding(binding_seen(session, binding.id, actor=actor))

    return render


def _binding(seen: BindingSeen) -> dict[str, str | datetime | dict[str, str] | None]:
    return {
        "id": seen.id, "status": seen.status.value, "name": seen.name, "phone": seen.phone,
        "home": {"id": seen.home_id, "label": seen.home_label}, "community_id": seen.community_id,
        "asked_at": seen.asked_at, "decided_at": seen.decided_at, "reason": seen.reason,
    }  # fmt: skip
