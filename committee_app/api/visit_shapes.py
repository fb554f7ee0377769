"""What the API answers about visits, for its document alone."""

from datetime import date, datetime

from app_shell.case_shapes import Coded
from app_shell.shapes import Shape
from committee_app.api.shapes import HomeShape
from core_db.visits.words import (
    Answer,
    Grade,
    NeedKind,
    NeedStatus,
    ProposalState,
    Tick,
    VisitChannel,
    VisitPurpose,
    VisitResult,
    Whom,
)


class DueShape(Shape):
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


class DueListShape(Shape):
    """The round of today; `total` and `missed` count all of it, whatever building was asked for."""

    items: list[DueShape]
    next: str | None
    total: int
    missed: int


class VisitLineShape(Shape):
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


class VisitLinesShape(Shape):
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


class PlanShape(Shape):
    """Who is visited how often. `has_ended_group`: a group it names has ended, and nobody is due by it."""

    id: str
    community_id: str
    name: str
    grade: Coded
    whom: Whom
    purpose: VisitPurpose
    starts_on: date
    ended_at: datetime | None
    #: How many persons, homes, buildings or groups it names.
    subjects: int
    every_days: int
    groups: list[str]
    has_ended_group: bool


class PlansShape(Shape):
    items: list[PlanShape]
    next: str | None


class IntervalShape(Shape):
    """From a day on a grade is visited every so many days; without a place it is the product's own line."""

    place_name: str | None
    grade: Coded
    days: int
    grace_days: int
    valid_from: date


class IntervalsShape(Shape):
    items: list[IntervalShape]
    next: str | None


class IntervalSetShape(Shape):
    id: str
    place_id: str
    grade: Grade
    days: int
    grace_days: int
    valid_from: date


class CanvassShape(Shape):
    """What is asked at each home of some buildings, from when to when."""

    id: str
    community_id: str
    title: str
    questions: list[str]
    building_ids: list[str]
    starts_on: date
    ends_on: date
    ended_at: datetime | None
    is_open: bool


class CanvassesShape(Shape):
    items: list[CanvassShape]
    next: str | None


class BuildingProgressShape(Shape):
    """How far it is in a building, in homes."""

    building: HomeShape
    homes: int
    done: int
    nobody_home: int
    left: int


class DoorLeftShape(Shape):
    """A home that is still to be done."""

    home_id: str
    label: str
    floor: int | None


class CanvassProgressShape(CanvassShape):
    """A canvass with how far it is; `doors` are those left in the building that was asked for."""

    buildings: list[BuildingProgressShape]
    doors: list[DoorLeftShape]


class NeedShape(Shape):
    """What somebody needs, by its kind; what exactly it is, is opened one by one."""

    id: str
    kind: Coded
    status: Coded
    name: str
    home: str
    visit_id: str
    person_id: str | None
    raised_at: datetime


class NeedsShape(Shape):
    items: list[NeedShape]
    next: str | None


class MovedNeedShape(Shape):
    """A need that was written down or went on."""

    id: str
    visit_id: str
    kind: NeedKind
    status: NeedStatus


class NeedReadShape(Shape):
    """What exactly is needed."""

    what: str


class TagProposalShape(Shape):
    """A tag that somebody proposed on a visit; which one it is, is opened one by one."""

    id: str
    state: Coded
    name: str
    person_id: str
    visit_id: str
    proposed_at: datetime
    is_own: bool


class TagProposalsShape(Shape):
    items: list[TagProposalShape]
    next: str | None


class TagStateShape(Shape):
    id: str
    person_id: str
    visit_id: str
    state: ProposalState


class TagWordShape(Shape):
    id: str
    name: str


class TagReadShape(Shape):
    """Which tag and why; `words` are those of the dictionary that may be given, `meant` the one it is called by."""

    tag: str
    reason: str
    words: list[TagWordShape]
    meant: str | None


class WordShape(Shape):
    """Something that was said of a field; where two differ somebody settles which is to stand."""

    id: str
    field: str
    value: str
    by_name: str
    at: datetime
    differs: bool


class VisitReadShape(Shape):
    """What was written of a visit, and what else was said of its fields."""

    text: str
    words: list[WordShape]
