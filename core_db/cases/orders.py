"""In which order a list of cases stands, and where in it a page ends: always by keyset, across all pages.

Newest first goes by `seq` alone. What is done by its time has a moment, and what is pressed besides a rank before it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, tuple_

from core_db.cases.model import CASES
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import UtcTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: No `seq` and no number of microseconds lies beyond.
FURTHEST = 2**62
_AT = bindparam("after_at", type_=UtcTime())


@dataclass(frozen=True, kw_only=True)
class Order:
    """By which moment cases stand, the earliest first; `rank` comes before it, `seq` after it."""

    at: ColumnElement[Any]
    rank: ColumnElement[Any] | None = None

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """What a row says of its place, for the cursor."""
        ranked = () if self.rank is None else (self.rank.label("sort_rank"),)
        return (self.at.label("sort_at"), *ranked)

    @property
    def by(self) -> tuple[ColumnElement[Any], ...]:
        return (*(() if self.rank is None else (self.rank,)), self.at, CASES.c.seq)

    @property
    def beyond(self) -> ColumnElement[bool]:
        """What comes after the last case that was seen."""
        after: list[Any] = [_AT, bindparam("after")]
        ranked: list[Any] = [] if self.rank is None else [bindparam("after_rank")]
        return tuple_(*self.by) > tuple_(*ranked, *after)


#: Newest first is no order of these: it needs no moment.
ORDERS: Mapping[str, Order] = {
    # Said plainly, so that the index over running clocks gives them in this order.
    "due": Order(at=CASES.c.due_at),
    # Not each of them has a clock that runs.
    "due_or_raised": Order(at=func.coalesce(CASES.c.due_at, CASES.c.created_at)),
    # Emergencies, then by the moment until which somebody is to be contacted; whoever was comes after them.
    "pressing": Order(
        at=func.coalesce(CASES.c.contact_due_at, CASES.c.created_at),
        rank=case((CASES.c.urgent, 0), else_=2)
        + case((and_(CASES.c.contacted_at.is_(None), CASES.c.contact_due_at.is_not(None)), 0), else_=1),
    ),
}
NEWEST = "newest"


def cursor_at(order: str, row: Any) -> str:
    """Where a page ends, as a list's `after` takes it."""
    if order == NEWEST:
        return str(row.seq)
    micros = (row.sort_at - _EPOCH) // timedelta(microseconds=1)
    ranked = [] if ORDERS[order].rank is None else [row.sort_rank]
    return ".".join(str(one) for one in (row.seq, micros, *ranked))


def place_in(order: str, after: str) -> dict[str, Any]:
    """The fields of a filter that go on behind a cursor; what is no cursor of this order is refused by name."""
    if not after:
        return {}
    said = [int(one) for one in after.split(".") if one.isascii() and one.isdigit() and len(one) < 20]
    names = ("after", "after_at", "after_rank")[: 1 if order == NEWEST else len(ORDERS[order].by)]
    if len(said) != len(names) or after.count(".") != len(names) - 1 or max(said) > FURTHEST:
        raise _no_cursor()
    place: dict[str, Any] = dict(zip(names, said, strict=True))
    if "after_at" in place:
        place["after_at"] = _moment(place["after_at"])
    return place


def _moment(micros: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise _no_cursor() from None


def _no_cursor() -> CannotBeRead:
    return CannotBeRead({"after": ("翻页位置不对，请从第一页看起。", "Not a cursor of this list.")})
