"""What cases are judged by: categories with their limits, the calendar, and the words that suggest a category.

Read from the database and kept for a few seconds per process: it is configuration that changes by hand.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlmodel import Session

from core_db.cases.asked_fields import ASKED_AT, FIELDS_ASKED_FOR, AskedField, field_in_force
from core_db.cases.calendar import (
    ClockUnit,
    DayKind,
    HolidayRow,
    WorkCalendar,
    calendar_from_rows,
)
from core_db.cases.category_table import DEFAULT, shipped_phrases
from core_db.cases.configured import CATEGORIES, HOLIDAYS, LIMITS
from core_db.cases.model import CASES
from core_db.cases.numbering import ELSEWHERE, LETTERS
from core_db.cases.offered import OFFERED
from core_db.cases.suggestion import Suggester
from core_db.cases.words import Channel
from core_db.foundation.clock import SystemClock, local_date
from core_db.foundation.grams import grams
from core_db.foundation.house_rules import house_rules_of
from core_db.foundation.lean import dataclass
from core_db.places.model import Division, PlaceKind

DIVISIONS = Division.__table__  # type: ignore[attr-defined]
OTHER = "9999"
#: What stands in the code of a category that is brought from outside, and in no other: `elder-care.visit`.
BROUGHT = "."
#: How long configuration may be old, in seconds.
FRESH_FOR = 10.0
#: How long a neighbourhood's habits of filing may be old, in seconds.
HABITS_FOR = 900.0
#: Among how many of a neighbourhood's newest cases those are that teach the suggestion.
HABITS_FROM = 300


@dataclass(frozen=True)
class Limit:
    """A deadline: so much of a unit, under a condition, and when what it is for may be closed."""

    amount: Fraction
    unit: ClockUnit
    condition_zh: str = ""
    condition_en: str = ""
    condition: str = DEFAULT
    closing_zh: str = ""
    closing_en: str = ""

    def name(self, lang: str) -> str:
        return self.condition_en if lang == "en" else self.condition_zh

    def closing(self, lang: str) -> str:
        return (self.closing_en if lang == "en" else "") or self.closing_zh


@dataclass(frozen=True)
class CategoryInForce:
    """A category as cases use it."""

    code: str
    parent: str | None
    name_zh: str
    name_en: str
    first_owner: str
    emergency: bool
    sensitive: bool
    contact: Limit
    limits: tuple[Limit, ...]

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name_zh

    def limit_of(self, condition: str | None) -> Limit:
        """The limit under a condition; the usual one for none, and for one that the table has no more."""
        if condition is None:
            return self.limits[0]
        return next((one for one in self.limits if one.condition == condition), self.limits[0])

    def contact_of(self, condition: str | None) -> Limit:
        """How soon whoever raised it is called: what runs day and night is answered like any emergency."""
        hurries = self.limit_of(condition).unit is ClockUnit.URGENT_HOUR
        return URGENT_CONTACT if hurries and self.contact.unit is not ClockUnit.URGENT_HOUR else self.contact


_ONE_WORKDAY = Limit(Fraction(1), ClockUnit.WORKDAY)
#: Within so much time somebody who is in danger is called.
URGENT_CONTACT = Limit(Fraction(2), ClockUnit.URGENT_HOUR)


@dataclass
class Reference:
    """A reading of the configuration."""

    categories: Mapping[str, CategoryInForce]
    keywords: Mapping[str, tuple[str, ...]]
    #: The same in languages of letters, whole words.
    phrases: Mapping[str, tuple[str, ...]]
    calendar: WorkCalendar
    read_at: float
    #: Changes when a name does; what was written with old names is not used again.
    digest: int
    #: Categories that only some neighbourhoods have: which. All others every neighbourhood has.
    only_at: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: Nothing is filed under these any more; what was keeps their name and their limit.
    former: Mapping[str, CategoryInForce] = field(default_factory=dict)
    #: Fields that are brought, by key and as forms show them, with those of before; and which plugins have asked for
    #: theirs in a neighbourhood: True where they do today.
    fields: Mapping[str, AskedField] = field(default_factory=dict)
    asked_at: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    #: With which letters the cases of a district are numbered.
    letters: Mapping[str, str] = field(default_factory=dict)
    suggesters: dict[str, "Learned"] = field(default_factory=dict)
    #: What to choose from was made for lists while this reading was fresh, under names of their own.
    choices: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    #: Places that cases were raised at while this reading was fresh: what happens, happens to neighbours too.
    places: dict[str, Any] = field(default_factory=dict)

    @property
    def grave(self) -> frozenset[str]:
        """The categories that hurry: emergencies, and those whose reporter is called day and night."""
        return frozenset(
            code
            for code, one in self.categories.items()
            if one.emergency or one.contact_of(None).unit is ClockUnit.URGENT_HOUR
        )

    def category(self, code: str) -> CategoryInForce:
        """The category, also one that is offered nowhere any more; “other” for a code nobody knows."""
        return self.categories.get(code) or self.former.get(code) or self.categories[OTHER]

    def knows(self, code: str) -> bool:
        """Whether something may be filed under it: today, or in its time."""
        return code in self.categories or code in self.former

    def offers(self, code: str | None, *community_ids: str) -> bool:
        """Whether cases of any of these neighbourhoods may be filed under it."""
        if code is None or code not in self.categories:
            return False
        only = self.only_at.get(code)
        return only is None or not only.isdisjoint(community_ids)

    def offered_at(self, *community_ids: str) -> Mapping[str, CategoryInForce]:
        """The categories under which cases of these neighbourhoods may be filed."""
        return {code: one for code, one in self.categories.items() if self.offers(code, *community_ids)}

    def own_of(self, *community_ids: str) -> tuple[CategoryInForce, ...]:
        """Of those, the ones that not every neighbourhood has, by code."""
        return tuple(
            self.categories[code] for code in sorted(self.only_at) if self.offers(code, *community_ids)
        )

    def fields_of(self, code: str, *community_ids: str) -> tuple[AskedField, ...]:
        """What is asked for besides in a category, in any of these neighbourhoods."""
        return (
            tuple(
                one
                for one in self.fields.values()
                if one.category == code
                and one.is_asked
                and any(self.asked_at.get(place, {}).get(one.plugin_id) for place in community_ids)
            )
            if self.fields
            else ()
        )

    def has_asked(self, community_id: str) -> bool:
        """Whether anything may have been filled in besides in a case of this neighbourhood."""
        return community_id in self.asked_at

    def letters_of(self, district_id: str | None) -> str:
        """The letters of a district's numbers; for nobody's in particular, of the one that is here."""
        known = tuple(self.letters.values())
        return self.letters.get(district_id or "") or (known[0] if known else ELSEWHERE)

    def with_own_form(self, *community_ids: str) -> tuple[CategoryInForce, ...]:
        """The categories to be chosen by whoever raises a case: those not every place has, and those with fields."""
        own = self.own_of(*community_ids)
        codes = {one.category for one in self.fields.values()} - {one.code for one in own}
        asked = (
            code
            for code in sorted(codes)
            if self.offers(code, *community_ids) and self.fields_of(code, *community_ids)
        )
        return (*own, *(self.categories[code] for code in asked))


@dataclass(frozen=True, slots=True)
class Learned:
    """What suggests a neighbourhood's categories, when it was made, and of which that not everybody has."""

    at: float
    own: tuple[str, ...]
    suggester: Suggester


