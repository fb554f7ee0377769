"""The ordinary tags of whoever lives behind some doors, counted; sensitive ones are looked at one person at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, func, or_, select
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.people import Residency
from core_db.tags import ASSIGNMENTS, DEFINITIONS, holds

RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
#: Tags that one page shows, the most frequent.
MOST_TAGS = 20
#: Tags of single people that one building is read with.
MOST_BORNE = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCount:
    """A tag, and how many of those who live here bear it."""

    name: str
    name_en: str
    people: int

    def within(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name


def dwell_now(today: date) -> Any:
    """Residencies that have no end, or not yet."""
    return or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today)


def tags_where(session: Session, which: Any, community_id: str, *, today: date) -> list[TagCount]:
    """The tags of those whose residencies are `which` on a day; of a sensitive tag there is no definition to join."""
    people = func.count(ASSIGNMENTS.c.person_id.distinct()).label("people")
    rows = session.execute(
        select(DEFINITIONS.c.name, DEFINITIONS.c.name_en, people)
        .join_from(ASSIGNMENTS, DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id)
        .join(RESIDENCIES, RESIDENCIES.c.person_id == ASSIGNMENTS.c.person_id)
        .where(ASSIGNMENTS.c.community_id == community_id, which, dwell_now(today), holds(today))
        .group_by(DEFINITIONS.c.id, DEFINITIONS.c.name, DEFINITIONS.c.name_en)
        .order_by(people.desc(), DEFINITIONS.c.name)
        .limit(MOST_TAGS)
    )
    return [TagCount(**row._mapping) for row in rows]


def tags_by_door(
    session: Session, which: Any, community_id: str, *, today: date
) -> Mapping[str, Sequence[Any]]:
    """Who of those behind each door bears which ordinary tag, in one query for all doors."""
    rows = session.execute(
        select(
            RESIDENCIES.c.home_id, ASSIGNMENTS.c.person_id, DEFINITIONS.c.id, DEFINITIONS.c.name, DEFINITIONS.c.name_en
        )
        .join_from(ASSIGNMENTS, DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id)
        .join(RESIDENCIES, RESIDENCIES.c.person_id == ASSIGNMENTS.c.person_id)
        .where(ASSIGNMENTS.c.community_id == community_id, which, dwell_now(today), holds(today))
        .order_by(RESIDENCIES.c.home_id, ASSIGNMENTS.c.id)
        .limit(MOST_BORNE)
    )  # fmt: skip
    behind: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        behind[row.home_id].append(row)
    return behind


def counted_tags(borne: Iterable[Any]) -> list[TagCount]:
    """Each tag with how many people bear it, the most frequent first; who lives behind two doors is one."""
    words: dict[str, Any] = {}
    bearers: dict[str, set[str]] = defaultdict(set)
    for one in borne:
        words[one.id] = one
        bearers[one.id].add(one.person_id)
    found = [
        TagCount(name=word.name, name_en=word.name_en, people=len(bearers[its_id])) for its_id, word in words.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.people, one.name))[:MOST_TAGS]
