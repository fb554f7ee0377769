"""Looking in an emergency over the API. No kept answer holds a number: uncovering takes no key."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.looks import deferral_said
from committee_app.api.oversight_shapes import DeferralShape
from committee_app.api.shapes import EmergenciesShape, EmergencyOpenShape, EmergencyShape, NumbersShape
from core_db.emergency import (
    EmergencyDraft,
    ReviewDraft,
    defer_emergency,
    emergencies,
    emergency_opened,
    emergency_seen,
    open_emergency,
    review_emergency,
    uncover_in_emergency,
)
from core_db.reveals import DeferralDraft

router = ApiRouter("/emergencies")


@router.get("", access=Access.REVIEW, answers=EmergenciesShape)
async def index(work: WorkDep, after: After = None, limit: Limit = 50) -> Response:
    """One's own looks and those one reviews, the newest first."""
    found = await work.read(emergencies, after=after, limit=limit)
    onward = found[-1].id if len(found) == limit else None
    return answer(listed([asdict(one) for one in found], next_after=onward))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=EmergencyShape)
async def look(request: Request, draft: EmergencyDraft, work: WorkDep) -> Response:
    """Open one resident for half an hour; secretary and town are told at once."""
    return await once(request, work, open_emergency, draft, render=_seen(work, "id"))


@router.get("/{access_id}", access=Access.REVIEW, answers=EmergencyOpenShape)
async def show(access_id: Id, work: WorkDep) -> Response:
    """One look; for whoever opened it, while it lasts, with the resident's open cases."""
    opened = await work.read(emergency_opened, access_id)
    cases = [one._asdict() for one in opened.cases]
    return answer({**asdict(opened.emergency), "cases": cases})


@router.post("/{access_id}/uncovering", access=Access.COMMITTEE, keyed=False, answers=NumbersShape)
async def uncover(access_id: Id, work: WorkDep) -> Response:
    """Telephone and identity number in the clear. Nothing keeps the answer: asked again it is another read."""
    uncovered = await work.write(uncover_in_emergency, access_id)
    return answer(uncovered._asdict())


@router.post("/{access_id}/review", access=Access.REVIEW, status_code=201, answers=EmergencyShape)
async def review(request: Request, access_id: Id, draft: ReviewDraft, work: WorkDep) -> Response:
    """Say whether it was right to look; never of one's own."""
    return await once(request, work, review_emergency, access_id, draft, render=_seen(work, "access_id"))


@router.post("/{access_id}/deferral", access=Access.REVIEW, status_code=201, answers=DeferralShape)
async def defer(request: Request, access_id: Id, draft: DeferralDraft, work: WorkDep) -> Response:
    """Have the resident told later, also of what is still to be read: at most ninety days; never of one's own."""
    return await once(request, work, defer_emergency, access_id, draft, render=deferral_said)


def _seen(work: Work, name: str) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: asdict(
        emergency_seen(session, getattr(made, name), actor=work.actor, clock=work.clock)
    )