_kept: WeakKeyDictionary[Engine, Reference] = WeakKeyDictionary()


def reference_of(session: Session) -> Reference:
    """The configuration, at most ten seconds old."""
    engine = session.get_bind().engine
    kept = _kept.get(engine)
    if kept is None or time.monotonic() - kept.read_at > FRESH_FOR:
        before, kept = kept, _read(session)
        _kept[engine] = kept
        if before is not None and _what_suggests(before) == _what_suggests(kept):
            kept.suggesters = before.suggesters
    return kept


def _what_suggests(reference: Reference) -> tuple[Any, ...]:
    return reference.keywords, reference.phrases, reference.grave


def forget_reference() -> None:
    """Read the configuration anew at the next use: for those who have just edited it."""
    _kept.clear()


def suggester_of(session: Session, community_id: str) -> Suggester:
    """Suggests a category from keywords and from what this neighbourhood filed before."""
    reference = reference_of(session)
    own = tuple(one.code for one in reference.own_of(community_id))
    kept = reference.suggesters.get(community_id)
    if kept is None or kept.own != own or time.monotonic() - kept.at > HABITS_FOR:
        filed = _habits(session, community_id)
        there = {code: words for code, words in filed.items() if reference.offers(code, community_id)}
        made = Suggester(reference.keywords, there, grave=reference.grave, in_letters=reference.phrases)
        kept = Learned(time.monotonic(), own, made)
        reference.suggesters[community_id] = kept
    return kept.suggester


def _read(session: Session) -> Reference:
    today = local_date(SystemClock().now())
    limits = _limits(session, today)
    rows = list(session.execute(select(CATEGORIES).order_by(CATEGORIES.c.code)))
    known = {row.code: _in_force(row, limits.get(row.code, [])) for row in rows}
    former = {row.code: known.pop(row.code) for row in rows if not _holds(row, today)}
    categories = known
    categories.setdefault(
        OTHER, CategoryInForce(OTHER, None, "其他", "Other", "C", False, False, _ONE_WORKDAY, (_ONE_WORKDAY,))
    )
    keywords = {
        row.code: tuple(row.keywords.split())
        for row in rows
        if row.parent and row.keywords and row.code in categories
    }
    phrases = {
        row.code: phrases_of(row) for row in rows if row.parent and row.code in categories and phrases_of(row)
    }
    return Reference(
        categories, keywords, phrases, calendar_kept(session), time.monotonic(),
        _digest(session, [*categories.values(), *former.values()]), _only_at(session, categories), former,
        *_fields(session), _letters(session),
    )  # fmt: skip


