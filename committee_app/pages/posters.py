"""Posters for the stairwell: large type, and a code that leads to the building's page. They say where, never who."""

import io
from collections.abc import Sequence

from fastapi import Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.work import WorkDep
from committee_app.roles import committee_of
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.places import PlaceKind, PlaceView, buildings_of, code_of, place_in_sight

router = SecureRouter("/posters")


@dataclass(frozen=True, kw_only=True)
class Poster:
    building: str
    address: str
    code: str
    picture: Markup


class PostersPage(Page, template="posters/index.html"):
    """The buildings for which posters can be printed."""

    buildings: Sequence[PlaceView]
    may_print_record: bool


class PosterPage(Page, template="posters/show.html"):
    """One poster a building, ready for the printer."""

    posters: Sequence[Poster]


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    buildings = await work.read(_buildings)
    return render(request, PostersPage(buildings=buildings, may_print_record=work.actor.has(Role.SECRETARY)))


@router.get("/all", access=Access.COMMITTEE)
async def print_all(request: Request, work: WorkDep) -> Response:
    buildings = await work.read(_buildings)
    codes = await work.read(_codes, [one.id for one in buildings])
    posters = [_poster(request, one.label, codes[one.id]) for one in buildings if one.id in codes]
    return render(request, PosterPage(posters=posters))


@router.get("/{building_id}", access=Access.COMMITTEE)
async def show(request: Request, building_id: Id, work: WorkDep) -> Response:
    building = await work.read(place_in_sight, building_id)
    codes = await work.read(_codes, [building_id])
    if building.kind is not PlaceKind.BUILDING or building_id not in codes:
        raise NotFound()
    return render(request, PosterPage(posters=[_poster(request, building.label, codes[building_id])]))


def _poster(request: Request, building: str, code: str) -> Poster:
    address = f"{shell_of(request).settings.resident_url.rstrip('/')}/at/{code}"
    return Poster(building=building, address=address, code=code, picture=picture_of(address))


def picture_of(address: str) -> Markup:
    """The address as a code to be scanned, drawn in the page itself."""
    # Codes are drawn once in a while; whoever draws none need not keep the library.
    import segno

    drawing = io.BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass=None, lineclass=None
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 - drawn by the library from our own address


def _buildings(session: Session, *, actor: Actor, clock: Clock) -> Sequence[PlaceView]:  # noqa: ARG001 - a query
    return [one for place in committee_of(actor) for one in buildings_of(session, place)]


def _codes(session: Session, ids: Sequence[str], *, actor: Actor, clock: Clock) -> dict[str, str]:  # noqa: ARG001
    found = {building: code_of(session, building) for building in ids}
    return {building: code for building, code in found.items() if code}
