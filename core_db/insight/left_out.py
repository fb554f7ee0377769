"""What stands beside the rates: the rules that hold on the days looked at, and how many cases each of them is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlmodel import Session

from core_db.cases.reference import Reference
from core_db.cases.words import Nature
from core_db.foundation.lean import dataclass
from core_db.insight.counting import Span
from core_db.insight.excluded import Rate, Rule, is_about_callbacks
from core_db.insight.measures import ONLY_EVER_RATED, sum_of
from core_db.insight.sight import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A rule that holds on some of the days looked at, and how many cases of them it is about; None: not told."""

    rule: str
    name: str
    category: str | None
    category_name: str | None
    nature: Nature | None
    rates: tuple[Rate, ...]
    valid_from: date
    valid_to: date | None
    cases: int | None


def left_out_by(
    session: Session, rules: Sequence[Rule], place: Any, span: Span, reference: Reference, lang: str, sight: Sight
) -> list[LeftOut]:  # fmt: skip
    """How many cases each rule is about: not told of few, nor where few are left that the whole would tell."""
    if not rules:
        return []
    measures = [sum_of(and_(_counted(one, span), one.covers)).label(f"by_{n}") for n, one in enumerate(rules)]
    here = span.raised_at(place)
    in_all, *found = session.execute(select(sum_of(span.counted), *measures).where(here)).one()
    return [
        LeftOut(
            rule=one.rule, name=one.name(lang), category=one.category,
            category_name=reference.category(one.category).name(lang) if one.category else None, nature=one.nature,
            rates=one.rates, valid_from=one.valid_from, valid_to=one.valid_to,
            cases=_told(one, int(count), int(in_all), sight),
        )
        for one, count in zip(rules, found, strict=True)
    ]  # fmt: skip


def _counted(rule: Rule, span: Span) -> Any:
    """A merged case is left out with its own word alone. That may be said on any day, so that of a moment of before
    it is not told."""
    if span.as_of is None and is_about_callbacks(rule.rates):
        return or_(span.counted, ONLY_EVER_RATED)
    return span.counted


def _told(rule: Rule, count: int, in_all: int, sight: Sight) -> int | None:
    # Of two groups, one of few takes the other along, however few are summed up.
    groups = {1: count, 0: in_all - count}
    return sight.shown(groups, (case((rule.covers, 1), else_=0),))[1]
