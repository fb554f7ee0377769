"""Figures over the API: what the analyst may read, and nothing below."""

from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, once
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from committee_app.api.shapes import FiguresShape
from committee_app.figures_for import figures_for
from committee_app.reading import Word, span_of
from committee_app.roles import seat_of
from core_db.foundation.clock import local_date
from core_db.insight import Figures, figures_by_type
from core_db.neighbourhood import CommunityTypeDraft, set_community_type

router = ApiRouter()


class TypeShape(Shape):
    """A type of community as its district calls it, and from when to when."""

    code: str
    zh: str
    en: str
    valid_from: date
    valid_to: date | None


class TypeRowShape(Shape):
    """What there is of a type; without a code of no type, and null where there are none or too few to be shown.

    People go by whole tens.
    """

    code: str | None
    neighbourhoods: int
    people: int | None
    open: int | None
    raised: int | None


class ByTypeShape(Shape):
    place_name: str
    district_id: str
    types: list[TypeShape]
    rows: list[TypeRowShape]
    #: Requests go by whole tens: those open when this month began, and those of the month before.
    suppressed: bool


class TypeSetShape(TypeShape):
    id: str
    district_id: str


@router.get("/figures", access=Access.FIGURES, answers=FiguresShape)
async def show(
    work: WorkDep, place_id: Word = None, since: date | None = None, until: date | None = None
) -> Response:
    """Rates by organisation and of what lies below, trend, categories and buildings; one's own place unless named.

    Whoever may only read aggregates reads the last month, quarter or year that ended with those days, by whole tens.
    """
    first, last = span_of(since, until, today=local_date(work.clock.now()))
    found = await figures_for(work, place_id or seat_of(work.actor), first, last)
    return answer(_plain(found))


@router.get("/figures/types", access=Access.FIGURES, answers=ByTypeShape)
async def by_type(work: WorkDep, place_id: Word = None) -> Response:
    """The neighbourhoods of a town or a district by their type; one's own place unless one is named."""
    return answer(asdict(await work.read(figures_by_type, place_id or seat_of(work.actor))))


@router.post("/figures/types", access=Access.DISPATCHER, status_code=201, answers=TypeSetShape)
async def configure(request: Request, draft: CommunityTypeDraft, work: WorkDep) -> Response:
    """Configure a type of the district from a day on; the same code and day again says it anew."""
    return await once(request, work, set_community_type, draft, render=_type)


def _type(_session: Session, made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in TypeSetShape.model_fields}


def _plain(found: Figures) -> dict[str, Any]:
    view = asdict(found)
    place = {"id": view.pop("place_id"), "name": view.pop("place_name"), "kind": view.pop("kind")}
    rates, below = ([_rounded(row) for row in view.pop(name)] for name in ("rates", "below"))
    return {"place": place, **view, "total": _rounded(view["total"]), "rates": rates, "below": below}


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(float(value), 4) if isinstance(value, Fraction) else value for key, value in row.items()
    }
