"""Writing places over the API: entering an estate, a building or homes; putting right, verifying and ending one.

A place that is called otherwise is renamed, with all that lies in it. One that is torn down, merged or replaced ends,
and names what stands there instead as `successor_id`.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Body, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.keeping import MAY_WAIT, KeptShape, change_as_read
from committee_app.api.people_changes import VerificationDraft, change_of_place
from committee_app.api.register_shapes import ChangesShape, FoundedHomesShape, FoundedShape
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.overview import facts_kept, place_version
from core_db.people import correct_place, end_dwelling
from core_db.places import (
    BuildingDraft,
    EstateDraft,
    HomesDraft,
    Place,
    PlaceCorrection,
    PlaceEnding,
    PlaceNaming,
    found_building,
    found_estate,
    found_homes,
    rename_place,
    verify_place,
)

router = ApiRouter()


@router.post("/estates", access=Access.COMMITTEE, status_code=201, answers=FoundedShape)
async def enter_estate(request: Request, draft: EstateDraft, work: WorkDep) -> Response:
    """Enter a housing estate of a neighbourhood."""
    return await once(request, work, found_estate, draft, render=_founded(work), versioned=True)


@router.post("/buildings", access=Access.COMMITTEE, status_code=201, answers=FoundedShape)
async def enter_building(request: Request, draft: BuildingDraft, work: WorkDep) -> Response:
    """Enter a building of an estate, or of a neighbourhood where it stands in none."""
    return await once(request, work, found_building, draft, render=_founded(work), versioned=True)


@router.post("/homes", access=Access.COMMITTEE, status_code=201, answers=FoundedHomesShape)
async def enter_homes(request: Request, draft: HomesDraft, work: WorkDep) -> Response:
    """Enter homes of a building, all of them or none."""
    one = _founded(work)

    def render(session: Session, made: Sequence[Place]) -> dict[str, Any]:
        return listed([one(session, place) for place in made], next_after=None)

    return await once(request, work, found_homes, draft, render=render)


@router.post(
    "/places/{place_id}/correction", access=Access.COMMITTEE, versioned=True, answers=KeptShape, responses=MAY_WAIT
)  # fmt: skip
async def correct(request: Request, place_id: Id, draft: PlaceCorrection, work: WorkDep) -> Response:
    """Put right one field of an estate, a building or a home."""
    return await change_as_read(request, work, place_version, correct_place, place_id, draft)


@router.post("/places/{place_id}/verification", access=Access.COMMITTEE, versioned=True, answers=KeptShape)
async def verify(
    request: Request, place_id: Id, work: WorkDep, draft: Annotated[VerificationDraft | None, Body()] = None
) -> Response:
    """Say that somebody looked today, and all of it, or one field, is as you read it."""
    return await change_as_read(request, work, place_version, _verify, place_id, draft or VerificationDraft())


@router.post("/places/{place_id}/name", access=Access.COMMITTEE, versioned=True, answers=KeptShape)
async def call_it_otherwise(request: Request, place_id: Id, draft: PlaceNaming, work: WorkDep) -> Response:
    """Have a place be called otherwise, and all that lies in it go by the new name."""
    return await change_as_read(request, work, place_version, rename_place, place_id, draft)


@router.post(
    "/places/{place_id}/ending",
    access=Access.COMMITTEE,
    versioned=True,
    answers=KeptShape,
    responses=MAY_WAIT,
)
async def end(request: Request, place_id: Id, draft: PlaceEnding, work: WorkDep) -> Response:
    """Say that a place is there no more, nor what lies in it, and what stands there instead; nobody may live there."""
    return await change_as_read(request, work, place_version, end_dwelling, place_id, draft)


@router.get("/places/{place_id}/changes", access=Access.COMMITTEE, answers=ChangesShape)
async def changes(place_id: Id, work: WorkDep) -> Response:
    """What the register has said of a place, the newest first, masked."""
    found = await work.read(facts_kept, place_id)
    return answer(listed([change_of_place(one, work.lang) for one in found.history], next_after=None))


def _verify(
    session: Session, place_id: str, draft: VerificationDraft, *, actor: Actor, clock: Clock
) -> Place:
    return verify_place(session, place_id, draft.field or None, actor=actor, clock=clock)


def _founded(work: Work) -> Any:
    def render(session: Session, made: Place) -> dict[str, Any]:
        return {
            "id": made.id, "kind": made.kind, "name": made.name, "label": made.label, "parent_id": made.parent_id,
            "version": place_version(session, made.id, actor=work.actor, clock=work.clock),
        }  # fmt: skip

    return render
