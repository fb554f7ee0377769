"""Visits over the API: who is due, recording, correcting, what comes of one. What was written is opened one by one."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.asked import Word
from committee_app.api.needs import moved, proposed
from committee_app.api.shapes import CaseAtWork
from committee_app.api.visit_shapes import (
    DueListShape,
    MovedNeedShape,
    TagStateShape,
    VisitLinesShape,
    VisitReadShape,
    VisitShape,
)
from core_db.cases import shown
from core_db.visits import (
    CancellingDraft,
    NeedDraft,
    OnBehalfDraft,
    SettlingDraft,
    Stop,
    TagDraft,
    VisitCorrection,
    VisitDraft,
    VisitLine,
    VisitSeen,
    cancel_visit,
    case_from_visit,
    correct_visit,
    need_from_visit,
    propose_tag,
    read_visit,
    record_visit,
    round_today,
    settle_words,
    visit_seen,
    visits_of,
)

router = ApiRouter("/visits")


class CaseOfVisit(OnBehalfDraft):
    """What a worker enters for whom he visited: whose it is and where, the visit says."""

    channel: Literal["visit"] = "visit"


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


@router.post("/{visit_id}/reading", access=Access.COMMITTEE, keyed=False, answers=VisitReadShape)
async def read(visit_id: Id, work: WorkDep) -> Response:
    """What was written, and what else was said of its fields; recorded and told. Nothing keeps the answer."""
    found = await work.write(read_visit, visit_id)
    return answer({"text": found.text, "words": [asdict(one) for one in found.words]})


@router.post("/words/{word_id}/settling", access=Access.COMMITTEE, answers=VisitShape)
async def settle(request: Request, word_id: Id, draft: SettlingDraft, work: WorkDep) -> Response:
    """Of two words about a field keep the one that stands, take the other, or of two texts both."""
    return await once(request, work, settle_words, word_id, draft, render=_seen(work), status=200)


@router.post("/{visit_id}/cancelling", access=Access.COMMITTEE, answers=VisitShape)
async def cancel(request: Request, visit_id: Id, draft: CancellingDraft, work: WorkDep) -> Response:
    """Say that it was none: the wrong door, entered twice. It is kept, and counts no more."""
    return await once(request, work, cancel_visit, visit_id, draft, render=_seen(work), status=200)


@router.post("/{visit_id}/case", access=Access.COMMITTEE, status_code=201, answers=CaseAtWork)
async def raise_case(request: Request, visit_id: Id, draft: CaseOfVisit, work: WorkDep) -> Response:
    """Raise a case for whoever was visited; case and visit name each other."""

    def render(session: Session, file: Any) -> dict[str, Any]:
        return shown(session, file, actor=work.actor, now=work.clock.now(), lang=work.lang)

    return await once(request, work, case_from_visit, visit_id, draft, render=render, versioned=True)


@router.post("/{visit_id}/need", access=Access.COMMITTEE, status_code=201, answers=MovedNeedShape)
async def note_need(request: Request, visit_id: Id, draft: NeedDraft, work: WorkDep) -> Response:
    """Write down what somebody needs that is no case."""
    return await once(request, work, need_from_visit, visit_id, draft, render=moved)


@router.post("/{visit_id}/tag", access=Access.COMMITTEE, status_code=201, answers=TagStateShape)
async def propose(request: Request, visit_id: Id, draft: TagDraft, work: WorkDep) -> Response:
    """Propose a tag for whoever was visited; somebody else decides."""
    return await once(request, work, propose_tag, visit_id, draft, render=proposed)


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
