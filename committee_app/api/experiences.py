"""The experience library over the API: looking, telling one, the second look, taking it up and thanking."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Body, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from committee_app.api.asked import Word
from committee_app.api.guides import ExperienceShape
from core_db.experiences import (
    AdoptionDraft,
    Experience,
    ExperienceAdoption,
    ExperienceDraft,
    ExperienceProposal,
    SharingRefusalDraft,
    ThanksDraft,
    adopt_experience,
    experience_shown,
    experiences_shared,
    keep_experience_here,
    proposal_shown,
    proposals_here,
    propose_experience,
    share_experience,
    thank_for_experience,
    thanks_for,
    withdraw_experience,
)
from core_db.experiences.words import Origin, ProposalStatus

router = ApiRouter("/experiences")


class ExperiencesShape(Shape):
    items: list[ExperienceShape]
    next: str | None


class WithdrawnShape(Shape):
    id: str
    withdrawn_at: datetime


class ThanksShape(Shape):
    place_name: str
    text: str
    at: datetime


class ExperienceShownShape(ExperienceShape):
    said: list[ThanksShape]


class ToldShape(Shape):
    """An experience that was told here, already without names, and how the second look at it went."""

    id: str
    community_id: str
    origin: Origin
    title: str
    problem: str
    steps: str
    outcome: str
    proposed_name: str
    proposed_at: datetime
    status: ProposalStatus
    reason: str | None


class ToldListShape(Shape):
    items: list[ToldShape]
    next: str | None


class SharedShape(Shape):
    id: str
    place_id: str
    shared_at: datetime


class AdoptedShape(Shape):
    """The guide that one's own neighbourhood made of it, and when it thanked."""

    experience_id: str
    place_id: str
    guide_id: str
    adopted_at: datetime
    thanked_at: datetime | None


@router.get("", access=Access.COMMITTEE, answers=ExperiencesShape)
async def index(work: WorkDep, q: Word = "") -> Response:
    """What the neighbourhoods of the district have shared: what fits some words, or the newest."""
    return answer(listed([asdict(one) for one in await work.read(experiences_shared, q)], next_after=None))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=ToldShape)
async def propose(request: Request, draft: ExperienceDraft, work: WorkDep) -> Response:
    """Tell one. Names are taken out of it; a second person reads it before it leaves the neighbourhood."""
    return await once(request, work, propose_experience, draft, render=_render_told)


@router.get("/proposals", access=Access.COMMITTEE, answers=ToldListShape)
async def proposals(work: WorkDep) -> Response:
    """What waits here for a second look, the oldest first; after it what one proposed oneself and stays here."""
    return answer(listed([_told(one) for one in await work.read(proposals_here)], next_after=None))


@router.get("/proposals/{told_id}", access=Access.COMMITTEE, answers=ToldShape)
async def proposal(told_id: Id, work: WorkDep) -> Response:
    """One of them."""
    return answer(_told(await work.read(proposal_shown, told_id)))


@router.post("/proposals/{told_id}/sharing", access=Access.COMMITTEE, status_code=201, answers=SharedShape)
async def share(request: Request, told_id: Id, work: WorkDep) -> Response:
    """Let it leave the neighbourhood, as a second person who has read it."""
    return await once(request, work, share_experience, told_id, render=_shared)


@router.post("/proposals/{told_id}/refusal", access=Access.COMMITTEE, answers=ToldShape)
async def keep_here(request: Request, told_id: Id, draft: SharingRefusalDraft, work: WorkDep) -> Response:
    """Keep it in its neighbourhood, and say why."""
    return await once(request, work, keep_experience_here, told_id, draft, render=_render_told, status=200)


@router.get("/{experience_id}", access=Access.COMMITTEE, answers=ExperienceShownShape)
async def show(experience_id: Id, work: WorkDep) -> Response:
    """One of them, with what those who took it up said of it."""
    found = asdict(await work.read(experience_shown, experience_id))
    said = [asdict(one) for one in await work.read(thanks_for, experience_id)]
    return answer(found | {"said": said})


@router.post("/{experience_id}/adoption", access=Access.COMMITTEE, status_code=201, answers=AdoptedShape)
async def adopt(
    request: Request, experience_id: Id, work: WorkDep, draft: Annotated[AdoptionDraft | None, Body()] = None
) -> Response:
    """Take it up as a guide of one's own neighbourhood, which says whose it was. Of several one says which it is."""
    draft = draft or AdoptionDraft()
    return await once(request, work, adopt_experience, experience_id, draft, render=_adopted)


@router.post("/{experience_id}/withdrawal", access=Access.COMMITTEE, answers=WithdrawnShape)
async def withdraw(request: Request, experience_id: Id, work: WorkDep) -> Response:
    """Have nobody find one's own any more; guides that others made of it stay theirs."""
    return await once(request, work, withdraw_experience, experience_id, render=_withdrawn, status=200)


@router.post("/{experience_id}/thanks", access=Access.COMMITTEE, answers=AdoptedShape)
async def thank(request: Request, experience_id: Id, draft: ThanksDraft, work: WorkDep) -> Response:
    """Thank those whose experience one took up."""
    return await once(request, work, thank_for_experience, experience_id, draft, render=_adopted, status=200)


def _told(one: ExperienceProposal) -> dict[str, Any]:
    return {
        "id": one.id, "community_id": one.community_id, "origin": one.origin, "title": one.title,
        "problem": one.problem, "steps": one.steps,
        "outcome": one.outcome, "proposed_name": one.proposed_name, "proposed_at": one.proposed_at,
        "status": one.status, "reason": one.reason,
    }  # fmt: skip


def _render_told(_session: Session, made: ExperienceProposal) -> dict[str, Any]:
    return _told(made)


def _shared(_session: Session, made: Experience) -> dict[str, Any]:
    return {"id": made.id, "place_id": made.place_id, "shared_at": made.shared_at}


def _withdrawn(_session: Session, made: Experience) -> dict[str, Any]:
    return {"id": made.id, "withdrawn_at": made.withdrawn_at}


def _adopted(_session: Session, made: ExperienceAdoption) -> dict[str, Any]:
    return {
        "experience_id": made.experience_id, "place_id": made.place_id, "guide_id": made.guide_id,
        "adopted_at": made.adopted_at, "thanked_at": made.thanked_at,
    }  # fmt: skip
