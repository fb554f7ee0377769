"""Reading the first-asker's register, and what it tells of one person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import Session

from core_db.accounts import sits_there
from core_db.cases.model import CASES
from core_db.foundation.actor import COMMITTEE, Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.guides.model import GUIDES
from core_db.inquiries.model import INQUIRIES
from core_db.inquiries.words import STILL_OPEN, InquiryStatus, Way
from core_db.people.model import Person

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class InquirySeen:
    """A question with what became of it. `is_mine`: the reader is responsible for it."""

    id: str
    taken_at: datetime
    taken_by: str
    taken_name: str
    way: Way
    person_id: str | None
    person_name: str | None
    about: str
    status: InquiryStatus
    guide_id: str | None
    guide_title: str | None
    handed_to: str | None
    case_id: str | None
    case_number: str | None
    answer: str | None
    answered_at: datetime | None
    answered_name: str
    community_id: str
    is_mine: bool

    @property
    def is_open(self) -> bool:
        return self.status in STILL_OPEN


_PERSONS = Person.__table__  # type: ignore[attr-defined]
_COLUMNS = [name for name in InquirySeen.__dataclass_fields__ if name != "is_mine"]
_SEEN = (
    select(
        *(INQUIRIES.c[name] for name in _COLUMNS if name in INQUIRIES.c), GUIDES.c.title.label("guide_title"),
        CASES.c.number.label("case_number"), _PERSONS.c.name.label("person_name"),
    )
    .outerjoin_from(INQUIRIES, GUIDES, GUIDES.c.id == INQUIRIES.c.guide_id)
    .outerjoin(CASES, (CASES.c.id == INQUIRIES.c.case_id) & (CASES.c.community_id == INQUIRIES.c.community_id))
    .outerjoin(
        _PERSONS,
        (_PERSONS.c.id == INQUIRIES.c.person_id) & (_PERSONS.c.community_id == INQUIRIES.c.community_id),
    )
)  # fmt: skip


def my_open_inquiries(session: Session, *, actor: Actor, clock: Clock) -> Sequence[InquirySeen]:
    """What the actor still has to answer, the oldest first; a secretary's are those of who left, too."""
    mine = _his_to_answer(actor, clock.now())
    here = INQUIRIES.c.community_id.in_(actor.places_as(COMMITTEE))
    found = _SEEN.where(mine, here).order_by(INQUIRIES.c.taken_at, INQUIRIES.c.id).limit(MOST)
    return [_seen(row, actor) for row in session.execute(found)]


def open_inquiries_count(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many questions wait for the actor's answer; for the desk."""
    mine = _his_to_answer(actor, clock.now())
    here = INQUIRIES.c.community_id.in_(actor.places_as(COMMITTEE))
    return int(session.execute(select(func.count()).select_from(INQUIRIES).where(mine, here)).scalar() or 0)


def _his_to_answer(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """What he took himself; and whoever keeps the secretary's post, what was taken by who sits there no more."""
    mine: ColumnElement[bool] = INQUIRIES.c.taken_by.in_(actor.people)
    if nodes := actor.places_as((Role.SECRETARY,)):
        there = sits_there(INQUIRIES.c.taken_by, INQUIRIES.c.community_id, now=now)
        mine = mine | (INQUIRIES.c.community_id.in_(nodes) & ~there)
    return mine & INQUIRIES.c.status.in_(STILL_OPEN)


def inquiries_here(
    session: Session, *, after: str | None = None, actor: Actor, clock: Clock
) -> Sequence[InquirySeen]:
    """The register of the actor's neighbourhood, the newest first; `after` is the id of a page's last."""
    here = INQUIRIES.c.community_id.in_(actor.places_as(COMMITTEE))
    found = _SEEN.where(here).order_by(INQUIRIES.c.taken_at.desc(), INQUIRIES.c.id.desc()).limit(MOST)
    if after is not None:
        at = session.execute(select(INQUIRIES.c.taken_at).where(INQUIRIES.c.id == after, here)).scalar()
        if at is None:
            raise NotFound()
        same = (INQUIRIES.c.taken_at == at) & (INQUIRIES.c.id < after)
        found = found.where((INQUIRIES.c.taken_at < at) | same)
    return [_seen(row, actor) for row in session.execute(found)]


def inquiry_shown(session: Session, inquiry_id: str, *, actor: Actor, clock: Clock) -> InquirySeen:
    """One question of one's own neighbourhood."""
    here = INQUIRIES.c.community_id.in_(actor.places_as(COMMITTEE))
    row = session.execute(_SEEN.where(INQUIRIES.c.id == inquiry_id, here)).first()
    if row is None:
        raise NotFound()
    return _seen(row, actor)


def inquiries_of(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> Sequence[InquirySeen]:
    """What somebody of the register asked and was told, the newest first: for his service timeline."""
    here = INQUIRIES.c.community_id.in_(actor.places_as(COMMITTEE))
    his = _SEEN.where(INQUIRIES.c.person_id == person_id, here)
    rows = session.execute(his.order_by(INQUIRIES.c.taken_at.desc(), INQUIRIES.c.id.desc()).limit(MOST))
    return [_seen(row, actor) for row in rows]


def _seen(row: Row[Any], actor: Actor) -> InquirySeen:
    return InquirySeen(**row._mapping, is_mine=row.taken_by in actor.people)
