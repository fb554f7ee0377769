"""Writing a household over the API: who moves in and out, its fields, its head, and what its members are to him.

A household is founded by those who move in, and ends with the last who leaves: nobody enters an empty one.
"""

from typing import Any

from fastapi import Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.keeping import (
    MAY_WAIT,
    KeptShape,
    as_read,
    change_as_read,
    kept,
    proposal_id_of,
    status_of,
    status_of_new,
)
from committee_app.api.people_changes import change_of_place
from committee_app.api.register_shapes import ChangesShape, LeftShape, MovedInShape, RegroupedShape
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.life_events import (
    FamilyMoveIn,
    LeftHome,
    MovedIn,
    MoveOutDraft,
    move_family_in,
    move_household_out,
    regroup_household,
)
from core_db.overview import household_file, household_version
from core_db.people import (
    HeadDraft,
    Household,
    HouseholdCorrection,
    RegisterProposal,
    RegroupDraft,
    RelationDraft,
    Residency,
    change_head,
    correct_household,
    correct_relation,
)

router = ApiRouter()


class RelationOfMember(RelationDraft):
    """Which member, by the residency in which he belongs to the household, and what he is to its head."""

    residency_id: str = Field(max_length=40)


@router.post(
    "/register/moving-in", access=Access.COMMITTEE, status_code=201, answers=MovedInShape, responses=MAY_WAIT
)
async def move_in(request: Request, draft: FamilyMoveIn, work: WorkDep) -> Response:
    """Register people who move into a home: a household of their own, or with `household_id` one that is there."""
    return await once(request, work, move_family_in, draft, render=_moved_in, status=status_of_new)


@router.post(
    "/residencies/{residency_id}/moving-out", access=Access.COMMITTEE, answers=LeftShape, responses=MAY_WAIT
)
async def move_out(request: Request, residency_id: Id, draft: MoveOutDraft, work: WorkDep) -> Response:
    """Register somebody's last day in a home, or that of all his household; the household goes on or ends."""
    return await once(request, work, move_household_out, residency_id, draft, render=_left, status=status_of)


@router.post(
    "/households/{household_id}/correction", access=Access.COMMITTEE, versioned=True, answers=KeptShape,
    responses=MAY_WAIT,
)  # fmt: skip
async def correct(request: Request, household_id: Id, draft: HouseholdCorrection, work: WorkDep) -> Response:
    """Put right its number or its kind."""
    return await change_as_read(request, work, household_version, correct_household, household_id, draft)


@router.post("/households/{household_id}/head", access=Access.COMMITTEE, versioned=True, answers=KeptShape)
async def have_another_head(request: Request, household_id: Id, draft: HeadDraft, work: WorkDep) -> Response:
    """Have another member head it; what the others are to him is known where he was the spouse, and to be said else."""
    return await change_as_read(request, work, household_version, change_head, household_id, draft)


@router.post(
    "/households/{household_id}/relation", access=Access.COMMITTEE, versioned=True, answers=KeptShape
)
async def put_a_relation_right(
    request: Request, household_id: Id, draft: RelationOfMember, work: WorkDep
) -> Response:
    """Put right what a member is to the head."""
    return await change_as_read(request, work, household_version, _relate, household_id, draft)


@router.post(
    "/households/{household_id}/regrouping", access=Access.COMMITTEE, versioned=True, answers=RegroupedShape,
    responses=MAY_WAIT,
)  # fmt: skip
async def regroup(request: Request, household_id: Id, draft: RegroupDraft, work: WorkDep) -> Response:
    """Have members keep house by themselves, or with another household of the home; `into_id` is where they are now."""
    of_old = kept(household_id, household_version, work.actor, work.clock)

    def render(session: Session, made: Household | RegisterProposal) -> dict[str, Any]:
        return of_old(session, made) | {"into_id": made.id if isinstance(made, Household) else None}

    return await once(
        request, work, as_read(request, household_version, regroup_household), household_id, draft, render=render,
        status=status_of, versioned=True,
    )  # fmt: skip


@router.get("/households/{household_id}/changes", access=Access.COMMITTEE, answers=ChangesShape)
async def changes(household_id: Id, work: WorkDep) -> Response:
    """What the register has said of its number and kind, the newest first; members come and go on their own pages."""
    found = await work.read(household_file, household_id)
    return answer(listed([change_of_place(one, work.lang) for one in found.history], next_after=None))


def _relate(
    session: Session, household_id: str, draft: RelationOfMember, *, actor: Actor, clock: Clock
) -> Residency:
    """A member of this household alone: the address says which household was read."""
    stay = session.get(Residency, draft.residency_id)
    if stay is None or stay.household_id != household_id or stay.valid_to is not None:
        raise CannotBeRead({
            "residency_id": ("请选这一户现在的一位成员。", "Please choose somebody of this household.")
        })  # fmt: skip
    return correct_relation(session, stay.id, draft, actor=actor, clock=clock)


def _moved_in(_session: Session, done: MovedIn | RegisterProposal) -> dict[str, Any]:
    if isinstance(done, RegisterProposal):
        return {"household_id": None, "person_ids": [], "registered": 0, "proposal_id": done.id}
    return {
        "household_id": done.household_id, "person_ids": list(done.person_ids), "registered": done.registered,
        "proposal_id": None,
    }  # fmt: skip


def _left(_session: Session, done: LeftHome | RegisterProposal) -> dict[str, Any]:
    left = done if isinstance(done, LeftHome) else LeftHome(person_ids=(), bindings_ended=0, new_head=None)
    return {
        "person_ids": list(left.person_ids), "bindings_ended": left.bindings_ended, "new_head": left.new_head,
        "proposal_id": proposal_id_of(done),
    }  # fmt: skip
