"""Pairs that were found, remembered while nothing in their registers changes: a desk asks for them all day long.

Whatever changes a register leaves a line in its history, made anywhere and by anybody, in the transaction of the
change. So what was found stands as long as no line came since, and as long as its entries are still shown: whoever is
forgotten leaves no line.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlmodel import Session

from core_db.foundation.clock import SystemClock
from core_db.foundation.ids import first_id_at
from core_db.foundation.lean import dataclass
from core_db.people.model import CHANGES, PERSONS

Pair = tuple[str, str]
Pairs = Sequence[Pair]
#: Seconds that may lie between the making of a line and its being seen: no transaction lasts so long, nor do the
#: clocks of two servers differ by more.
SEEN_WITHIN = 60.0
#: Seconds after which it is looked through in any case: who repairs a register by a command leaves no line either.
KEPT_FOR = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was found, and which pairs were known to be two people; `at` and `seen_at` are seconds of the epoch."""

    pairs: Pairs
    apart: frozenset[Pair]
    at: float
    #: When it was last seen that nothing had changed.
    seen_at: float


_kept: WeakKeyDictionary[Engine, dict[tuple[str, ...], _Found]] = WeakKeyDictionary()


def remembered(
    session: Session, here: Sequence[str], apart: frozenset[Pair], look: Callable[[], Pairs]
) -> Pairs:
    """The pairs of some registers, by `look` where they may be others than those it found before."""
    kept, now = _kept.setdefault(session.get_bind().engine, {}), SystemClock().now().timestamp()
    found = kept.get(tuple(here))
    if found is None or found.apart != apart or not _stands(session, found, here, now=now):
        found = _Found(pairs=look(), apart=apart, at=now, seen_at=now)
    kept[tuple(here)] = replace(found, seen_at=now)
    return found.pairs


def _stands(session: Session, found: _Found, here: Sequence[str], *, now: float) -> bool:
    since = first_id_at(int((found.seen_at - SEEN_WITHIN) * 1000))
    changed = select(CHANGES.c.id).where(CHANGES.c.id >= since, CHANGES.c.community_id.in_(here)).limit(1)
    is_new = found.seen_at <= now < found.at + KEPT_FOR
    return is_new and session.execute(changed).first() is None and _all_shown(session, found.pairs)


def _all_shown(session: Session, pairs: Pairs) -> bool:
    entries = {one for pair in pairs for one in pair}
    shown = select(func.count()).where(PERSONS.c.id.in_(entries), is_shown(PERSONS))
    return not entries or session.execute(shown).scalar() == len(entries)


def is_shown(persons: Any) -> Any:
    """Entries that stand for themselves and say who it is."""
    return persons.c.merged_into_id.is_(None) & (persons.c.name != "")
