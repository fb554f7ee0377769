"""What the committee's API answers with beyond what both do, for its document alone."""

from datetime import date

from pydantic import BaseModel

from app_shell.case_shapes import CaseOpened, Coded, HandlerShape
from core_db.access import Purpose
from core_db.cases.words import Channel


class CaseAtWork(CaseOpened):
    """A case with the verbs open to the caller; how it came, for committee and dispatchers."""

    channel: Channel | None = None
    needs_review: bool | None = None


class RateShape(BaseModel):
    """Rates between 0 and 1; null where nothing was to be counted, or a group is too small to be shown."""

    name: str
    cases: int | None
    response: float | None
    on_time: float | None
    resolution: float | None
    satisfaction: float | None
    callbacks: int | None


class TrendShape(BaseModel):
    """A span of days from `day` on; null where there are too few to be shown, which is not zero."""

    day: date
    raised: int | None
    closed: int | None


class CategoryCount(Coded):
    count: int


class BuildingCount(BaseModel):
    id: str
    label: str
    count: int


class FiguresShape(BaseModel):
    """`suppressed`: groups smaller than ten were left out."""

    place: HandlerShape
    since: date
    until: date
    total: RateShape
    closed: int | None
    rates: list[RateShape]
    trend: list[TrendShape]
    categories: list[CategoryCount]
    buildings: list[BuildingCount]
    suppressed: bool


class HomeShape(BaseModel):
    id: str
    label: str


class LiveCaseShape(BaseModel):
    """A case under way or just over, what it allows to look for, and how it is named as a reference."""

    id: str
    number: str
    summary: str
    reference: str
    status: Coded
    purposes: list[Purpose]


class PersonShape(BaseModel):
    """Somebody of the register, masked; `hidden` is what of him can be uncovered."""

    id: str
    name: str
    phone: str
    id_number: str
    birth: str
    homes: list[HomeShape]
    hidden: list[Coded]
    cases: list[LiveCaseShape]


class UncoveredShape(BaseModel):
    """What was uncovered, by field."""

    person_id: str
    purpose: Purpose
    reference: str
    fields: dict[str, str]
