"""Plans of visits over the API, how often each grade is visited, and canvasses with how far they are, by building."""

from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.asked import Word
from committee_app.api.visit_shapes import (
    CanvassesShape,
    CanvassProgressShape,
    CanvassShape,
    IntervalSetShape,
    IntervalsShape,
    PlanShape,
    PlansShape,
)
from core_db.visits import (
    BuildingProgress,
    CanvassDraft,
    CanvassProgress,
    CanvassSeen,
    IntervalDraft,
    IntervalSeen,
    PlanDraft,
    PlanSeen,
    begin_canvass,
    canvass_progress,
    canvasses,
    end_canvass,
    end_plan,
    intervals_in_sight,
    plan_visits,
    set_interval,
    visit_plan,
    visit_plans,
)
from core_db.visits.words import GRADE_WORDS, Grade

router = ApiRouter("/visits")


@router.get("/plans", access=Access.COMMITTEE, answers=PlansShape)
async def plans(work: WorkDep) -> Response:
    """The plans of one's neighbourhoods, those under way first; at most a hundred."""
    found = await work.read(visit_plans)
    return answer(listed([_plan(one, work.lang) for one in found], next_after=None))


@router.post("/plans", access=Access.COMMITTEE, status_code=201, answers=PlanShape)
async def make_plan(request: Request, draft: PlanDraft, work: WorkDep) -> Response:
    """Have persons, homes, buildings or groups (`whom`) be visited as often as their grade says."""
    return await once(request, work, plan_visits, draft, render=_with_plan(work))


@router.get("/plans/{plan_id}", access=Access.COMMITTEE, answers=PlanShape)
async def plan(plan_id: Id, work: WorkDep) -> Response:
    """One of them."""
    return answer(_plan(await work.read(visit_plan, plan_id), work.lang))


@router.post("/plans/{plan_id}/ending", access=Access.COMMITTEE, answers=PlanShape)
async def end(request: Request, plan_id: Id, work: WorkDep) -> Response:
    """End it: nobody is due by it any more, and the visits stay."""
    return await once(request, work, end_plan, plan_id, render=_with_plan(work), status=200)


@router.get("/intervals", access=Access.NEIGHBOURHOOD, answers=IntervalsShape)
async def intervals(work: WorkDep) -> Response:
    """How often each grade is visited, here, in the district and by the product's own lines; the newest first."""
    found = await work.read(intervals_in_sight)
    return answer(listed([_interval(one, work.lang) for one in found], next_after=None))


@router.post("/intervals", access=Access.NEIGHBOURHOOD, status_code=201, answers=IntervalSetShape)
async def set_how_often(request: Request, draft: IntervalDraft, work: WorkDep) -> Response:
    """Have a grade be visited at another interval, from today or a later day on."""
    return await once(request, work, set_interval, draft, render=_set)


@router.get("/canvasses", access=Access.COMMITTEE, answers=CanvassesShape)
async def all_canvasses(work: WorkDep) -> Response:
    """The canvasses of one's neighbourhoods, the newest first; at most fifty."""
    found = await work.read(canvasses)
    return answer(listed([_canvass(one) for one in found], next_after=None))


@router.post("/canvasses", access=Access.COMMITTEE, status_code=201, answers=CanvassProgressShape)
async def begin(request: Request, draft: CanvassDraft, work: WorkDep) -> Response:
    """Begin to ask something at every home of some buildings; an answer is a visit with `canvass_id`."""
    return await once(request, work, begin_canvass, draft, render=_with_progress(work))


@router.get("/canvasses/{canvass_id}", access=Access.COMMITTEE, answers=CanvassProgressShape)
async def canvass(canvass_id: Id, work: WorkDep, building: Word = "") -> Response:
    """How far it is in each building, in homes; with `building` the doors that are left there."""
    found = await work.read(canvass_progress, canvass_id, building_id=building or None)
    return answer(_progress(found))


@router.post("/canvasses/{canvass_id}/ending", access=Access.COMMITTEE, answers=CanvassProgressShape)
async def end_of_canvass(request: Request, canvass_id: Id, work: WorkDep) -> Response:
    """End it before its last day; what was answered stays."""
    return await once(request, work, end_canvass, canvass_id, render=_with_progress(work), status=200)


def _with_plan(work: Work) -> Any:
    def render(session: Session, made: Any) -> dict[str, Any]:
        return _plan(visit_plan(session, made.id, actor=work.actor, clock=work.clock), work.lang)

    return render


def _with_progress(work: Work) -> Any:
    def render(session: Session, made: Any) -> dict[str, Any]:
        return _progress(canvass_progress(session, made.id, actor=work.actor, clock=work.clock))

    return render


def _plan(one: PlanSeen, lang: str) -> dict[str, Any]:
    same = (
        "id",
        "community_id",
        "name",
        "whom",
        "purpose",
        "starts_on",
        "ended_at",
        "subjects",
        "every_days",
    )
    return {name: getattr(one, name) for name in (*same, "has_ended_group")} | {
        "grade": _grade(one.grade, lang), "groups": list(one.groups),
    }  # fmt: skip


def _grade(grade: Grade, lang: str) -> dict[str, str]:
    return {"code": grade, "name": GRADE_WORDS[grade].within(lang)}


def _interval(one: IntervalSeen, lang: str) -> dict[str, Any]:
    same = ("place_name", "days", "grace_days", "valid_from")
    return {name: getattr(one, name) for name in same} | {"grade": _grade(one.grade, lang)}


def _set(_session: Session, made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in IntervalSetShape.model_fields}


def _canvass(one: CanvassSeen) -> dict[str, Any]:
    return {name: getattr(one, name) for name in CanvassShape.model_fields}


def _progress(found: CanvassProgress) -> dict[str, Any]:
    doors = [{"home_id": one.home_id, "label": one.label, "floor": one.floor} for one in found.doors]
    return _canvass(found.canvass) | {
        "buildings": [_building(one) for one in found.buildings],
        "doors": doors,
    }


def _building(one: BuildingProgress) -> dict[str, Any]:
    return {
        "building": {"id": one.building_id, "label": one.building}, "homes": one.homes, "done": one.done,
        "nobody_home": one.nobody_home, "left": one.left,
    }  # fmt: skip
