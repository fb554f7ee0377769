"""What was told of a place to those who read aggregates alone: kept for the month, for all of them alike.

Asked day by day, figures of a month that is over would step where somebody says, today, how content he is. So whoever
asks first has them worked out, and until the month ends they are those.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Table as SqlTable
from sqlalchemy import delete, select
from sqlmodel import Field, Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.fields import F0, held
from core_db.foundation.tables import Table, id_column, json_column
from core_db.insight.counting import PLACES
from core_db.insight.figures import Figures, span_of
from core_db.places.model import PlaceKind


class ToldFigures(Table, table=True):
    """Figures of a place and of days, as whoever reads aggregates is told them in a month, by language."""

    __tablename__ = "told_figures"

    place_id: str = Field(sa_column=id_column(refers_to="places.id", primary_key=True))
    since: date = Field(primary_key=True, sa_column_kwargs=held(F0))
    until: date = Field(primary_key=True, sa_column_kwargs=held(F0))
    #: The first day of the month in which they are told.
    month: date = Field(primary_key=True, sa_column_kwargs=held(F0))
    said: dict[str, Any] = Field(sa_column=json_column(F0))


TOLD = cast(SqlTable, ToldFigures.__table__)  # type: ignore[attr-defined]
_AS_KEPT: TypeAdapter[dict[str, Figures]] = TypeAdapter(dict[str, Figures])


def figures_told(
    session: Session, *, place_id: str, since: date, until: date, actor: Actor, clock: Clock, lang: str = "zh"
) -> Figures | None:
    """What the actor is told of these days this month; None where he reads cases, and where nobody has asked yet."""
    place, span = span_of(session, place_id, since, until, actor=actor, clock=clock)
    if span.as_of is None:
        return None
    kept = session.get(ToldFigures, (place.id, span.since, span.until, _month(clock)))
    return None if kept is None else _read(kept).get(lang)


def keep_figures(
    session: Session,
    found: Mapping[str, Figures],
    since: datetime,
    *,
    lang: str = "zh",
    actor: Actor,
    clock: Clock,
) -> Figures:
    """Keep what was worked out of a place, by language, until the month ends; whoever was faster is who is believed.

    What was begun to be worked out `since` a moment of the month before is told once and not kept.
    """
    one, month = found[lang], _month(clock)
    if _month_of(since) != month:
        return one
    span_of(session, one.place_id, one.since, one.until, actor=actor, clock=clock)
    kept = session.get(ToldFigures, (one.place_id, one.since, one.until, month))
    if kept is not None and (said := _read(kept).get(lang)) is not None:
        return said
    session.execute(delete(TOLD).where(TOLD.c.month < month))
    found = {of: _as_told_beside(session, figures, of, month) for of, figures in found.items()}
    one = found[lang]
    said_now = _AS_KEPT.dump_python(dict(found), mode="json")
    row = ToldFigures(place_id=one.place_id, since=one.since, until=one.until, month=month, said=said_now)
    session.merge(row)
    session.flush()
    return one


def _as_told_beside(session: Session, figures: Figures, lang: str, month: date) -> Figures:
    """A place's own rates stand in the figures above it as well: whichever was told first is what both say."""

    def told_of(place_id: str | None) -> Figures | None:
        key = (place_id, figures.since, figures.until, month)
        kept = session.get(ToldFigures, key) if place_id else None
        return None if kept is None else _read(kept).get(lang)

    place = session.execute(select(PLACES).where(PLACES.c.id == figures.place_id)).one()
    above = told_of(place.town_id if place.kind is PlaceKind.COMMUNITY else place.district_id)
    row = next((one for one in above.below if one.id == figures.place_id), None) if above else None
    total = figures.total if row is None else replace(row, id=figures.total.id)
    below = [
        one if (own := told_of(one.id)) is None else replace(own.total, id=one.id) for one in figures.below
    ]
    return replace(figures, total=total, below=below)


def _read(kept: ToldFigures) -> Mapping[str, Figures]:
    """In the form of another release they are nothing, and worked out anew."""
    try:
        return _AS_KEPT.validate_python(kept.said)
    except ValidationError:
        return {}


def _month(clock: Clock) -> date:
    return _month_of(clock.now())


def _month_of(moment: datetime) -> date:
    return local_date(moment).replace(day=1)
