"""What the API answers about places, households and people over time, for its document alone."""

from datetime import date, datetime

from app_shell.case_shapes import Coded
from app_shell.shapes import Shape
from core_db.visits.words import VisitChannel, VisitPurpose, VisitResult


class WayShape(Shape):
    """A place on the way down to another."""

    id: str
    kind: str
    name: str


class FactShape(Shape):
    """A field, masked by its class; `value` is its code or its text, `said` its word."""

    field: Coded
    value: str
    said: str
    source: str
    verified_on: date | None


class DwellerShape(Shape):
    id: str
    name: str
    is_head: bool


class DoorTagShape(Shape):
    """An ordinary tag behind a door, and how many people there bear it."""

    name: str
    people: int


class DoorShape(Shape):
    id: str
    name: str
    floor: int | None
    use: Coded
    is_vacant: bool
    is_group_let: bool
    people: list[DwellerShape]
    open_cases: int
    tags: list[DoorTagShape]


class PlaceShape(Shape):
    """What every place has; `valid_to` is the last day of one that is gone, `successor` what stands there instead."""

    id: str
    version: int
    name: str
    label: str
    way: list[WayShape]
    facts: list[FactShape]
    valid_to: date | None
    successor: WayShape | None


class BoardShape(PlaceShape):
    """A building with its doors, the topmost floor first."""

    doors: list[DoorShape]


class BuildingLineShape(Shape):
    id: str
    name: str
    homes: int


class EstateShape(PlaceShape):
    """An estate with its buildings."""

    buildings: list[BuildingLineShape]


class StayShape(Shape):
    """Somebody's time in a home."""

    id: str
    person_id: str
    name: str
    role: Coded
    relation: Coded | None
    household_id: str | None
    valid_from: date
    valid_to: date | None


class HouseholdLineShape(Shape):
    id: str
    number: str | None
    kind: Coded
    head: str
    people: int
    ended_on: date | None


class CaseLineShape(Shape):
    id: str
    number: str
    summary: str
    status: Coded
    created_at: datetime
    closed_at: datetime | None


class VisitedShape(Shape):
    """One of the latest visits; `person_id` is null where nobody was visited by name, `people` are who went."""

    id: str
    visited_at: datetime
    channel: VisitChannel
    result: VisitResult
    purpose: VisitPurpose
    person_id: str | None
    name: str
    canvass_id: str | None
    people: list[str]


class BoundShape(Shape):
    """Whose account sees the matters of the home; the binding can be revoked, where it was a mistake."""

    binding_id: str
    person_id: str | None
    name: str
    since: datetime | None


class HomeFileShape(PlaceShape):
    stays: list[StayShape]
    households: list[HouseholdLineShape]
    cases: list[CaseLineShape]
    visits: list[VisitedShape]
    accounts: list[BoundShape]


class HouseholdShape(Shape):
    """A household; `former` are those who left it."""

    id: str
    version: int
    home_id: str
    label: str
    facts: list[FactShape]
    members: list[StayShape]
    former: list[StayShape]
    head_id: str | None
    cases: list[CaseLineShape]
    visits: list[VisitedShape]
    ended_on: date | None
