"""What both JSON APIs answer with about cases, for their documents alone: nothing is checked against these."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app_shell.shapes import Shape
from core_db.cases.words import CaseStatus, Nature, Resolved, Visibility


class Coded(Shape):
    """A code and its word in the caller's language."""

    code: str
    name: str


class FieldShape(Shape):
    """A field that a plugin asks for in a category: its key in `fields` of a new case, and what may be filled in."""

    key: str
    label: str
    type: str
    required: bool
    options: list[Coded]
    max_length: int | None


class LimitShape(Coded):
    """How long a case may take under a condition of its category, and what is asked for before it is closed."""

    unit: str
    limit: str
    closing: str | None


class CategoryLeaf(Coded):
    """`conditions`: the first is the usual one. `fields` where a plugin asks for some."""

    conditions: list[LimitShape]
    fields: list[FieldShape] | None = None


class CategoryShape(CategoryLeaf):
    """A class with its sub-classes."""

    children: list[CategoryLeaf]


class CategoryTree(Shape):
    items: list[CategoryShape]
    next: None


class CodesShape(Shape):
    natures: list[Coded]
    visibilities: list[Coded]
    statuses: list[Coded]
    channels: list[Coded]
    refusal_reasons: list[Coded]
    return_reasons: list[Coded]
    handling_outcomes: list[Coded]
    closure_outcomes: list[Coded]
    resolved: list[Coded]
    satisfied: list[Coded]


class ConditionShape(Coded):
    """Under which condition of its category a case stands; `closing`: what that asks for before it is closed."""

    closing: str | None


class CasePlace(Shape):
    id: str
    label: str
    note: str | None


class HandlerShape(Shape):
    id: str
    name: str


class ReporterShape(Shape):
    name: str


class PartyShape(Shape):
    """What the caller is in a case that one raised for another; `judges`: it is his to say whether it is fixed."""

    role: Literal["requester", "proxy"]
    judges: bool


class ClockShape(Shape):
    """A clock; `overdue_reason`, of the case's own, is why it is late, in the words of those who have it."""

    state: Literal["running", "paused", "met", "overdue"]
    unit: str
    limit: str
    reason: str
    overdue_reason: str | None = None


class AssistingShape(Shape):
    handler: HandlerShape
    status: str
    due_at: datetime
    clock: ClockShape


class RatingShape(Shape):
    resolved: Resolved
    satisfied: int = Field(ge=1, le=5)


class CaseShape(Shape):
    """A case. `reporter` is there only for whoever may see it; `urged` until something is done about it.

    `proxy` is who raised it for the reporter, where somebody did; `party` what the caller is of the two.
    `rating` is null for neighbours, and for handlers until the case is over; `is_judged` says whether there is one.
    """

    id: str
    number: str
    status: CaseStatus
    category: Coded
    condition: ConditionShape
    nature: Nature
    text: str
    place: CasePlace
    visibility: Visibility
    reporter: ReporterShape | None = None
    proxy: ReporterShape | None = None
    party: PartyShape | None = None
    handler: HandlerShape | None
    due_at: datetime | None
    clock: ClockShape | None
    review_on: date | None = Field(description="Of a suspended case: when it is looked at again.")
    awaits_requester: bool = Field(
        description="Suspended until whoever raised it answers; the clock's reason is what he is asked."
    )
    assisting: list[AssistingShape]
    supporters: int
    rating: RatingShape | None
    is_judged: bool
    awaits_word: bool = Field(
        description="Verified, and whoever raised it has yet to say whether it is fixed; false where nobody can."
    )
    urgent: bool
    urged: bool
    escalated_to: Literal["town", "district"] | None
    created_at: datetime
    updated_at: datetime
    version: int


class MainCaseShape(Shape):
    """The case into which this one was merged. `id` only for whoever may open it."""

    id: str | None
    number: str
    status: CaseStatus
    due_at: datetime | None
    clock: str


class FilledFieldShape(Shape):
    """What was filled in for a field that a plugin asks for. `value` is null where it is hidden from the caller."""

    key: str
    label: str
    value: str | None
    shown: str


class CaseOpened(CaseShape):
    """A case with the verbs open to the caller; `main_case` where it was merged into one.

    `fields` where a plugin asked for some and the caller may know of them. `rate_until`: until when it may be
    judged and reopened, once it has ended.
    """

    allowed: list[str]
    rate_until: datetime | None = None
    fields: list[FilledFieldShape] | None = None
    main_case: MainCaseShape | None = None


class CaseListShape(Shape):
    items: list[CaseShape]
    next: str | None


class ByShape(Shape):
    role: str


class EntryShape(Shape):
    """A line of the history. `text`, `photos`, `status`, `reason_code` and `until` only where there are any.

    `until` is the moment it names: a new deadline, one asked for, or where the day begins of the next look.
    """

    position: int
    type: str
    at: datetime
    by: ByShape
    sentence: str


class TimelineShape(Shape):
    items: list[EntryShape]
    next: None


class UploadShape(Shape):
    id: str
