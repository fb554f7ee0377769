"""What residents ask about their data, over the API: corrections of the register, and guardians to be confirmed."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.oversight_shapes import (
    BothValuesShape,
    CorrectionShape,
    CorrectionsShape,
    GuardianshipShape,
    GuardianshipsShape,
)
from core_db.mydata import (
    DecisionReason,
    accept_correction,
    approve_guardian,
    correction_seen,
    guardianship_seen,
    open_corrections,
    open_guardianships,
    refuse_correction,
    refuse_guardian,
    uncover_correction,
)

router = ApiRouter("/data-requests")


@router.get("/corrections", access=Access.COMMITTEE, answers=CorrectionsShape)
async def corrections(work: WorkDep) -> Response:
    """What waits for one's committee, the first due first; what it should be is masked."""
    return answer(listed([asdict(one) for one in await work.read(open_corrections)], next_after=None))


@router.post(
    "/corrections/{request_id}/uncovering", access=Access.COMMITTEE, keyed=False, answers=BothValuesShape
)
async def uncover(request_id: Id, work: WorkDep) -> Response:
    """Both values in the clear; recorded, and told to whom it is about. Nothing keeps the answer."""
    return answer(asdict(await work.write(uncover_correction, request_id)))


@router.post("/corrections/{request_id}/approval", access=Access.COMMITTEE, answers=CorrectionShape)
async def accept(request: Request, request_id: Id, work: WorkDep) -> Response:
    """It is so: the register says it from now on."""
    return await once(request, work, accept_correction, request_id, render=_correction(work), status=200)


@router.post("/corrections/{request_id}/refusal", access=Access.COMMITTEE, answers=CorrectionShape)
async def refuse(request: Request, request_id: Id, draft: DecisionReason, work: WorkDep) -> Response:
    """It is not so; he reads why."""
    return await once(
        request, work, refuse_correction, request_id, draft, render=_correction(work), status=200
    )


@router.get("/guardians", access=Access.COMMITTEE, answers=GuardianshipsShape)
async def guardians(work: WorkDep) -> Response:
    """Who asks to act for a child of one's neighbourhood, the oldest first."""
    return answer(listed([asdict(one) for one in await work.read(open_guardianships)], next_after=None))


@router.post("/guardians/{asked_id}/approval", access=Access.COMMITTEE, answers=GuardianshipShape)
async def approve(request: Request, asked_id: Id, work: WorkDep) -> Response:
    """He is the guardian: the register has one child of this name and birth date."""
    return await once(request, work, approve_guardian, asked_id, render=_guardianship(work), status=200)


@router.post("/guardians/{asked_id}/refusal", access=Access.COMMITTEE, answers=GuardianshipShape)
async def refuse_as_guardian(
    request: Request, asked_id: Id, draft: DecisionReason, work: WorkDep
) -> Response:
    """He is not, or the papers do not tell; he reads why."""
    return await once(request, work, refuse_guardian, asked_id, draft, render=_guardianship(work), status=200)


def _correction(work: Work) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: asdict(correction_seen(session, made.id, actor=work.actor, clock=work.clock))


def _guardianship(work: Work) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: asdict(
        guardianship_seen(session, made.id, actor=work.actor, clock=work.clock)
    )
