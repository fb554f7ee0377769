"""How much of a figure somebody is shown: all of it, or, of aggregates alone, tens of ten people at least.

Whoever reads a place's cases one by one sees every number. Whoever may only read aggregates asks much and compares:
days that overlap, a place and what lies in it, today and tomorrow. So what he is told goes by whole tens, and of any
two answers one cannot tell that between them stand one to nine people (decision 0082).
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from core_db.cases.model import CASES, PARTIES
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import among

#: A group smaller than this is not shown to those who read aggregates only; and numbers go by so many.
SMALLEST_GROUP = 10
#: A rate over fewer would say little, as its parts go by tens too.
RATED_AT_LEAST = 50
#: Behind so many cases of a group stand more than ten people, without their being counted.
SURELY_MANY = 1_000
#: Of so many that were raised last in a group it is looked at first whether ten people stand behind them.
LATEST = 25

K = TypeVar("K", bound=Hashable)
Together = Callable[[Iterable[int]], int]
Condition = ColumnElement[bool]


class Sight(Protocol):
    """What of counts by some columns is shown, and what of a part of a whole."""

    @property
    def is_whole(self) -> bool: ...

    def shown(
        self, counts: Mapping[K, int], by: Sequence[Any], *, which: Condition | None = None, together: Together = max
    ) -> Mapping[K, int | None]:  # fmt: skip
        """The counts of groups of cases; None for what is not told. A key is the value of `by`, or their tuple."""
        ...

    def number(self, count: int) -> int:
        """A number of which it is known that enough people stand behind it."""
        ...

    def rate(self, part: int, whole: int, *, unit: int = 1) -> Fraction | None:
        """Their quotient; both are so many times what is counted."""
        ...


class Whole:
    """Every number as it is."""

    is_whole = True

    def shown(
        self, counts: Mapping[K, int], by: Sequence[Any], *, which: Condition | None = None, together: Together = max
    ) -> Mapping[K, int | None]:  # fmt: skip
        return dict(counts)

    def number(self, count: int) -> int:
        return count

    def rate(self, part: int, whole: int, *, unit: int = 1) -> Fraction | None:
        return Fraction(part, whole) if whole else None


@dataclass(frozen=True)
class Tens:
    """Whole tens of the cases that the condition is about, and nothing of fewer than ten people."""

    session: Session
    within: Condition
    is_whole = False

    def shown(
        self, counts: Mapping[K, int], by: Sequence[Any], *, which: Condition | None = None, together: Together = max
    ) -> Mapping[K, int | None]:  # fmt: skip
        behind = self._people(counts, by, which)
        few = too_few({key: (behind.get(key, 0), count) for key, count in counts.items() if count}, together)
        return {key: None if key in few or not count else self.number(count) for key, count in counts.items()}

    def number(self, count: int) -> int:
        return count - count % SMALLEST_GROUP

    def rate(self, part: int, whole: int, *, unit: int = 1) -> Fraction | None:
        """Of what is nearest in tens to the part and to the rest, either of which might be few."""
        if whole < RATED_AT_LEAST * unit:
            return None
        tens, rest = _nearest_tens(part, unit), _nearest_tens(whole - part, unit)
        return Fraction(tens, tens + rest)

    def _people(self, counts: Mapping[K, int], by: Sequence[Any], which: Condition | None) -> Mapping[K, int]:
        """How many people raised each group's cases, or ten and more."""
        found: dict[K, int] = {key: SURELY_MANY for key, count in counts.items() if count >= SURELY_MANY}
        for most, larger_than in ((LATEST, 0), (None, LATEST)):
            unknown = [
                key
                for key, count in counts.items()
                if count > larger_than and found.get(key, 0) < SMALLEST_GROUP
            ]
            if unknown:
                found |= self._counted(unknown, by, which, most)
        return found

    def _counted(
        self, keys: Sequence[Any], by: Sequence[Any], which: Condition | None, most: int | None
    ) -> Mapping[Any, int]:  # fmt: skip
        """The people behind these groups' latest cases, or behind all. Whoever is known in two ways is counted in one.

        A case's wall is asked for each row, so those behind it are looked up by their cases, and of most groups a few
        cases say enough.
        """
        turn = (
            func.row_number().over(partition_by=list(by) or None, order_by=CASES.c.seq.desc()).label("turn")
        )
        where = [self.within, *([] if which is None else [which]), *_first_is(by, keys)]
        groups = [one.label(f"key_{n}") for n, one in enumerate(by)]
        its = select(CASES.c.id, turn, *groups).where(*where).subquery()
        latest = select(its.c.id, *(its.c[one.name] for one in groups))
        if most is not None:
            latest = latest.where(its.c.turn <= most)
        group_of = {row[0]: _key(row[1:]) for row in self.session.execute(latest)}
        ways: dict[Any, tuple[set[str], ...]] = {key: (set(), set(), set()) for key in group_of.values()}
        for case_id, *known in self._who_raised(list(group_of)):
            for seen, one in zip(ways[group_of[case_id]], known, strict=True):
                if one:
                    seen.add(one)
        return {key: max(map(len, seen)) for key, seen in ways.items()}

    def _who_raised(self, case_ids: Sequence[str]) -> Iterable[tuple[str | None, ...]]:
        """Case by case entry, account and name of who stands behind it.

        A name that somebody else typed is no person: ten of them cost him nothing. Behind what he raised for a name
        that nobody is known by stands he himself.
        """
        asked = select(
            PARTIES.c.case_id, PARTIES.c.role, PARTIES.c.person_id, PARTIES.c.account_id, PARTIES.c.name
        )
        parties: dict[str, dict[str, Any]] = {}
        for row in self.session.execute(asked.where(among(PARTIES.c.case_id, case_ids))):
            parties.setdefault(row.case_id, {})[row.role] = row
        for case_id, by_role in parties.items():
            requester, proxy = by_role.get("requester"), by_role.get("proxy")
            if requester is not None and (requester.person_id or requester.account_id):
                name = requester.name if proxy is None else None
                yield case_id, requester.person_id, requester.account_id, name
            elif (one := proxy or requester) is not None:
                yield case_id, one.person_id, one.account_id, one.name


class Nothing(Tens):
    """Of a place that is left out of the figures above it, beside a small one: not even what is many."""

    def shown(
        self, counts: Mapping[K, int], by: Sequence[Any], *, which: Condition | None = None, together: Together = max
    ) -> Mapping[K, int | None]:  # fmt: skip
        return dict.fromkeys(counts)


def too_few(groups: Mapping[K, tuple[int, int]], together: Together) -> Collection[K]:
    """Groups, by people and size, of too few people; of fewer than that together the sum would tell, so the next
    smallest goes with them."""
    few = {key for key, (people, _size) in groups.items() if people < SMALLEST_GROUP}
    others = sorted((size, str(key), key) for key, (_people, size) in groups.items() if key not in few)
    if few and others and together(groups[key][0] for key in few) < SMALLEST_GROUP:
        few.add(others[0][2])
    return few


def _first_is(by: Sequence[Any], keys: Sequence[Any]) -> list[Condition]:
    """Only the small ones are looked at: a district's large ones are hundreds of thousands."""
    if not by:
        return []
    first = {key[0] if isinstance(key, tuple) else key for key in keys}
    named = by[0].in_(sorted(one for one in first if one is not None))
    return [or_(named, by[0].is_(None)) if None in first else named]


def _key(values: Any) -> Any:
    return tuple(values) if len(values) != 1 else values[0]


def _nearest_tens(count: int, unit: int) -> int:
    step = SMALLEST_GROUP * unit
    return (count + step // 2) // step * step
