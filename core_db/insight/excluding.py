"""Setting by which rules cases do not count in which rates: the table that is brought in, and handed out again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from core_db.audit import record
from core_db.cases import TableBrought
from core_db.cases.cells import Cells, Unreadable, day, identifier, lines_of
from core_db.cases.configured import CATEGORIES
from core_db.cases.words import Nature
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.insight.excluded import EXCLUSIONS, Exclusion, Rate, Rule, rule_of

EXCLUSION_COLUMNS = ("rule", "name_zh", "name_en", "category", "nature", "rates", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Known:
    """What a table of rules is read beside: the codes of categories, the rules there are, and which day it is."""

    categories: frozenset[str]
    rules: Mapping[str, Rule]
    today: date


def known_of(session: Session, *, clock: Clock) -> Known:
    """Also what apps bring is a category, and what ended."""
    codes = frozenset(session.execute(select(CATEGORIES.c.code)).scalars())
    rules = {row.rule: rule_of(row) for row in session.execute(select(EXCLUSIONS))}
    return Known(codes, rules, local_date(clock.now()))


def read_exclusions(table: str, known: Known, *, file: str = "exclusions.csv") -> list[Rule]:
    """The rules of a table. Of days that it does not say those that are kept stay; a new one holds from today on."""
    rules: dict[str, Rule] = {}
    for cells in lines_of(file, table):
        one = _rule(cells, known)
        if one.rule in rules:
            raise cells.wrong("rule", f"{one.rule} 前面已有。", f"{one.rule} was given before.")
        rules[one.rule] = one
    return list(rules.values())


def _rule(cells: Cells, known: Known) -> Rule:
    name = cells.read("rule", identifier)
    before = known.rules.get(name)
    until = before.valid_to if before and not cells.has("valid_to") else cells.perhaps("valid_to", day)
    one = Rule(
        rule=name, name_zh=cells.text("name_zh"), name_en=cells.text("name_en"),
        category=cells.perhaps("category", str), nature=cells.perhaps("nature", _nature),
        rates=cells.read("rates", _rates), valid_to=until,
        valid_from=cells.perhaps("valid_from", day) or (before.valid_from if before else known.today),
    )  # fmt: skip
    _check(cells, one, known)
    return one


def _check(cells: Cells, one: Rule, known: Known) -> None:
    code = one.category
    if code is None and one.nature is None:
        raise cells.wrong("category", "要写类别或性质。", "name a category or a nature.")
    if code is not None and code not in known.categories:
        raise cells.wrong("category", f"没有 {code} 这个类别。", f"{code} is no category of cases.")
    if one.valid_to is not None and one.valid_to <= one.valid_from:
        raise cells.wrong("valid_to", "要晚于 valid_from。", "it must be later than valid_from.")


def _nature(text: str) -> Nature:
    try:
        return Nature(text)
    except ValueError:
        known = "、".join(Nature)
        raise Unreadable(
            f"“{text}”不是性质，请写 {known} 之一。",
            f"{text!r} is no nature; write one of {known.replace('、', ', ')}.",
        ) from None


def _rates(text: str) -> tuple[Rate, ...]:
    """Divided by `;`, as keywords are."""
    said = {one.strip() for one in text.split(";")}
    known = "、".join(Rate)
    if not said <= set(Rate):
        raise Unreadable(
            f"“{text}”看不出是哪些率，请写 {known}，中间用 ;。",
            f"{text!r} names no rates; write {known.replace('、', ', ')}, with ; between them.",
        )
    return tuple(one for one in Rate if one in said)


def import_exclusions(session: Session, rules: Iterable[Rule], *, actor: Actor, clock: Clock) -> TableBrought:
    """Set the rules that are named as they are said to be; all others stay. What each says stands in the record."""
    done = TableBrought()
    for rule in rules:
        known = session.get(Exclusion, rule.rule)
        if known is not None and rule_of(known) == rule:
            done.unchanged += 1
            continue
        session.merge(_kept(rule))
        done.added, done.changed = done.added + (known is None), done.changed + (known is not None)
        record(
            session, action="exclusion.set", object="rate_exclusions", reference=f"rule/{rule.rule}",
            purpose=_in_codes(rule), actor=actor, clock=clock, right=None)  # fmt: skip
    session.flush()
    return done


def _kept(rule: Rule) -> Exclusion:
    return Exclusion(
        rule=rule.rule, name_zh=rule.name_zh, name_en=rule.name_en, category=rule.category, nature=rule.nature,
        rates=" ".join(rule.rates), valid_from=rule.valid_from, valid_to=rule.valid_to,
    )  # fmt: skip


def _in_codes(rule: Rule) -> str:
    """`12 praise resolution;satisfaction 2026-01-01/2027-01-01`; a dash for what it does not go by, and for no end."""
    what = f"{rule.category or '-'} {rule.nature or '-'} {';'.join(rule.rates)}"
    return f"{what} {rule.valid_from}/{rule.valid_to or '-'}"


def exclusion_lines(session: Session) -> Iterator[tuple[str, ...]]:
    """The rules that held, hold or will, in the columns they are brought in with."""
    for row in session.execute(select(EXCLUSIONS).order_by(EXCLUSIONS.c.rule)):
        one = rule_of(row)
        yield (
            one.rule, one.name_zh, one.name_en, one.category or "", one.nature or "", ";".join(one.rates),
            one.valid_from.isoformat(), one.valid_to.isoformat() if one.valid_to else "",
        )  # fmt: skip
