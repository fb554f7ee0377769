"""What addresses say: words to look for, days, kinds of entries; anything else is refused beside its name."""

from dataclasses import fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Path as PathParameter
from fastapi import Query
from pydantic import AfterValidator
from starlette.requests import Request

from core_db.foundation.drafts import clean_text
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.lean import dataclass
from core_db.neighbourhood.words import EntryKind

#: Figures look back so far at most, and so far when nobody says.
LONGEST_SPAN = timedelta(days=1100)
USUAL_SPAN = timedelta(days=29)

LONGEST_WORD = 200

#: A word of an address, without the signs that no database takes.
Word = Annotated[
    str | None, Query(max_length=LONGEST_WORD), AfterValidator(lambda said: clean_text(said or "") or None)
]


def _kind(said: str) -> str:
    if said not in list(EntryKind):
        raise NotFound()
    return said


#: A kind of entry of a neighbourhood; any other word is not known.
Kind = Annotated[str, PathParameter(max_length=40), AfterValidator(_kind)]


#: Nobody has figures of before.
EARLIEST = date(2000, 1, 1)


def span_of(since: date | None, until: date | None, *, today: date) -> tuple[date, date]:
    """The days to look at, thirty up to today unless said otherwise."""
    last = until or today
    first = since or max(max(last, EARLIEST) - USUAL_SPAN, EARLIEST)
    if first < EARLIEST or last.year > 2200 or first > last or last - first > LONGEST_SPAN:
        raise CannotBeRead({
            "since": ("请选三年以内的一段日子，先后不要颠倒。", "Choose days within three years, the earlier first.")
        })  # fmt: skip
    return first, last


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What an address narrows a list of cases to, and where in it one is."""

    list: str = ""
    q: str = ""
    building: str = ""
    community: str = ""
    town: str = ""
    category: str = ""
    handler: str = ""
    #: `yes`: what one did something about oneself.
    mine: str = ""
    after: str = ""
    #: The verb whose form is to stand open.
    do: str = ""

    @property
    def kept(self) -> dict[str, str]:
        """What is carried from a list to its cases and back."""
        carried = ("list", "q", "building", "community", "town", "category", "handler", "mine")
        return {name: word for name in carried if (word := getattr(self, name))}

    @property
    def page(self) -> dict[str, str]:
        """This very page of the list."""
        return self.kept | ({"after": self.after} if self.after else {})


def narrowed_by(request: Request) -> Narrowed:
    """Read the address; desks ask the same few all day, so each is read once."""
    return _narrowed(request.scope["query_string"])


def narrowed_to(query: str) -> Narrowed:
    """The same of an address that a form carries along."""
    return _narrowed(query.encode())


@lru_cache(maxsize=2048)
def _narrowed(query: bytes) -> Narrowed:
    said = parse_qs(query.decode("latin-1"))
    return Narrowed(
        **{one.name: _word(one.name, said[one.name][-1]) for one in fields(Narrowed) if one.name in said}
    )


def _word(name: str, said: str) -> str:
    if len(said) > LONGEST_WORD:
        raise CannotBeRead({name: (f"最多 {LONGEST_WORD} 个字。", f"At most {LONGEST_WORD} characters.")})
    return clean_text(said)