def phrases_of(row: Any) -> tuple[str, ...]:
    """The English keywords of a class as it is kept."""
    if row.keywords_en is None:
        return shipped_phrases().get((row.code, row.identifier), ())
    return tuple(row.keywords_en.split(";")) if row.keywords_en else ()


def calendar_kept(session: Session) -> WorkCalendar:
    """The calendar as this session sees it, this very moment."""
    return calendar_from_rows(
        HolidayRow(day.day, DayKind(day.kind), day.name_zh, day.name_en, day.source)
        for day in session.execute(select(HOLIDAYS))
    )


def _holds(row: Any, today: date) -> bool:
    """Whether cases are filed under it today. What an app brings holds until it is taken away."""
    if BROUGHT in row.code:
        return row.valid_to is None
    return bool(row.valid_from <= today and (row.valid_to is None or today < row.valid_to))


def _limits(session: Session, today: date) -> dict[str, list[Limit]]:
    """By class, those that began last; of a class of which none have begun, the first that will."""
    begun: dict[str, dict[date, list[Limit]]] = {}
    for row in session.execute(select(LIMITS).order_by(LIMITS.c.code, LIMITS.c.valid_from, LIMITS.c.rank)):
        begun.setdefault(row.code, {}).setdefault(row.valid_from, []).append(_limit(row))
    return {
        code: by_day[max((day for day in by_day if day <= today), default=min(by_day))]
        for code, by_day in begun.items()
    }


def _letters(session: Session) -> dict[str, str]:
    """As they are set for all, or each district's own."""
    districts = select(DIVISIONS.c.place_id, DIVISIONS.c.code).where(DIVISIONS.c.level == PlaceKind.DISTRICT)
    asked = house_rules_of(session).number_prefix
    return {
        row.place_id: asked or LETTERS.get(row.code[:6], ELSEWHERE)
        for row in session.execute(districts.order_by(DIVISIONS.c.code, DIVISIONS.c.id))
    }


def _only_at(session: Session, categories: Mapping[str, CategoryInForce]) -> dict[str, frozenset[str]]:
    """Of the categories that somebody brings: where he does."""
    where: dict[str, set[str]] = {code: set() for code in categories if BROUGHT in code}
    for row in session.execute(select(OFFERED)) if where else ():
        if row.code in where:
            where[row.code].add(row.community_id)
    return {code: frozenset(found) for code, found in where.items()}


def _fields(session: Session) -> tuple[dict[str, AskedField], dict[str, dict[str, bool]]]:
    """What is asked besides, and where."""
    order = (FIELDS_ASKED_FOR.c.plugin_id, FIELDS_ASKED_FOR.c.rank)
    found = session.execute(select(FIELDS_ASKED_FOR).order_by(*order))
    fields = {row.key: field_in_force(row) for row in found}
    where: dict[str, dict[str, bool]] = {}
    for row in session.execute(select(ASKED_AT)) if fields else ():
        where.setdefault(row.community_id, {})[row.plugin_id] = row.is_on
    return fields, where


def _digest(session: Session, categories: Sequence[CategoryInForce]) -> int:
    names = tuple((one.code, one.name_zh, one.name_en, one.limits) for one in categories)
    return hash((str(session.get_bind().engine.url), names))


def _limit(row: Any) -> Limit:
    return _made_limit(
        row.limit, row.unit, row.condition_zh, row.condition_en, row.condition or DEFAULT,
        row.closing_condition, row.closing_en or "",
    )  # fmt: skip


def _in_force(row: Any, limits: list[Limit]) -> CategoryInForce:
    return CategoryInForce(
        row.code, row.parent, row.name_zh, row.name_en, row.first_owner, row.emergency, row.sensitive,
        _made_limit(row.contact_limit, row.contact_unit), tuple(limits) or (_ONE_WORKDAY,),
    )  # fmt: skip


@lru_cache(maxsize=512)
def _made_limit(amount: str, unit: str, *said: str) -> Limit:
    """Made once of what stands in the table: it is read every few seconds, and hardly ever says anything new."""
    return Limit(Fraction(amount), ClockUnit(unit), *said)


def _habits(session: Session, community_id: str) -> dict[str, Counter[str]]:
    """What the committee filed, in pairs of characters: a guess that nobody looked at teaches no other.

    An import is taken up by itself, under a guess too. Few of the newest cases wait; where many do, the keywords
    alone suggest, and nobody reads through all that wait to find the others.
    """
    newest = (
        select(CASES.c.category_code, CASES.c.summary, CASES.c.accepted_at, CASES.c.channel)
        .where(CASES.c.community_id == community_id)
        .order_by(CASES.c.seq.desc())
        .limit(HABITS_FROM)
        .subquery("newest")
    )
    looked_at = select(newest.c.category_code, newest.c.summary).where(
        newest.c.accepted_at.is_not(None), newest.c.channel != Channel.IMPORT
    )
    filed: dict[str, Counter[str]] = {}
    for code, summary in session.execute(looked_at):
        filed.setdefault(code, Counter()).update(grams(summary))
    return filed
