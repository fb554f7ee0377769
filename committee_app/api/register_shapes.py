"""What the API answers where the register is written, for its document alone."""

from datetime import date, datetime

from app_shell.case_shapes import Coded
from app_shell.shapes import Shape
from committee_app.api.keeping import KeptShape
from committee_app.api.place_shapes import FactShape
from committee_app.api.shapes import HomeShape
from core_db.places import PlaceKind


class ChangeShape(Shape):
    """A line of a history, masked; `may_undo`: it can be taken back, nothing having come of it since."""

    id: str
    field: Coded
    before: str
    after: str
    cause: str
    source: str
    reason: str | None
    at: datetime
    by_name: str
    approved_name: str | None
    may_undo: bool


class ChangesShape(Shape):
    items: list[ChangeShape]
    next: str | None


class UndoneShape(Shape):
    """Whose change was taken back; `proposal_id` where that waits for a second person."""

    person_id: str | None
    place_id: str | None
    household_id: str | None
    proposal_id: str | None


class FoundedShape(Shape):
    """A place that was entered."""

    id: str
    kind: PlaceKind
    name: str
    label: str
    parent_id: str
    version: int


class FoundedHomesShape(Shape):
    items: list[FoundedShape]
    next: str | None


class MovedInShape(Shape):
    """A family as it lives now; where it waits for a second person there is `proposal_id` and nobody yet."""

    household_id: str | None
    person_ids: list[str]
    registered: int
    proposal_id: str | None


class RegroupedShape(KeptShape):
    """The household that members left, and the one they belong to now; none where that waits."""

    into_id: str | None


class LeftShape(Shape):
    """Who left, how many accounts lost the home, and who heads the household now."""

    person_ids: list[str]
    bindings_ended: int
    new_head: str | None
    proposal_id: str | None


class BornShape(Shape):
    person_id: str | None
    home_id: str | None
    proposal_id: str | None


class DiedShape(Shape):
    """What ended with him, and the requests of his that are still open."""

    person_id: str
    homes_left: int
    bindings_ended: int
    open_cases: list[str]
    proposal_id: str | None


class NewcomerShape(Shape):
    name: str
    id_number: str


class EventShape(Shape):
    """An event of life that waits: whom it registers, masked, and on which day; `undoes` one that was registered.

    Of a household that splits or joins: who goes over, and who heads the household they join, if they join one.
    """

    people: list[NewcomerShape]
    day: str
    whole_household: bool
    undoes: bool
    go_over: list[str]
    joins: str | None


class ProposalShape(Shape):
    """A change that waits for a second person, masked. One of the three ids says what it is about.

    Of a household `place_id` is its home and `head` who heads it. A field has `before` and `after`, an event of life
    has `event`; the end of a place has its last day in `after`, and in `successor` what stands there instead.
    """

    id: str
    person_id: str | None
    household_id: str | None
    place_id: str | None
    name: str
    what: Coded
    before: str
    after: str
    head: str
    successor: str
    undoes: bool
    event: EventShape | None
    source: str
    reason: str | None
    proposed_by: str
    proposed_at: datetime
    may_decide: bool
    is_own: bool


class ProposalsShape(Shape):
    items: list[ProposalShape]
    next: str | None


class DecidedShape(Shape):
    """How a proposal was decided; `note` is why it was refused."""

    id: str
    status: str
    note: str | None
    decided_at: datetime


class OwnDecidedShape(Shape):
    """What became of one's own proposal; `note` is why it was refused."""

    id: str
    what: Coded
    name: str
    is_approved: bool
    note: str
    decided_at: datetime


class OwnDecidedListShape(Shape):
    items: list[OwnDecidedShape]
    next: str | None


class RuleShape(Shape):
    """Which field or event needs a second person where, from which day on; or needs none any more."""

    place_id: str
    place_name: str
    what: Coded
    needs_second: bool
    valid_from: date


class RulesShape(Shape):
    items: list[RuleShape]
    next: str | None


class SetRuleShape(Shape):
    id: str
    place_id: str
    field: str
    needs_second: bool
    valid_from: date


class EntryShape(Shape):
    """One of two entries that may be one person, masked."""

    id: str
    name: str
    homes: list[HomeShape]
    source: str
    facts: list[FactShape]


class PairShape(Shape):
    one: EntryShape
    other: EntryShape


class DoublesShape(Shape):
    items: list[PairShape]
    next: str | None


class MergeShape(Shape):
    """Two entries that are one person since; `undone_at` where that was taken back."""

    id: str
    kept_id: str
    behind_id: str
    merged_at: datetime
    undone_at: datetime | None


class EnteredMeanwhileShape(Shape):
    """Something the committee entered since, and its `key` for `move`. `called`: a tag's name, a case's number."""

    key: str
    kind: Coded
    at: datetime
    called: str | None
    by: str


class StandingMergeShape(Shape):
    """A merge that can be taken back: who is shown since, who stands behind, who merged, and what was entered since."""

    id: str
    kept_id: str
    name: str
    merged_by: str
    merged_at: datetime
    behind_id: str
    behind_name: str
    entered: list[EnteredMeanwhileShape]


class MergesShape(Shape):
    items: list[StandingMergeShape]
    next: str | None


class KeptApartShape(Shape):
    id: str
    one_id: str
    other_id: str
