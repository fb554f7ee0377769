"""The desk of all posts over the API: what fits any words, guides and the list of stamps, reading and writing them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.places_api import OrganisationItem
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from committee_app.all_round import AtHand, at_hand_for, at_hand_for_case
from committee_app.api.asked import Word
from core_db.experiences.words import Origin
from core_db.guides import (
    Guide,
    GuideDraft,
    StampDraft,
    StampItem,
    change_guide,
    end_stamp,
    fitting_guides,
    guide_shown,
    guides_near,
    keep_guide,
    keep_stamp,
    stamps_near,
)
from core_db.guides.words import GuideKind
from core_db.places import PlaceKind

router = ApiRouter()


class GuideShape(Shape):
    """A guide as everybody reads it; `version` goes back with a change."""

    id: str
    kind: GuideKind
    title: str
    about: str
    papers: str
    steps: str
    held_by: str
    whereabouts: str
    hours: str
    phone: str
    fees: str
    basis: str
    keywords: str
    credit: str
    valid_from: date
    valid_to: date | None
    version: int
    place_id: str
    place_name: str
    level: PlaceKind
    may_keep: bool
    in_force: bool


class GuidesShape(Shape):
    items: list[GuideShape]
    next: str | None


class KeptGuideShape(Shape):
    id: str
    place_id: str
    version: int


class StampShape(Shape):
    """An item of the list of stamps: given here, or refused and where to go."""

    id: str
    title: str
    is_given: bool
    where_to_go: str
    source: str
    place_name: str
    level: PlaceKind
    may_keep: bool


class StampsShape(Shape):
    items: list[StampShape]
    next: str | None


class KeptStampShape(Shape):
    id: str
    place_id: str
    valid_to: date | None


class ExperienceShape(Shape):
    """What another neighbourhood learned; of nobody's name."""

    id: str
    place_id: str
    place_name: str
    origin: Origin
    title: str
    problem: str
    steps: str
    outcome: str
    shared_at: datetime
    adoptions: int
    thanks: int
    own_guide: str | None
    has_thanked: bool
    is_own: bool


class AtHandShape(Shape):
    """What fits some words, the best first. `category`: how a case of these words would be filed."""

    guides: list[GuideShape]
    stamps: list[StampShape]
    organisations: list[OrganisationItem]
    category: str
    experiences: list[ExperienceShape]


@router.get("/all-round", access=Access.CASEWORK, answers=AtHandShape)
async def at_hand(work: WorkDep, q: Word = "") -> Response:
    """What a first asker needs for what somebody says."""
    return answer(_at_hand(await work.read(at_hand_for, q, lang=work.lang)))


@router.get("/cases/{case_id}/at-hand", access=Access.COMMITTEE, answers=AtHandShape)
async def of_case(case_id: Id, work: WorkDep) -> Response:
    """The same for a case's own text."""
    found = await work.read(at_hand_for_case, case_id, lang=work.lang)
    return answer(_at_hand(found.found))


@router.get("/guides", access=Access.CASEWORK, answers=GuidesShape)
async def index(work: WorkDep, q: Word = "") -> Response:
    """The guides that fit some words, the best first; without words all that are in force here."""
    found = await work.read(fitting_guides, q) if q else await work.read(guides_near)
    return answer(listed([asdict(one) for one in found], next_after=None))


@router.post("/guides", access=Access.CASEWORK, status_code=201, answers=KeptGuideShape)
async def create(request: Request, draft: GuideDraft, work: WorkDep) -> Response:
    """Write a guide for a place that one keeps guides of."""
    return await once(request, work, keep_guide, draft, render=_guide)


@router.get("/guides/{guide_id}", access=Access.CASEWORK, answers=GuideShape)
async def show(guide_id: Id, work: WorkDep) -> Response:
    """One guide."""
    return answer(asdict(await work.read(guide_shown, guide_id)))


@router.post("/guides/{guide_id}/changes", access=Access.CASEWORK, answers=KeptGuideShape)
async def change(request: Request, guide_id: Id, draft: GuideDraft, work: WorkDep) -> Response:
    """Say of a guide what holds now; `version` is the one that was read."""
    return await once(request, work, change_guide, guide_id, draft, render=_guide, status=200)


@router.get("/stamps", access=Access.CASEWORK, answers=StampsShape)
async def stamps(work: WorkDep) -> Response:
    """The list of stamps here: what is given, then what is refused."""
    return answer(listed([asdict(one) for one in await work.read(stamps_near)], next_after=None))


@router.post("/stamps", access=Access.CASEWORK, status_code=201, answers=KeptStampShape)
async def list_stamp(request: Request, draft: StampDraft, work: WorkDep) -> Response:
    """Put an item on a place's list."""
    return await once(request, work, keep_stamp, draft, render=_stamp)


@router.post("/stamps/{stamp_id}/ending", access=Access.CASEWORK, answers=KeptStampShape)
async def take_off(request: Request, stamp_id: Id, work: WorkDep) -> Response:
    """Take an item off the list: today is its last day."""
    return await once(request, work, end_stamp, stamp_id, render=_stamp, status=200)


def _at_hand(found: AtHand) -> dict[str, Any]:
    organisations = [{"id": one.id, "name": one.name, "kind": one.kind} for one in found.organisations]
    return {
        "guides": [asdict(one) for one in found.guides], "stamps": [asdict(one) for one in found.stamps],
        "organisations": organisations, "category": found.category,
        "experiences": [asdict(one) for one in found.experiences],
    }  # fmt: skip


def _guide(_session: Session, made: Guide) -> dict[str, Any]:
    return {"id": made.id, "place_id": made.place_id, "version": made.version}


def _stamp(_session: Session, made: StampItem) -> dict[str, Any]:
    return {"id": made.id, "place_id": made.place_id, "valid_to": made.valid_to}
