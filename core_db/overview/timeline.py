"""What happened with somebody, the newest first: what he raised, how he came and went, what was put right.

Each capability that has something to tell of a person gives one function here: `(session, person, actor, clock)` →
happenings. It reads one query, starts at what the actor may see, and tells codes and ids, never words or numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.overview.concerning import CaseSeen
from core_db.people import ChangeSeen, PersonFile

#: Happenings that one page shows.
MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened: its kind, what it is about (`case/…`, `change/…`), and what a page says of it."""

    at: datetime
    kind: str
    about: str
    #: A number or summary the reader may see, or the code of a field.
    what: str = ""


Source = Callable[[Session, PersonFile, Actor, Clock], Sequence[Happening]]
#: Who tells something of a person besides his cases and his history: a visit, a service, a subsidy joins here.
SOURCES: tuple[Source, ...] = ()


def timeline_of(
    session: Session, person: PersonFile, cases: Sequence[CaseSeen], history: Sequence[ChangeSeen], *, actor: Actor,
    clock: Clock,
) -> list[Happening]:  # fmt: skip
    """The newest happenings; `cases` and `history` are what the page has read already for the same actor."""
    told = [*_of_cases(cases), *_of_history(history)]
    for source in SOURCES:
        told.extend(source(session, person, actor, clock))
    return sorted(told, key=lambda one: one.at, reverse=True)[:MOST]


def _of_cases(cases: Sequence[CaseSeen]) -> list[Happening]:
    found = []
    for case in cases:
        about, what = f"case/{case.id}", f"{case.number} {case.summary}"
        found.append(Happening(at=case.created_at, kind="case_raised", about=about, what=what))
        if case.closed_at is not None:
            found.append(Happening(at=case.closed_at, kind="case_closed", about=about, what=what))
    return found


def _of_history(history: Sequence[ChangeSeen]) -> list[Happening]:
    return [Happening(at=one.at, kind=one.cause, about=f"change/{one.id}", what=one.field) for one in history]
