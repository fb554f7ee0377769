"""Figures over the API: what the analyst may read, and nothing below."""

from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from starlette.responses import Response

from app_shell.api import answer
from app_shell.routing import Access, ApiRouter
from app_shell.work import WorkDep
from committee_app.api.shapes import FiguresShape
from committee_app.reading import Word, span_of
from committee_app.roles import seat_of
from core_db.foundation.clock import local_date
from core_db.insight import Figures, figures

router = ApiRouter()


@router.get("/figures", access=Access.FIGURES, answers=FiguresShape)
async def show(
    work: WorkDep, place_id: Word = None, since: date | None = None, until: date | None = None
) -> Response:
    """Rates by organisation, trend, categories and buildings, over whole days; one's own place unless one is named."""
    first, last = span_of(since, until, today=local_date(work.clock.now()))
    found = await work.read(
        figures, place_id=place_id or seat_of(work.actor), since=first, until=last, lang=work.lang
    )
    return answer(_plain(found))


def _plain(found: Figures) -> dict[str, Any]:
    view = asdict(found)
    place = {"id": view.pop("place_id"), "name": view.pop("place_name")}
    rates = [_rounded(row) for row in view.pop("rates")]
    return {"place": place, **view, "total": _rounded(view["total"]), "rates": rates}


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(float(value), 4) if isinstance(value, Fraction) else value for key, value in row.items()
    }
