"""Looking up what a case needs: places one may name, on both apps; people and organisations on the committee's."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from app_shell.api import After, Limit, answer
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.finding import look_up_people
from core_db.people import MOST_ORGANISATIONS, organisations_for
from core_db.places import PlaceKind, PlaceView, places_to_name

Words = Annotated[str, Query(max_length=100)]
PlaceId = Annotated[str | None, Query(max_length=40)]
#: A class, a sub-class, or one that an app brought: `elder-care.visit`.
Category = Annotated[str | None, Query(max_length=90, pattern=r"^[0-9A-Za-z_.-]*$")]


class PlaceItem(Shape):
    """A place: `name` is its own part, `label` how people say it."""

    id: str
    kind: PlaceKind
    name: str
    label: str
    parent_id: str | None


class PlaceList(Shape):
    items: list[PlaceItem]
    next: str | None


class PersonItem(Shape):
    """Somebody of the register, the telephone masked: the age as a band, and the ordinary tags."""

    id: str
    name: str
    phone: str
    home: str
    home_id: str | None
    community_id: str
    age: str
    tags: list[str]


class PersonList(Shape):
    items: list[PersonItem]
    next: str | None


class OrganisationItem(Shape):
    """Whom a case can be dispatched to."""

    id: str
    name: str
    kind: str


class OrganisationList(Shape):
    items: list[OrganisationItem]
    next: str | None


def places_api() -> ApiRouter:
    """`GET /places`, for both apps."""
    router = ApiRouter()

    @router.get("/places", access=Access.SIGNED_IN, answers=PlaceList)
    async def places(
        work: WorkDep, q: Words = "", parent: PlaceId = None, limit: Limit = 100, after: After = None
    ) -> Response:
        """What I may name as a place, in the order people count: below a parent, or by words."""
        named = await work.read(places_to_name, q=q, parent=parent, after=after, limit=limit)
        return answer({"items": [_place(place) for place in named.items], "next": named.next})

    return router


def register_api() -> ApiRouter:
    """`GET /people` and `GET /organisations`, for the committee's app."""
    router = ApiRouter()

    @router.get("/people", access=Access.COMMITTEE, answers=PersonList)
    async def people(work: WorkDep, q: Words = "", limit: Limit = 20) -> Response:
        """People of my neighbourhoods by name, pinyin or door; masked. A whole number is for `POST /people/number`."""
        found = await work.read(look_up_people, q, limit=limit)
        return answer({"items": [asdict(person) for person in found], "next": None})

    @router.get("/organisations", access=Access.CASEWORK, answers=OrganisationList)
    async def organisations(
        work: WorkDep, handles: Category = None, community: PlaceId = None, after: After = None
    ) -> Response:
        """Whom a case of a category can be dispatched to, the nearest first, a hundred at a time."""
        found = await work.read(organisations_for, handles or None, community, after=after or None)
        items = [{"id": one.id, "name": one.name, "kind": one.kind} for one in found]
        return answer({"items": items, "next": items[-1]["id"] if len(items) == MOST_ORGANISATIONS else None})

    return router


def _place(place: PlaceView) -> dict[str, Any]:
    return {
        "id": place.id, "kind": place.kind, "name": place.name, "label": place.label,
        "parent_id": place.parent_id,
    }  # fmt: skip
