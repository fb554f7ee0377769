"""Figures of a neighbourhood that everybody may have: never about fewer than ten people, whatever is asked besides.

Three rules together keep a few people from being worked out. What is about fewer than ten is not there at all, no more
than what is about nobody; and where what is left out is about fewer than ten together, the next smallest is left out
with it, so that a sum tells of ten at least. What all but a few have is left out too. Whatever is there is rounded down
to whole tens. And all of it stands as it was when the month began: whoever asks each day sees no single step. What is
corrected in or taken out of the register counts at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, case, exists, func, or_, select
from sqlmodel import Session

from core_db.cases.model import CASES, PARTIES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LOCAL, Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.insight.measures import NOT_COUNTED
from core_db.insight.sight import SMALLEST_GROUP
from core_db.people import AGE_BANDS, Person, Residency, age_band, codes_of, residence_status
from core_db.places import PLACES
from core_db.tags import ASSIGNMENTS, DEFINITIONS

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
#: Cases of so many months that have ended are counted.
MONTHS = 12
#: The key of those of whom it is not known.
UNKNOWN = "unknown"


class Counted(StrEnum):
    """What is counted, and by what."""

    RESIDENTS = "residents"
    RESIDENTS_BY_AGE = "residents/age"
    RESIDENTS_BY_RESIDENCE = "residents/residence"
    RESIDENTS_BY_TAG = "residents/tag"
    CASES = "cases"
    CASES_BY_CATEGORY = "cases/category"
    CASES_BY_MONTH = "cases/month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many there are of a group, and how many people stand behind them."""

    key: str
    count: int
    people: int


Together = Callable[[Sequence[int]], int]


def figures_for_everybody(
    session: Session, community_id: str, counted: Counted, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, int]]:  # fmt: skip
    """The figures by group, in whole tens; a group of fewer than ten people is not among them."""
    cells = _CELLS[counted](session, community_id, _month_of(local_date(clock.now())))
    return [
        (one.key, one.count - one.count % SMALLEST_GROUP) for one in without_few(cells, _TOGETHER[counted])
    ]


def without_few(cells: Sequence[Cell], together: Together) -> list[Cell]:
    """Those that may be told. `together`: how many people at least stand behind several that are left out."""
    kept = [one for one in cells if one.people >= SMALLEST_GROUP and one.count >= SMALLEST_GROUP]
    left_out = [one.people for one in cells if one not in kept and one.people]
    if kept and left_out and together(left_out) < SMALLEST_GROUP:
        smallest = min(kept, key=lambda one: (one.people, one.key))
        kept.remove(smallest)
    return kept


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


# -- people -----------------------------------------------------------------------------------------


def _registered(community_id: str, first: date) -> ColumnElement[bool]:
    """Who stood in the register when the month began, and still does."""
    return and_(
        PERSONS.c.community_id == community_id, PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None),
        or_(PERSONS.c.died_on.is_(None), PERSONS.c.died_on >= first), PERSONS.c.created_at < _morning_of(first),
    )  # fmt: skip


def _residents(session: Session, community_id: str, first: date) -> list[Cell]:
    which = select(func.count()).select_from(PERSONS).where(_registered(community_id, first))
    return _people({"": int(session.execute(which).scalar_one())})


def _by_age(session: Session, community_id: str, first: date) -> list[Cell]:
    years = (
        select(PERSONS.c.birth_year, func.count().label("n"))
        .where(_registered(community_id, first))
        .group_by(PERSONS.c.birth_year)
    )
    found: Counter[str] = Counter()
    for row in session.execute(years):
        found[age_band(row.birth_year, today=first) or UNKNOWN] += row.n
    return _people({band: found[band] for band in (*AGE_BANDS, UNKNOWN)})


def _by_residence(session: Session, community_id: str, first: date) -> list[Cell]:
    homes = select(PLACES.c.id).where(PLACES.c.community_id == community_id)
    lives = exists().where(
        RESIDENCIES.c.person_id == PERSONS.c.id, RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_from < first,
        or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= first),
    )  # fmt: skip
    each = select(PERSONS.c.hukou_code, case((lives, 1), else_=0).label("lives_here")).where(
        _registered(community_id, first)
    )
    known = each.subquery()
    groups = select(known.c.hukou_code, known.c.lives_here, func.count().label("n")).group_by(
        known.c.hukou_code, known.c.lives_here
    )
    own_codes, found = codes_of(session, community_id), Counter[str]()
    for row in session.execute(groups):
        status = residence_status(
            lives_here=bool(row.lives_here), hukou_code=row.hukou_code, own_codes=own_codes
        )
        found[status.value] += row.n
    return _people(dict(sorted(found.items())))


