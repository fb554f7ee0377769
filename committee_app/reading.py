"""What addresses say: where a list goes on, words to look for, days; anything else is refused beside its name."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from core_db.foundation.drafts import clean_text
from core_db.foundation.errors import CannotBeRead

#: Past this no list goes on, and no database counts.
FURTHEST = 2**63 - 1
#: Figures look back so far at most, and so far when nobody says.
LONGEST_SPAN = timedelta(days=1100)
USUAL_SPAN = timedelta(days=29)

#: A word of an address, without the signs that no database takes.
Word = Annotated[
    str | None, Query(max_length=200), AfterValidator(lambda said: clean_text(said or "") or None)
]


def cursor_of(after: str | None) -> int | None:
    """The cursor of a list of cases; what is none is refused beside its name."""
    if not after:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 20 and int(after) <= FURTHEST):
        raise CannotBeRead({"after": ("翻页位置不对，请从第一页看起。", "Not a cursor of this list.")})
    return int(after)


def span_of(since: date | None, until: date | None, *, today: date) -> tuple[date, date]:
    """The days to look at, thirty up to today unless said otherwise."""
    last = until or today
    first = since or max(last - USUAL_SPAN, date(2000, 1, 1))
    if first.year < 2000 or last.year > 2200 or first > last or last - first > LONGEST_SPAN:
        raise CannotBeRead({
            "since": ("请选三年以内的一段日子，先后不要颠倒。", "Choose days within three years, the earlier first.")
        })  # fmt: skip
    return first, last
