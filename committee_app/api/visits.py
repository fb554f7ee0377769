"""Visits over the API: who is due, recording and correcting. What was written is read on the pages, one at a time."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.asked import Word
from committee_app.api.visit_shapes import DueListShape, VisitLinesShape, VisitShape
from core_db.visits import (
    Stop,
    VisitCorrection,
    VisitDraft,
    VisitLine,
    VisitSeen,
    correct_visit,
    record_visit,
    round_today,
    visit_seen,
    visits_of,
)

router = ApiRouter("/visits")


@router.get("/due", access=Access.COMMITTEE, answers=DueListShape)
async def due(work: WorkDep, building: Word = "") -> Response:
    """Who is due today or was before, along the stairs; at most 200, a building at a time gives the rest."""
    found = await work.read(round_today, building_id=building or None)
    items = [_due(one) for one in found.stops]
    return answer({"items": items, "next": None, "total": found.due, "missed": found.missed})


@router.get("", access=Access.COMMITTEE, answers=VisitLinesShape)
async def index(work: WorkDep, person: Word = "", after: After = None, limit: Limit = 50) -> Response:
    """The visits of one's neighbourhoods, the newest first; with `person` those to somebody."""
    found = await work.read(visits_of, person_id=person or None, after=after, limit=limit)
    onward = found[-1].id if len(found) == limit else None
    return answer(listed([_line(one) for one in found], next_after=onward))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=VisitShape)
async def record(request: Request, draft: VisitDraft, work: WorkDep) -> Response:
    """Record a visit. Where a colleague recorded the same one within the hour, it is added to his."""
    return await once(request, work, record_visit, draft, render=_seen(work))


@router.get("/{visit_id}", access=Access.COMMITTEE, answers=VisitShape)
async def show(visit_id: Id, work: WorkDep) -> Response:
    """One visit without what was written; `said` is what a correction gives back as `seen`."""
    return answer(_visit(await work.read(visit_seen, visit_id)))


@router.post("/{visit_id}/correction", access=Access.COMMITTEE, answers=VisitShape)
async def correct(request: Request, visit_id: Id, draft: VisitCorrection, work: WorkDep) -> Response:
    """Say anew what a visit was like. What somebody changed meanwhile stays; `differing` names what two said."""
    return await once(request, work, correct_visit, visit_id, draft, render=_seen(work), status=200)


def _seen(work: Work) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: _visit(visit_seen(session, made.id, actor=work.actor, clock=work.clock))


def _due(stop: Stop) -> dict[str, Any]:
    door = stop.door
    return {
        "person_id": door.person_id, "home_id": door.home_id, "name": door.name, "phone": stop.phone,
        "home": door.label, "floor": door.floor, "building": {"id": door.building_id, "label": door.building},
        "due_on": stop.due_on, "missed": stop.is_missed, "last_on": stop.last_on, "plan_id": stop.plan_id,
        "plans": list(stop.plans), "purpose": stop.purpose,
    }  # fmt: skip


def _line(one: VisitLine) -> dict[str, Any]:
    return {
        "id": one.id, "person_id": one.person_id, "home_id": one.home_id, "name": one.name, "home": one.home,
        "visited_at": one.visited_at, "channel": one.channel, "result": one.result, "purpose": one.purpose,
        "next_on": one.next_on, "cancelled_at": one.cancelled_at,
    }  # fmt: skip


def _visit(found: VisitSeen) -> dict[str, Any]:
    return _line(found.line) | {
        "people": list(found.people), "ticks": list(found.ticks), "answers": dict(found.answers),
        "cases": list(found.cases), "has_text": found.has_text, "differing": list(found.differing),
        "said": dict(found.said),
    }  # fmt: skip
