"""Figures by type of community: how many neighbourhoods and people there are of each, and what they raise.

People are shown from ten on for everybody, requests from ten on for whoever reads aggregates only. Where what is
hidden would be fewer than ten together, the next smallest is hidden with it: else the sum would tell it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.cases import OPEN
from core_db.cases.model import CASES
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.reach import widen
from core_db.insight.figures import SMALLEST_GROUP
from core_db.neighbourhood import TypeSeen, types_in_force
from core_db.people import Person
from core_db.places import PLACES, Community, Place, PlaceKind, scope_of

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
COMMUNITIES = cast(Table, Community.__table__)  # type: ignore[attr-defined]
LATELY = timedelta(days=30)
Counts = Mapping[str | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """A type of community; None where there are too few to be shown."""

    code: str | None
    neighbourhoods: int
    people: int | None
    open: int | None
    raised: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresByType:
    """What a town or a district has of each type; those of no type last, under None."""

    place_name: str
    district_id: str
    types: Sequence[TypeSeen]
    rows: Sequence[TypeRow]


def figures_by_type(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> FiguresByType:
    """The neighbourhoods below a town or a district, grouped by their type."""
    place = session.get(Place, place_id)
    allowed = place is not None and may_at(actor, Permission.FIGURES_READ, scope_of(place))
    if place is None or not allowed or place.kind not in (PlaceKind.TOWN, PlaceKind.DISTRICT):
        raise NotFound()
    level = PLACES.c.town_id if place.kind is PlaceKind.TOWN else PLACES.c.district_id
    below = (level == place_id) & (PLACES.c.kind == PlaceKind.COMMUNITY) & PLACES.c.ended_at.is_(None)
    types = types_in_force(session, place.district_id or "", actor=actor, clock=clock)
    least = 1 if _reads_cases(actor, place) else SMALLEST_GROUP
    many = _by_type(session, below, None, None)
    people = _hidden(_people(session, below), SMALLEST_GROUP)
    within = CASES.c.district_id == place.district_id
    still = _by_type(session, below, CASES, within & CASES.c.status.in_(sorted(OPEN)))
    lately = _by_type(session, below, CASES, within & (CASES.c.created_at >= clock.now() - LATELY))
    open_, raised = _hidden(still, least), _hidden(lately, least)
    known = [one.code for one in types]
    order = [*known, *sorted(code for code in many if code is not None and code not in known), None]
    rows = [
        TypeRow(
            code=code, neighbourhoods=many[code], people=people.get(code, 0), open=open_.get(code, 0),
            raised=raised.get(code, 0),
        )
        for code in order
        if code in many
    ]  # fmt: skip
    return FiguresByType(place_name=place.label, district_id=place.district_id or "", types=types, rows=rows)


def _reads_cases(actor: Actor, place: Place) -> bool:
    nodes = (place.town_id, place.district_id)
    return any(one in nodes for one in actor.places_as(COMMITTEE | DISPATCHERS))


def _people(session: Session, below: Any) -> Counts:
    """The people on the registers. Whoever asks reaches no register, and is told the numbers alone."""
    widen(session, *session.execute(select(PLACES.c.id).where(below)).scalars())
    return _by_type(session, below, PERSONS, PERSONS.c.died_on.is_(None))


def _by_type(session: Session, below: Any, counted: Table | None, which: Any) -> Counts:
    """How many rows of a table there are by type of their neighbourhood; of no table, the neighbourhoods."""
    statement = select(COMMUNITIES.c.community_type, func.count()).join(
        PLACES, PLACES.c.id == COMMUNITIES.c.id
    )
    if counted is not None:
        here = select(PLACES.c.id).where(below)
        statement = statement.join(counted, counted.c.community_id == PLACES.c.id)
        statement = statement.where(which, counted.c.community_id.in_(here))
    grouped = statement.where(below).group_by(COMMUNITIES.c.community_type)
    return {code: int(count) for code, count in session.execute(grouped)}


def _hidden(counts: Counts, least: int) -> Mapping[str | None, int | None]:
    """The counts, without those too small, and without one more where those together are too small as well."""
    small = {code for code, count in counts.items() if 0 < count < least}
    if small and sum(counts[code] for code in small) < least:
        rest = sorted((count, str(code), code) for code, count in counts.items() if code not in small)
        small |= {code for _count, _name, code in rest[:1]}
    return {code: None if code in small else count for code, count in counts.items()}
