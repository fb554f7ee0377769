"""Somebody of the register over the API: his page, masked, and uncovering what it hides for a purpose."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import answer, once_sealed
from app_shell.places_api import PersonList
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.keeping import with_version
from committee_app.api.places import case_line
from committee_app.api.shapes import PersonShape, UncoveredShape
from committee_app.register_words import label_of, lives_as_in_words, stay_in_words, value_in_words
from core_db.cases.words import STATUS_WORDS
from core_db.finding import Found
from core_db.overview import PersonOverview, person_overview, person_version
from core_db.people import FieldSeen, StayField
from core_db.reveals import LiveCase, NumberDraft, PersonShown, RevealDraft, Uncovered, find_by_number
from core_db.reveals.words import REVEALABLE_WORDS
from core_db.visits import LiveVisit, live_visits, reveal_for_work

router = ApiRouter("/people")


@router.get("/{person_id}", access=Access.COMMITTEE, answers=PersonShape)
async def show(person_id: Id, work: WorkDep) -> Response:
    """Somebody of my neighbourhood, masked, with the cases under way for which his data may be uncovered."""
    found, version = await work.read(with_version(person_overview, person_version), person_id)
    visits = await work.read(live_visits, found.shown.person)
    shown = _overview(found, work.lang) | {"version": version, "visits": [_visit(one) for one in visits]}
    return answer(shown, version=version)


@router.post("/number", access=Access.COMMITTEE, answers=PersonList)
async def by_number(request: Request, draft: NumberDraft, work: WorkDep) -> Response:
    """Whoever of my neighbourhoods has a whole number, masked; for a purpose, so many a day, and recorded."""
    return await once_sealed(request, work, find_by_number, draft, render=_found)


@router.post("/{person_id}/reveal", access=Access.COMMITTEE, answers=UncoveredShape)
async def reveal(request: Request, person_id: Id, draft: RevealDraft, work: WorkDep) -> Response:
    """Uncover fields of somebody, for a purpose with a live reference; it is recorded, and he reads it."""
    return await once_sealed(request, work, reveal_for_work, person_id, draft, render=_uncovered)


def _found(people: Sequence[Found]) -> dict[str, Any]:
    return {"items": [asdict(one) for one in people], "next": None}


def _overview(found: PersonOverview, lang: str) -> dict[str, Any]:
    stays = [
        {
            "id": one.id, "home_id": one.home_id, "label": one.label, "household_id": one.household_id,
            "role": {"code": one.role, "name": lives_as_in_words(one.role, lang)}, "valid_from": one.valid_from,
            "valid_to": one.valid_to, "permit": _coded(StayField.PERMIT, one.permit, lang),
            "came_for": _coded(StayField.CAME_FOR, one.came_for, lang),
        }
        for one in sorted(found.shown.person.stays, key=lambda one: (not one.is_over, one.valid_from), reverse=True)
    ]  # fmt: skip
    timeline = [
        {"at": one.at, "kind": one.kind, "about": one.about, "what": one.what} for one in found.timeline
    ]
    return _person(found.shown, lang) | {
        "residencies": stays, "raised": [case_line(one, lang) for one in found.raised], "timeline": timeline,
    }  # fmt: skip


def _coded(field: StayField, code: str | None, lang: str) -> dict[str, str] | None:
    return {"code": code, "name": stay_in_words(field, code, lang)} if code else None


def _person(shown: PersonShown, lang: str) -> dict[str, Any]:
    person = shown.person
    return {
        "id": person.id, "name": person.name, "phone": person.phone, "id_number": person.id_number,
        "birth": person.birth, "homes": [{"id": one, "label": label} for one, label in person.doors],
        "hidden": [{"code": one, "name": REVEALABLE_WORDS[one].within(lang)} for one in shown.hidden],
        "cases": [_case(case, lang) for case in shown.cases],
        "facts": [fact_of(one, lang) for one in person.fields],
    }  # fmt: skip


def fact_of(one: FieldSeen, lang: str) -> dict[str, Any]:
    return {
        "field": {"code": one.field, "name": label_of(one.field, lang)}, "value": one.value,
        "said": value_in_words(one.field, one.value, lang), "source": one.source, "verified_on": one.verified_on,
    }  # fmt: skip


def _case(case: LiveCase, lang: str) -> dict[str, Any]:
    return {
        "id": case.id, "number": case.number, "summary": case.summary, "reference": f"case/{case.id}",
        "status": {"code": case.status, "name": STATUS_WORDS[case.status].within(lang)}, "purposes": case.purposes,
    }  # fmt: skip


def _visit(visit: LiveVisit) -> dict[str, Any]:
    return {"reference": visit.reference, "purpose": visit.purpose, "on": visit.on}


def _uncovered(found: Uncovered) -> dict[str, Any]:
    fields = {str(field): value for field, value in found.values.items()}
    return {
        "person_id": found.person_id, "purpose": found.purpose, "reference": found.reference, "fields": fields,
    }  # fmt: skip