def _by_tag(session: Session, community_id: str, first: date) -> list[Cell]:
    """Of ordinary tags alone: which sensitive one somebody bears is sealed."""
    bears = and_(
        ASSIGNMENTS.c.community_id == community_id, ASSIGNMENTS.c.assigned_at < _morning_of(first),
        ASSIGNMENTS.c.valid_from < first,
        or_(ASSIGNMENTS.c.valid_to.is_(None), ASSIGNMENTS.c.valid_to >= first),
        or_(ASSIGNMENTS.c.removed_at.is_(None), ASSIGNMENTS.c.removed_at >= _morning_of(first)),
    )  # fmt: skip
    counted = (
        select(DEFINITIONS.c.name, func.count(func.distinct(ASSIGNMENTS.c.person_id)).label("n"))
        .join_from(ASSIGNMENTS, DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id)
        .join(PERSONS, PERSONS.c.id == ASSIGNMENTS.c.person_id)
        .where(bears, _registered(community_id, first))
        .group_by(DEFINITIONS.c.name)
    )
    bearers = {row.name: int(row.n) for row in session.execute(counted.order_by(DEFINITIONS.c.name))}
    (everybody,) = _residents(session, community_id, first)
    # Who lacks what nearly everybody has is told by what is left of all.
    few_lack = {name for name, n in bearers.items() if 0 < everybody.people - n < SMALLEST_GROUP}
    return _people({name: n for name, n in bearers.items() if name not in few_lack})


def _people(counts: Mapping[str, int]) -> list[Cell]:
    return [Cell(key=key, count=int(count), people=int(count)) for key, count in counts.items()]


# -- cases ------------------------------------------------------------------------------------------


def _months(first: date) -> list[date]:
    """The months that have ended, the oldest first, and the one that has not."""
    number = first.year * 12 + first.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - MONTHS, number + 1)]


def _raised(community_id: str, first: date) -> ColumnElement[bool]:
    since = _morning_of(_months(first)[0])
    return and_(
        CASES.c.community_id == community_id, CASES.c.status.not_in(NOT_COUNTED),
        CASES.c.created_at >= since, CASES.c.created_at < _morning_of(first),
    )  # fmt: skip


def _cases(session: Session, community_id: str, first: date) -> list[Cell]:
    counted = _counted(_measures()).where(_raised(community_id, first))
    return [_cell("", row) for row in session.execute(counted)]


def _by_category(session: Session, community_id: str, first: date) -> list[Cell]:
    counted = _counted([CASES.c.category_code, *_measures()]).where(_raised(community_id, first))
    grouped = counted.group_by(CASES.c.category_code).order_by(CASES.c.category_code)
    return [_cell(row.category_code, row) for row in session.execute(grouped)]


def _by_month(session: Session, community_id: str, first: date) -> list[Cell]:
    months, found = _months(first), []
    for begin, end in pairwise(months):
        within = (CASES.c.created_at >= _morning_of(begin)) & (CASES.c.created_at < _morning_of(end))
        counted = _counted(_measures()).where(_raised(community_id, first), within)
        found.append(_cell(f"{begin:%Y-%m}", session.execute(counted).one()))
    return found


def _measures() -> list[Any]:
    return [
        func.count(func.distinct(one)).label(name)
        for name, one in (
            ("cases", CASES.c.id),
            ("persons", PARTIES.c.person_id),
            ("accounts", PARTIES.c.account_id),
        )
    ]


def _counted(measures: Sequence[Any]) -> Select[Any]:
    return (
        select(*measures)
        .select_from(CASES)
        .outerjoin(PARTIES, (PARTIES.c.case_id == CASES.c.id) & (PARTIES.c.role == "requester"))
    )


def _cell(key: str, row: Any) -> Cell:
    """Ten cases may be one man's. Somebody may stand behind one by his account and behind another by his entry in the
    register, so of the two counts the greater is what is certain."""
    return Cell(key=key, count=row.cases, people=max(row.persons, row.accounts))


_CELLS: Mapping[Counted, Callable[[Session, str, date], list[Cell]]] = {
    Counted.RESIDENTS: _residents, Counted.RESIDENTS_BY_AGE: _by_age,
    Counted.RESIDENTS_BY_RESIDENCE: _by_residence, Counted.RESIDENTS_BY_TAG: _by_tag, Counted.CASES: _cases,
    Counted.CASES_BY_CATEGORY: _by_category, Counted.CASES_BY_MONTH: _by_month,
}  # fmt: skip


def _one_of_them(people: Sequence[int]) -> int:
    """Behind several groups of cases may stand the same people: what is certain is the largest of them."""
    return max(people)


def _no_whole(_people: Sequence[int]) -> int:
    """Tags overlap, so that no sum of theirs is anything: there is nothing left over to be told."""
    return SMALLEST_GROUP


_TOGETHER: Mapping[Counted, Together] = {
    Counted.RESIDENTS: sum, Counted.RESIDENTS_BY_AGE: sum, Counted.RESIDENTS_BY_RESIDENCE: sum,
    Counted.RESIDENTS_BY_TAG: _no_whole, Counted.CASES: _one_of_them, Counted.CASES_BY_CATEGORY: _one_of_them,
    Counted.CASES_BY_MONTH: _one_of_them,
}  # fmt: skip
