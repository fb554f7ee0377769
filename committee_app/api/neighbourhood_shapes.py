"""What the API answers about organisations, facilities, grids and building groups, for its document alone."""

from datetime import date

from app_shell.shapes import Shape
from committee_app.api.place_shapes import FactShape
from core_db.neighbourhood.words import EntryKind


class EntryRowShape(Shape):
    """An entry in a list; `what` is the code of what it is, `due_on` when it has to be inspected again."""

    id: str
    name: str
    node_name: str
    what: str
    about: str
    due_on: date | None
    verified_on: date | None


class EntryRowsShape(Shape):
    items: list[EntryRowShape]
    next: str | None


class SeatShape(Shape):
    """Somebody who serves there now."""

    id: str
    name: str
    body: str
    title: str
    duty: str
    valid_from: date
    person_id: str | None


class CoveredShape(Shape):
    id: str
    label: str


class InspectionShape(Shape):
    inspected_on: date
    passed: bool
    findings: str
    by_name: str


class CharterShape(Shape):
    version: int
    text: str
    adopted_on: date
    source: str
    by_name: str


class EntryShape(Shape):
    """One entry with its fields, masked. Null is what its kind does not have."""

    kind: EntryKind
    id: str
    version: int
    name: str
    node_id: str
    node_name: str
    facts: list[FactShape]
    verified_on: date | None
    ended_on: date | None
    may_keep: bool
    place_id: str | None
    inspected_on: date | None
    due_on: date | None
    buildings: list[CoveredShape] | None
    seats: list[SeatShape] | None
    charters: list[CharterShape] | None
    inspections: list[InspectionShape] | None
    categories: list[str] | None


class KeptEntryShape(Shape):
    """What was changed, and its version now."""

    id: str
    version: int


class KeptSeatShape(KeptEntryShape):
    """The same, with the seat that was filled or left."""

    seat_id: str
