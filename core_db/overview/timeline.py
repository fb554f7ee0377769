"""What happened with somebody, the newest first: what he raised, how he came and went, what was put right.

Each capability that has something to tell of a person gives one function here: `(session, person, actor, clock)` →
happenings. It reads one query, starts at what the actor may see, and tells codes and ids, never words or numbers.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.inquiries import inquiries_of
from core_db.overview.concerning import CaseSeen
from core_db.people import ChangeSeen, PersonFile
from core_db.tags import ASSIGNMENTS, DEFINITIONS, Removal
from core_db.visits.model import VISITS
from core_db.visits.sight import visible_to

#: Happenings that one page shows.
MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened: its kind, what it is about (`case/…`, `change/…`), and what a page says of it."""

    at: datetime
    kind: str
    about: str
    #: A number or summary the reader may see, the code of a field or of a purpose, or the name of an ordinary tag.
    what: str = ""
    what_en: str = ""


def _of_visits(session: Session, person: PersonFile, actor: Actor, _clock: Clock) -> list[Happening]:
    """When he was visited and for what; never what was written of it."""
    rows = session.execute(
        select(VISITS.c.id, VISITS.c.visited_at, VISITS.c.purpose)
        .where(VISITS.c.person_id == person.id, VISITS.c.cancelled_at.is_(None))
        .where(VISITS.c.community_id == person.community_id, visible_to(actor, VISITS.c.community_id))
        .order_by(VISITS.c.visited_at.desc())
        .limit(MOST)
    )
    return [
        Happening(at=row.visited_at, kind="visited", about=f"visit/{row.id}", what=row.purpose)
        for row in rows
    ]


def _of_tags(session: Session, person: PersonFile, _actor: Actor, _clock: Clock) -> list[Happening]:
    """Ordinary tags that were given to him and taken off. A sensitive one has no definition to join."""
    rows = session.execute(
        select(
            ASSIGNMENTS.c.id, ASSIGNMENTS.c.assigned_at, ASSIGNMENTS.c.removed_at, ASSIGNMENTS.c.removed_why,
            DEFINITIONS.c.name, DEFINITIONS.c.name_en,
        )
        .join(DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id)
        .where(ASSIGNMENTS.c.person_id == person.id, ASSIGNMENTS.c.community_id == person.community_id)
        .order_by(ASSIGNMENTS.c.id.desc())
        .limit(MOST)
    )  # fmt: skip
    found = []
    for row in rows:
        said = {"about": f"tag/{row.id}", "what": row.name, "what_en": row.name_en}
        found.append(Happening(at=row.assigned_at, kind="tag_given", **said))
        # Borne twice and ended once, he bears it still.
        if row.removed_at is not None and row.removed_why != Removal.TWICE:
            found.append(Happening(at=row.removed_at, kind="tag_taken_off", **said))
    return found


def _of_inquiries(session: Session, person: PersonFile, actor: Actor, clock: Clock) -> list[Happening]:
    """When he asked something and when he was told; never what."""
    found = []
    for one in inquiries_of(session, person.id, actor=actor, clock=clock)[:MOST]:
        about = f"inquiry/{one.id}"
        found.append(Happening(at=one.taken_at, kind="asked", about=about))
        if one.answered_at is not None:
            found.append(Happening(at=one.answered_at, kind="answered", about=about))
    return found


Source = Callable[[Session, PersonFile, Actor, Clock], Sequence[Happening]]
#: Who tells something of a person besides his cases and his history: a service, a subsidy joins here.
SOURCES: tuple[Source, ...] = (_of_visits, _of_tags, _of_inquiries)


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
