"""An estate, a building with its doors, a home and a household read over the API: masked as the pages are."""

from typing import Any

from starlette.responses import Response

from app_shell.api import answer
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.keeping import with_version
from committee_app.api.place_shapes import BoardShape, EstateShape, HomeFileShape, HouseholdShape
from committee_app.place_words import household_kind, in_words
from committee_app.register_words import lives_as_in_words, relation_in_words
from core_db.cases.words import STATUS_WORDS
from core_db.neighbourhood import FieldKept
from core_db.overview import (
    CaseSeen,
    Crumb,
    Door,
    HomeFile,
    HouseholdFile,
    PlaceFacts,
    PlaceField,
    Stay,
    Visited,
    building_board,
    estate_file,
    home_file,
    household_file,
    household_version,
    place_version,
)
from core_db.places.words import USES

router = ApiRouter()


@router.get("/buildings/{building_id}", access=Access.COMMITTEE, answers=BoardShape)
async def building(building_id: Id, work: WorkDep) -> Response:
    """A building of my neighbourhood: every door, who lives there, what is vacant, how many cases are open."""
    board, version = await work.read(with_version(building_board, place_version), building_id)
    doors = [_door(one, work.lang) for one in board.doors]
    return answer(_place(board.place, version, work.lang) | {"doors": doors}, version=version)


@router.get("/estates/{estate_id}", access=Access.COMMITTEE, answers=EstateShape)
async def estate(estate_id: Id, work: WorkDep) -> Response:
    """An estate of my neighbourhood: its facts and its buildings."""
    found, version = await work.read(with_version(estate_file, place_version), estate_id)
    buildings = [{"id": one.id, "name": one.name, "homes": one.within} for one in found.buildings]
    return answer(_place(found.place, version, work.lang) | {"buildings": buildings}, version=version)


@router.get("/homes/{home_id}", access=Access.COMMITTEE, answers=HomeFileShape)
async def home(home_id: Id, work: WorkDep) -> Response:
    """A home of my neighbourhood: its facts, who lives and lived there, its households, cases and accounts."""
    found, version = await work.read(with_version(home_file, place_version), home_id)
    return answer(_home(found, version, work.lang), version=version)


@router.get("/households/{household_id}", access=Access.COMMITTEE, answers=HouseholdShape)
async def household(household_id: Id, work: WorkDep) -> Response:
    """A household of my neighbourhood: its members with what they are to its head, and those who left it."""
    found, version = await work.read(with_version(household_file, household_version), household_id)
    return answer(_household(found, version, work.lang), version=version)


def case_line(one: CaseSeen, lang: str) -> dict[str, Any]:
    """A case in one line."""
    return {
        "id": one.id, "number": one.number, "summary": one.summary, "created_at": one.created_at,
        "status": {"code": one.status, "name": STATUS_WORDS[one.status].within(lang)}, "closed_at": one.closed_at,
    }  # fmt: skip


def _place(place: PlaceFacts, version: int, lang: str) -> dict[str, Any]:
    return {
        "id": place.id, "version": version, "name": place.name, "label": place.label,
        "way": [_crumb(one) for one in place.way],
        "facts": [fact(one, lang) for one in place.fields], "valid_to": place.valid_to,
        "successor": _crumb(place.successor) if place.successor else None,
    }  # fmt: skip


def _crumb(one: Crumb) -> dict[str, Any]:
    return {"id": one.id, "kind": one.kind, "name": one.name}


def fact(one: PlaceField | FieldKept, lang: str) -> dict[str, Any]:
    """A field, masked by its class, with its word and where it comes from."""
    return {
        "field": {"code": one.field, "name": one.spec.words[lang == "en"]}, "value": one.value,
        "said": in_words(one.spec, one.value, lang), "source": one.source, "verified_on": one.verified_on,
    }  # fmt: skip


def _door(door: Door, lang: str) -> dict[str, Any]:
    use = USES.get(door.use, (door.use, door.use))[lang == "en"]
    people = [{"id": one.person_id, "name": one.name, "is_head": one.is_head} for one in door.people]
    return {
        "id": door.id, "name": door.name, "floor": door.floor, "use": {"code": door.use, "name": use},
        "is_vacant": door.is_vacant, "is_group_let": door.is_group_let, "people": people, "open_cases": door.open_cases,
        "tags": [{"name": one.within(lang), "people": one.people} for one in door.tags],
    }  # fmt: skip


def _home(found: HomeFile, version: int, lang: str) -> dict[str, Any]:
    households = [
        {
            "id": one.id, "number": one.number, "kind": {"code": one.kind, "name": household_kind(one.kind, lang)},
            "head": one.head, "people": one.people, "ended_on": one.ended_on,
        }
        for one in found.households
    ]  # fmt: skip
    accounts = [
        {"binding_id": one.id, "person_id": one.person_id, "name": one.name, "since": one.since}
        for one in found.bound
        if not one.is_over
    ]
    return _place(found.place, version, lang) | {
        "stays": [_stay(one, lang) for one in found.stays], "households": households,
        "cases": [case_line(one, lang) for one in found.cases], "accounts": accounts,
        "visits": [_visit(one) for one in found.visits],
    }  # fmt: skip


def _household(found: HouseholdFile, version: int, lang: str) -> dict[str, Any]:
    return {
        "id": found.id, "version": version, "home_id": found.home_id, "label": found.label, "ended_on": found.ended_on,
        "facts": [fact(one, lang) for one in found.fields],
        "members": [_stay(one.stay, lang) for one in found.members],
        "former": [_stay(one, lang) for one in found.former],
        "head_id": next((one.stay.person_id for one in found.members if one.is_head), None),
        "cases": [case_line(one, lang) for one in found.cases], "visits": [_visit(one) for one in found.visits],
    }  # fmt: skip


def _visit(one: Visited) -> dict[str, Any]:
    return {
        "id": one.id, "visited_at": one.visited_at, "channel": one.channel, "result": one.result,
        "purpose": one.purpose, "person_id": one.person_id, "name": one.name, "canvass_id": one.canvass_id,
        "people": list(one.people),
    }  # fmt: skip


def _stay(one: Stay, lang: str) -> dict[str, Any]:
    relation = {"code": one.relation, "name": relation_in_words(one.relation, lang)} if one.relation else None
    return {
        "id": one.id, "person_id": one.person_id, "name": one.name, "relation": relation,
        "role": {"code": one.role, "name": lives_as_in_words(one.role, lang)}, "household_id": one.household_id,
        "valid_from": one.valid_from, "valid_to": one.valid_to,
    }  # fmt: skip
