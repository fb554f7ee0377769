"""What the API answers about visits, for its document alone."""

from datetime import date, datetime

from pydantic import BaseModel

from committee_app.api.shapes import HomeShape
from core_db.visits.words import Answer, Tick, VisitChannel, VisitPurpose, VisitResult


class DueShape(BaseModel):
    """Somebody or a home that is due; the number masked."""

    person_id: str | None
    home_id: str
    name: str
    phone: str
    home: str
    floor: int | None
    building: HomeShape
    due_on: date
    missed: bool
    last_on: date | None
    plan_id: str
    plans: list[str]
    purpose: VisitPurpose


class DueListShape(BaseModel):
    """The round of today; `total` and `missed` count all of it, whatever building was asked for."""

    items: list[DueShape]
    next: str | None
    total: int
    missed: int


class VisitLineShape(BaseModel):
    id: str
    person_id: str | None
    home_id: str | None
    name: str
    home: str
    visited_at: datetime
    channel: VisitChannel
    result: VisitResult
    purpose: VisitPurpose
    next_on: date | None
    cancelled_at: datetime | None


class VisitLinesShape(BaseModel):
    items: list[VisitLineShape]
    next: str | None


class VisitShape(VisitLineShape):
    """A visit without what was written. `said`: how many words have stood in each field."""

    people: list[str]
    ticks: list[Tick]
    answers: dict[str, Answer]
    cases: list[str]
    has_text: bool
    differing: list[str]
    said: dict[str, int]
