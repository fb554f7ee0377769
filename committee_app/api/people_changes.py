"""Writing somebody's entry over the API: putting a field right, verifying, birth and death, taking a change back."""

from typing import Annotated, Any

from fastapi import Body, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.keeping import (
    MAY_WAIT,
    KeptShape,
    change_as_read,
    proposal_id_of,
    status_of,
    status_of_new,
)
from committee_app.api.register_shapes import BornShape, ChangesShape, DiedShape, UndoneShape
from committee_app.place_words import step_of_place
from committee_app.register_words import label_of
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft
from core_db.life_events import BirthDraft, Born, DeathDraft, Died, register_birth, register_death
from core_db.overview import PlaceChangeSeen, person_version, residency_version
from core_db.people import (
    MOST_CHANGES,
    ChangeSeen,
    Corrected,
    PersonCorrection,
    RegisterProposal,
    StayCorrection,
    correct_person,
    correct_residency,
    field_named,
    history_of,
    undo_change,
    undo_change_kept_there,
    verify_field,
    verify_person,
)

router = ApiRouter()


class VerificationDraft(Draft):
    """Which field was looked at; none: all that the register says."""

    field: str = Field(default="", max_length=40)


@router.post(
    "/people/{person_id}/correction", access=Access.COMMITTEE, versioned=True, answers=KeptShape, responses=MAY_WAIT
)  # fmt: skip
async def correct(request: Request, person_id: Id, draft: PersonCorrection, work: WorkDep) -> Response:
    """Put right one field of somebody."""
    return await change_as_read(request, work, person_version, correct_person, person_id, draft)


@router.post(
    "/residencies/{residency_id}/correction", access=Access.COMMITTEE, versioned=True, answers=KeptShape
)
async def correct_stay(request: Request, residency_id: Id, draft: StayCorrection, work: WorkDep) -> Response:
    """Put right as what somebody lives in a home, on which permit, or why he came; the version is the person's."""
    return await change_as_read(request, work, residency_version, correct_residency, residency_id, draft)


@router.post("/people/{person_id}/verification", access=Access.COMMITTEE, versioned=True, answers=KeptShape)
async def verify(
    request: Request, person_id: Id, work: WorkDep, draft: Annotated[VerificationDraft | None, Body()] = None
) -> Response:
    """Say that somebody looked today, and all of it, or one field, is as you read it."""
    return await change_as_read(
        request, work, person_version, _verify, person_id, draft or VerificationDraft()
    )


@router.get("/people/{person_id}/changes", access=Access.COMMITTEE, answers=ChangesShape)
async def changes(person_id: Id, work: WorkDep, after: After = None) -> Response:
    """What the register has said of somebody, the newest first, masked."""
    found = await work.read(history_of, person_id, before=after)
    onward = found[-1].id if len(found) == MOST_CHANGES else None
    return answer(listed([_change(one, work.lang) for one in found], next_after=onward))


@router.post(
    "/people/{person_id}/birth",
    access=Access.COMMITTEE,
    status_code=201,
    answers=BornShape,
    responses=MAY_WAIT,
)
async def be_born(request: Request, person_id: Id, draft: BirthDraft, work: WorkDep) -> Response:
    """Enter a child of somebody; home and household are the parent's."""
    return await once(request, work, register_birth, person_id, draft, render=_born, status=status_of_new)


@router.post("/people/{person_id}/death", access=Access.COMMITTEE, answers=DiedShape, responses=MAY_WAIT)
async def die(request: Request, person_id: Id, draft: DeathDraft, work: WorkDep) -> Response:
    """Register the day somebody died, with all that ends with it."""

    def died(_session: Session, done: Died | RegisterProposal) -> dict[str, Any]:
        ended = done if isinstance(done, Died) else Died(person_id=person_id, homes_left=0, bindings_ended=0,
                                                         open_cases=())  # fmt: skip
        return {
            "person_id": person_id, "homes_left": ended.homes_left, "bindings_ended": ended.bindings_ended,
            "open_cases": list(ended.open_cases), "proposal_id": proposal_id_of(done),
        }  # fmt: skip

    return await once(request, work, register_death, person_id, draft, render=died, status=status_of)


@router.post(
    "/register/changes/{change_id}/undoing", access=Access.COMMITTEE, answers=UndoneShape, responses=MAY_WAIT
)
async def undo(request: Request, change_id: Id, work: WorkDep) -> Response:
    """Take back a change of somebody's entry; of an event of life with all its consequences."""
    return await once(request, work, undo_change, change_id, render=_undone, status=status_of)


@router.post(
    "/places/changes/{change_id}/undoing", access=Access.COMMITTEE, answers=UndoneShape, responses=MAY_WAIT
)
async def undo_of_place(request: Request, change_id: Id, work: WorkDep) -> Response:
    """Take back a change of a place, its end too, or of a household in it."""
    return await once(request, work, undo_change_kept_there, change_id, render=_undone, status=status_of)


def change_of_place(one: PlaceChangeSeen, lang: str) -> dict[str, Any]:
    """A line of the history of a place or a household."""
    name = one.spec.words[lang == "en"] if one.spec else step_of_place(one.field)
    return _line(one, name)


def _change(one: ChangeSeen, lang: str) -> dict[str, Any]:
    return _line(one, label_of(one.field, lang))


def _line(one: Any, name: str) -> dict[str, Any]:
    same = (
        "id",
        "before",
        "after",
        "cause",
        "source",
        "reason",
        "at",
        "by_name",
        "approved_name",
        "may_undo",
    )
    return {"field": {"code": str(one.field), "name": name}, **{word: getattr(one, word) for word in same}}


def _verify(session: Session, person_id: str, draft: VerificationDraft, *, actor: Actor, clock: Clock) -> Any:
    if draft.field:
        return verify_field(session, person_id, field_named(draft.field), actor=actor, clock=clock)
    return verify_person(session, person_id, actor=actor, clock=clock)


def _born(_session: Session, done: Born | RegisterProposal) -> dict[str, Any]:
    if isinstance(done, RegisterProposal):
        return {"person_id": None, "home_id": None, "proposal_id": done.id}
    return {"person_id": done.person_id, "home_id": done.home_id, "proposal_id": None}


def _undone(_session: Session, done: Any) -> dict[str, Any]:
    of_person = isinstance(done, Corrected)
    return {
        "person_id": done.person_id if of_person else None,
        "place_id": None if of_person else done.place_id,
        "household_id": None if of_person else done.household_id, "proposal_id": proposal_id_of(done),
    }  # fmt: skip
