"""The rates of organisations and places, as far as somebody is shown them and as the rules leave cases out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from core_db.foundation.lean import dataclass
from core_db.insight.counting import Sums
from core_db.insight.excluded import OF_CALLBACKS, Rate, Rule, counting
from core_db.insight.measures import RATED, Counts
from core_db.insight.sight import K, Sight

#: The sum that a rate is a part of.
_WHOLES = {
    Rate.RESPONSE: "to_contact",
    Rate.ON_TIME: "deadlines",
    Rate.RESOLUTION: "of_resolution",
    Rate.SATISFACTION: "of_satisfaction",
}


@dataclass(frozen=True)
class RateRow:
    """The rates of an organisation or a place; None where nothing was to be counted, or too little to be shown."""

    name: str
    cases: int | None
    response: Fraction | None
    on_time: Fraction | None
    resolution: Fraction | None
    satisfaction: Fraction | None
    callbacks: int | None
    #: The organisation's or the place's; None for a sum of several, and for what no organisation has.
    id: str | None = None


@dataclass(frozen=True)
class Rates:
    """How rates are shown: to whom, and by which rules."""

    sight: Sight
    rules: Sequence[Rule]

    @property
    def counts(self) -> Counts:
        """By rate, which cases count in it."""
        return counting(self.rules)

    def rows(
        self, sums: Mapping[K, Sums], names: Mapping[K, str], shown: Mapping[K, int | None], by: Sequence[Any]
    ) -> Mapping[K, RateRow]:  # fmt: skip
        """The rates of each whose cases are shown."""
        seen = {key: one for key, one in sums.items() if shown[key] is not None}
        rated = self.sight.shown(_each(seen, "callbacks"), by, which=self._callbacks())
        unsaid = self._of_few(seen, by)
        return {
            key: replace(self._row(names[key], one), cases=shown[key], callbacks=rated[key], **unsaid[key])
            if key in seen
            else RateRow(names[key], None, None, None, None, None, None)
            for key, one in sums.items()
        }

    def rest(self, name: str, sums: Sums) -> RateRow:
        """Of several that are not named. Who stands behind what the rules leave of them nobody looks at."""
        row = self._row(name, sums)
        if self.sight.is_whole:
            return row
        narrowed = self._narrowed()
        unsaid: dict[str, Any] = {rate.value: None for rate in narrowed}
        if not OF_CALLBACKS.isdisjoint(narrowed):
            unsaid["callbacks"] = None
        return replace(row, **unsaid)

    def _row(self, name: str, sums: Sums) -> RateRow:
        fixed, sight = sums["resolved_yes"] + sums["resolved_partly"], self.sight
        return RateRow(
            name=name, cases=sight.number(sums["cases"]), response=sight.rate(sums["contacted"], sums["to_contact"]),
            on_time=sight.rate(sums["met"], sums["deadlines"]),
            resolution=sight.rate(fixed, 2 * sums["of_resolution"], unit=2),
            satisfaction=sight.rate(sums["satisfied"], sums["of_satisfaction"]),
            callbacks=sight.number(sums["callbacks"]),
        )  # fmt: skip

    def _of_few(self, sums: Mapping[K, Sums], by: Sequence[Any]) -> Mapping[K, dict[str, Any]]:
        """Of each group, the rates in which the rules leave too few people."""
        unsaid: dict[K, dict[str, Any]] = {key: {} for key in sums}
        for rate in self._narrowed():
            left = self.counts[rate]
            which = and_(RATED, left) if rate in OF_CALLBACKS else left
            told = self.sight.shown(_each(sums, _WHOLES[rate]), by, which=which)
            for key in (key for key, count in told.items() if count is None):
                unsaid[key][rate.value] = None
        return unsaid

    def _narrowed(self) -> list[Rate]:
        """The rates that some rule leaves cases out of."""
        return [rate for rate in Rate if any(rate in one.rates for one in self.rules)]

    def _callbacks(self) -> ColumnElement[bool]:
        counts = self.counts
        return and_(RATED, or_(counts[Rate.RESOLUTION], counts[Rate.SATISFACTION]))


def _each(sums: Mapping[K, Sums], name: str) -> dict[K, int]:
    return {key: one[name] for key, one in sums.items()}
