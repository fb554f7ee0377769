"""What figures count: the requests of some days, summed up by what lies below and by who has them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, or_, select
from sqlmodel import Session

from core_db.cases.model import CASES
from core_db.foundation.clock import day_begins
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import found_by, found_otherwise
from core_db.insight.measures import NOT_COUNTED, ONLY_RATED, Counts, measures_of, sum_of
from core_db.insight.rounds import earlier_rounds
from core_db.insight.sight import K
from core_db.places.model import Place, PlaceKind

PLACES = cast(Table, Place.__table__)  # type: ignore[attr-defined]
#: By level. Above a neighbourhood the days find the cases: all years of a place would be too many.
LEVEL = {
    PlaceKind.COMMUNITY: CASES.c.community_id,
    PlaceKind.TOWN: found_otherwise(CASES.c.town_id),
    PlaceKind.DISTRICT: found_otherwise(CASES.c.district_id),
}
#: What lies right below a node; a neighbourhood has nothing below it that is compared.
BELOW = {
    PlaceKind.COMMUNITY: (CASES.c.community_id, None),
    PlaceKind.TOWN: (CASES.c.community_id, PlaceKind.COMMUNITY),
    PlaceKind.DISTRICT: (CASES.c.town_id, PlaceKind.TOWN),
}
Sums = Counter[str]
#: What an organisation's cases are counted by; None is the committee, or nobody yet.
HANDLER = (CASES.c.lead_id, CASES.c.lead_name.is_not(None))


@dataclass(frozen=True)
class Span:
    """The days; and the moment as of which it is looked at what counts, if that is not now."""

    since: date
    until: date
    as_of: datetime | None

    @property
    def first(self) -> datetime:
        return day_begins(self.since)

    @property
    def last(self) -> datetime:
        return day_begins(self.until + timedelta(1))

    @property
    def days(self) -> Any:
        return and_(CASES.c.created_at >= self.first, CASES.c.created_at < self.last)

    def raised_at(self, place: Any) -> Any:
        """What was raised at a place on these days."""
        if place.kind is not PlaceKind.COMMUNITY:
            return and_(LEVEL[place.kind] == place.id, self.days)
        # Of the indexes of a neighbourhood's cases that one knows their days.
        return and_(LEVEL[place.kind] == place.id, found_by(CASES.c.seq), self.days)

    @property
    def counted(self) -> Any:
        """Neither withdrawn nor merged; what was so later than the moment counts as it did until then."""
        counts = CASES.c.status.not_in(NOT_COUNTED)
        return counts if self.as_of is None else or_(counts, CASES.c.closed_at >= self.as_of)


class Part(NamedTuple):
    """What is summed up by itself: the place below, the organisation that leads, or whether a committee does so."""

    node: str
    lead: str | None
    is_own: bool


def sums_of(
    session: Session, place: Any, span: Span, counts: Counts, now: datetime
) -> Mapping[Part, Sums]:  # fmt: skip
    """All rates come of one pass, by what lies below and by who has it, and of a look at what was opened again."""
    level, _kind = BELOW[place.kind]
    measures = [*measures_of(counts, span.counted, now), sum_of(ended_in(span)).label("closed")]
    keys, within = (level, *HANDLER), span.raised_at(place)
    found = session.execute(
        select(*keys, *measures).where(within, or_(span.counted, ONLY_RATED)).group_by(*keys)
    )
    names = [one.name for one in measures]
    sums = {
        Part(node, lead, bool(is_own)): Counter(dict(zip(names, map(int, numbers), strict=True)))
        for node, lead, is_own, *numbers in found
    }
    for (node, lead), before in earlier_rounds(session, place, level, counts, span.first, span.last).items():
        part = Part(node, lead, is_own=True)
        sums[part] = sums.get(part, Counter()) + before
    return sums


def ended_in(span: Span) -> Any:
    """Of what counts, what was closed by the last day."""
    return and_(span.counted, CASES.c.closed_at < span.last)


def added(sums: Iterable[Sums]) -> Sums:
    return sum(sums, Counter())


def summed_by(sums: Mapping[Part, Sums], key: Callable[[Part], K]) -> dict[K, Sums]:
    """The sums of those parts that have the same key, added up."""
    found: dict[K, Sums] = {}
    for part, numbers in sums.items():
        found[key(part)] = found.get(key(part), Counter()) + numbers
    return found
