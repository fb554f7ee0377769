"""Who belongs to a group now, asked of the register itself: conditions on columns that lists show, an index for each.

Nothing sealed is asked: an age goes by the year of birth, which the mask of the birth date shows, so that nobody
finds out a birthday by moving a bound (`docs/threat-model.md`, T07).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.foundation.tables import among, one_of
from core_db.groups.drafts import GroupRules, Living
from core_db.people import born_between
from core_db.people.queries import PERSONS, RESIDENCIES
from core_db.people.status import codes_of
from core_db.places import PLACES, PlaceKind
from core_db.tags import ASSIGNMENTS, holds

#: Behind every door: whoever lives nowhere stands at the end of his neighbourhood.
NOWHERE = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a group, and the first of his doors in the order people count; None where he lives nowhere here."""

    person_id: str
    home_id: str | None
    community_id: str
    sort: str


@dataclass(frozen=True)
class Selection:
    """The rules with the neighbourhoods they reach, and the buildings and homes where they name some."""

    rules: GroupRules
    communities: Sequence[str]
    buildings: Sequence[str] | None
    today: date
    homes: Sequence[str] = ()


def selection_of(session: Session, rules: GroupRules, registers: Sequence[str], *, today: date) -> Selection:
    """Where to look: all of the registers, or those and their buildings that the rules name."""
    if not rules.places:
        return Selection(rules, registers, None, today)
    named = session.execute(
        select(PLACES.c.id, PLACES.c.kind, PLACES.c.community_id).where(
            PLACES.c.id.in_(rules.places), PLACES.c.community_id.in_(registers)
        )
    ).all()
    whole = {row.id for row in named if row.kind == PlaceKind.COMMUNITY}
    homes = [row.id for row in named if row.kind == PlaceKind.HOME]
    nodes = [row.id for row in named if row.kind not in (PlaceKind.COMMUNITY, PlaceKind.HOME)]
    below = (
        or_(PLACES.c.id.in_(nodes), PLACES.c.parent_id.in_(nodes), PLACES.c.community_id.in_(whole))
        & (PLACES.c.kind == PlaceKind.BUILDING)
    )  # fmt: skip
    if not nodes and not homes:
        return Selection(rules, [one for one in registers if one in whole], None, today)
    buildings = session.execute(select(PLACES.c.id).where(below)).scalars().all()
    reached = {row.community_id for row in named}
    return Selection(rules, [one for one in registers if one in reached], buildings, today, homes)


def _named(chosen: Selection) -> ColumnElement[bool]:
    """A door of the buildings or one of the homes that the rules name."""
    return or_(PLACES.c.building_id.in_(chosen.buildings or ()), PLACES.c.id.in_(chosen.homes))


def count_selected(session: Session, chosen: Selection) -> int:
    """How many there are."""
    if not chosen.communities:
        return 0
    counted = select(func.count()).select_from(PERSONS).where(_all_of(session, chosen))
    return int(session.execute(counted).scalar() or 0)


def people_by(
    session: Session, rules: GroupRules, communities: Sequence[str], *, today: date
) -> ColumnElement[bool]:  # fmt: skip
    """A clause over `persons`: whoever of these neighbourhoods meets the rules, for whoever counts or lists them."""
    chosen = selection_of(session, rules, communities, today=today)
    return _all_of(session, chosen) if chosen.communities else false()


def members_in(session: Session, chosen: Selection, community_id: str) -> list[Member]:
    """Those of one neighbourhood, stair by stair as people count; each once, at the first of his doors."""
    statement = _with_doors(chosen).where(*_conditions(session, chosen, [community_id]))
    found: dict[str, Member] = {}
    for row in session.execute(statement):
        member = Member(person_id=row.id, home_id=row.home_id, community_id=community_id, sort=row.sort)
        known = found.get(row.id)
        if known is None or member.sort < known.sort:
            found[row.id] = member
    return sorted(found.values(), key=place_in_line)


def place_in_line(member: Member) -> tuple[str, str]:
    return member.sort, member.person_id


def _all_of(session: Session, chosen: Selection) -> ColumnElement[bool]:
    """All that has to be true of somebody, his doors too."""
    where = [*_conditions(session, chosen, chosen.communities), _lives(chosen)]
    return and_(*(one for one in where if one is not None))


