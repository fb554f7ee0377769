"""Figures by type of community: how many neighbourhoods and people there are of each, and what they raise.

People are shown by whole tens for everybody, and so are requests for whoever reads aggregates only: those of the last
month that is over, and those that were open when this one began, by the type that each neighbourhood had then. Where
what is hidden would be fewer than ten together, the next smallest is hidden with it: else the sum would tell it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import String, Table, and_, case, func, literal, or_, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.cases import OPEN
from core_db.cases.model import CASES
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor
from core_db.foundation.clock import Clock, day_begins, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.insight.measures import NOT_COUNTED
from core_db.insight.sight import SMALLEST_GROUP, Sight, Tens, Whole, too_few
from core_db.insight.spans import last_spans
from core_db.neighbourhood import TypeSeen, types_in_force
from core_db.people import Person
from core_db.places import PLACES, Community, Place, PlaceKind, scope_of
from core_db.places.model import PLACE_CHANGES

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
COMMUNITIES = cast(Table, Community.__table__)  # type: ignore[attr-defined]
LATELY = timedelta(days=30)
Counts = Mapping[str | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """A type of community; None: too few to be shown. `raised` are those of thirty days, or of a month."""

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
    #: Numbers of requests go by tens, and by the month.
    suppressed: bool


def figures_by_type(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> FiguresByType:
    """The neighbourhoods below a town or a district, grouped by their type."""
    place = session.get(Place, place_id)
    allowed = place is not None and may_at(actor, Permission.FIGURES_READ, scope_of(place))
    if place is None or not allowed or place.kind not in (PlaceKind.TOWN, PlaceKind.DISTRICT):
        raise NotFound()
    level = PLACES.c.town_id if place.kind is PlaceKind.TOWN else PLACES.c.district_id
    below = (level == place_id) & (PLACES.c.kind == PlaceKind.COMMUNITY) & PLACES.c.ended_at.is_(None)
    types = types_in_force(session, place.district_id or "", actor=actor, clock=clock)
    is_whole, now = _reads_cases(actor, place), clock.now()
    _reach_all(session, below)
    kind = COMMUNITIES.c.community_type if is_whole else _type_then(session, below, now)
    many = _by_type(session, kind, below, None, None)
    people = _tens_of(_by_type(session, kind, below, PERSONS, PERSONS.c.died_on.is_(None)))
    still, lately = _OPEN_AND_LATELY[is_whole](now)
    here = and_(
        CASES.c.district_id == place.district_id, CASES.c.community_id.in_(select(PLACES.c.id).where(below))
    )
    open_, raised = (
        _shown(
            session,
            _by_type(session, kind, below, CASES, here & which),
            kind,
            here & which,
            is_whole=is_whole,
        )
        for which in (still, lately)
    )
    known, none = [one.code for one in types], 0 if is_whole else None
    order = [*known, *sorted(code for code in many if code is not None and code not in known), None]
    rows = [
        TypeRow(
            code=code, neighbourhoods=many[code], people=people.get(code), open=open_.get(code, none),
            raised=raised.get(code, none),
        )
        for code in order
        if code in many
    ]  # fmt: skip
    return FiguresByType(
        place_name=place.label, district_id=place.district_id or "", types=types, rows=rows, suppressed=not is_whole
    )  # fmt: skip


def _now(now: datetime) -> tuple[Any, Any]:
    return CASES.c.status.in_(sorted(OPEN)), CASES.c.created_at >= now - LATELY


def _as_the_month_began(now: datetime) -> tuple[Any, Any]:
    """What was open then, and what was raised in the month before: no day's step is seen in either."""
    first, last = last_spans(local_date(now))[0]
    begun, before = day_begins(last + timedelta(1)), day_begins(first)
    was_open = or_(CASES.c.closed_at.is_(None), CASES.c.closed_at >= begun)
    counted = or_(CASES.c.status.not_in(NOT_COUNTED), CASES.c.closed_at >= begun)
    raised = CASES.c.created_at < begun
    return raised & was_open, raised & (CASES.c.created_at >= before) & counted


#: Which cases are open and which are new, by whether their reader reads each of them.
_OPEN_AND_LATELY = {True: _now, False: _as_the_month_began}


def _reads_cases(actor: Actor, place: Place) -> bool:
    nodes = (place.town_id, place.district_id)
    return any(one in nodes for one in actor.places_as(COMMITTEE | DISPATCHERS))


def _reach_all(session: Session, below: Any) -> None:
    """Whoever asks reaches no register and no history of a place, and is told the numbers alone."""
    widen(session, *session.execute(select(PLACES.c.id).where(below)).scalars())


def _type_then(session: Session, below: Any, now: datetime) -> Any:
    """The type of each neighbourhood as the month began: one that is set today moves its people and cases today."""
    here, begun = select(PLACES.c.id).where(below), day_begins(local_date(now).replace(day=1))
    since = (PLACE_CHANGES.c.field == "community_type") & (PLACE_CHANGES.c.at >= begun)
    rows = select(PLACE_CHANGES.c.place_id, PLACE_CHANGES.c.before).where(
        since, PLACE_CHANGES.c.place_id.in_(here), PLACE_CHANGES.c.community_id.in_(here)
    )
    # The last that is read is the first that was done.
    was = {row.place_id: row.before for row in session.execute(rows.order_by(PLACE_CHANGES.c.id.desc()))}
    if not was:
        return COMMUNITIES.c.community_type
    return case(
        *((COMMUNITIES.c.id == one, literal(code, String)) for one, code in was.items()),
        else_=COMMUNITIES.c.community_type,
    )


def _by_type(session: Session, kind: Any, below: Any, counted: Table | None, which: Any) -> Counts:
    """How many rows of a table there are by type of their neighbourhood; of no table, the neighbourhoods."""
    statement = select(kind.label("kind"), func.count()).join(PLACES, PLACES.c.id == COMMUNITIES.c.id)
    if counted is not None:
        here = select(PLACES.c.id).where(below)
        statement = statement.join(counted, counted.c.community_id == PLACES.c.id)
        statement = statement.where(which, counted.c.community_id.in_(here))
    grouped = statement.where(below).group_by(kind)
    return {code: int(count) for code, count in session.execute(grouped)}


def _tens_of(people: Counts) -> Mapping[str | None, int | None]:
    """By tens, without those too few, and without one more where those together are too few as well."""
    few = too_few({code: (count, count) for code, count in people.items() if count}, sum)
    return {
        code: count - count % SMALLEST_GROUP for code, count in people.items() if code not in few and count
    }


def _shown(
    session: Session, counts: Counts, kind: Any, which: Any, *, is_whole: bool
) -> Mapping[str | None, int | None]:
    """How many cases of each type there are, as far as they are shown."""
    sight: Sight = Whole() if is_whole else Tens(session, which)
    of_case = select(kind).where(COMMUNITIES.c.id == CASES.c.community_id).scalar_subquery()
    return sight.shown(counts, (of_case,), together=sum)