def _now(today: date) -> ColumnElement[bool]:
    return or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today)


def _with_doors(chosen: Selection) -> Select[Any]:
    """People with the doors they live behind. Somebody without one is there where the rules do not ask for one."""
    of_his = and_(RESIDENCIES.c.person_id == PERSONS.c.id, _now(chosen.today))
    outer = not _asks_for_a_door(chosen)
    homes = PERSONS.join(RESIDENCIES, of_his, isouter=outer).join(
        PLACES, PLACES.c.id == RESIDENCIES.c.home_id, isouter=outer
    )
    sort = func.coalesce(PLACES.c.sort, NOWHERE).label("sort")
    statement = select(PERSONS.c.id, RESIDENCIES.c.home_id, sort).select_from(homes)
    if chosen.buildings is not None:
        statement = statement.where(_named(chosen))
    if chosen.rules.living is Living.HUKOU_HERE_ONLY:
        statement = statement.where(RESIDENCIES.c.id.is_(None))
    return statement


def _asks_for_a_door(chosen: Selection) -> bool:
    """Whose hukou alone is here lives behind none, so buildings are asked of the others alone."""
    return (
        chosen.rules.living not in (Living.REGISTERED, Living.HUKOU_HERE_ONLY) or chosen.buildings is not None
    )


def _lives(chosen: Selection) -> ColumnElement[bool] | None:
    """The same of the doors, to be counted: each person once, however many he has."""
    doors = select(RESIDENCIES.c.id).where(RESIDENCIES.c.person_id == PERSONS.c.id, _now(chosen.today))
    if chosen.buildings is not None:
        doors = doors.join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id).where(_named(chosen))
    if chosen.rules.living is Living.HUKOU_HERE_ONLY:
        return ~doors.exists()
    return doors.exists() if _asks_for_a_door(chosen) else None


def _conditions(session: Session, chosen: Selection, communities: Sequence[str]) -> list[ColumnElement[bool]]:
    """What has to be true of a person's own row, of his tags, and of his hukou."""
    rules, today = chosen.rules, chosen.today
    # Whoever died is in no group, nor is whoever was forgotten, nor anybody twice.
    where = [among(PERSONS.c.community_id, communities), PERSONS.c.died_on.is_(None), PERSONS.c.name != ""]
    where += [PERSONS.c.merged_into_id.is_(None)]
    first, last = born_between(rules.age_from, rules.age_to, today=today)
    where += [PERSONS.c.birth_year >= first] if first is not None else []
    where += [PERSONS.c.birth_year <= last] if last is not None else []
    where += [PERSONS.c.sex == rules.sex] if rules.sex else []
    where += [PERSONS.c.id.in_(_bearers([tag], communities, today)) for tag in rules.all_of]
    where += [PERSONS.c.id.in_(_bearers(rules.any_of, communities, today))] if rules.any_of else []
    where += [PERSONS.c.id.not_in(_bearers(rules.none_of, communities, today))] if rules.none_of else []
    hukou = _hukou(session, rules.living, communities)
    return where if hukou is None else [*where, hukou]


def _bearers(tags: Sequence[str], communities: Sequence[str], today: date) -> Select[Any]:
    return select(ASSIGNMENTS.c.person_id).where(
        one_of(ASSIGNMENTS.c.definition_id, tags),
        among(ASSIGNMENTS.c.community_id, communities),
        holds(today),
    )


def _hukou(session: Session, living: Living, communities: Sequence[str]) -> ColumnElement[bool] | None:
    """Where somebody's hukou is, as `core_db.people.status` works it out."""
    if living in (Living.HERE, Living.REGISTERED):
        return None
    ways: list[ColumnElement[bool]] = []
    for community_id in communities:
        own = codes_of(session, community_id)
        there: ColumnElement[bool]
        if living is Living.LIVES_HERE_ONLY:
            # A shorter code that fits says nothing of the neighbourhood.
            says_nothing = [one[:length] for one in own for length in (6, 9)]
            there = PERSONS.c.hukou_code.is_not(None) & PERSONS.c.hukou_code.not_in([*own, *says_nothing])
            there = there if own else PERSONS.c.id.is_(None)
        else:
            there = PERSONS.c.hukou_code.in_(own)
        ways.append((PERSONS.c.community_id == community_id) & there)
    return or_(*ways)
