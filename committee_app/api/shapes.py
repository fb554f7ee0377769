"""What the committee's API answers with beyond what both do, for its document alone."""

from datetime import date, datetime

from app_shell.case_shapes import CaseOpened, Coded, HandlerShape
from app_shell.shapes import Shape
from committee_app.api.place_shapes import CaseLineShape, FactShape
from core_db.access import Purpose
from core_db.cases.words import Channel, Nature
from core_db.emergency import EmergencyReason, Verdict
from core_db.foundation.actor import Role
from core_db.insight import Rate
from core_db.places import PlaceKind
from core_db.visits.words import VisitPurpose


class ExtensionAskedShape(Shape):
    """A later day that a handling organisation asked for, and that waits for a yes or a no."""

    until: datetime
    reason: str
    by: str
    at: datetime


class CaseAtWork(CaseOpened):
    """A case with the verbs open to the caller; how it came, for committee and dispatchers.

    `extension_asked` while a later day that was asked for waits to be answered.
    """

    extension_asked: ExtensionAskedShape | None = None
    channel: Channel | None = None
    needs_review: bool | None = None


class DeskCaseShape(Shape):
    """A case where it presses most; `also` are the other parts it belongs to, and does not stand in again."""

    id: str
    number: str
    also: list[str]


class DeskPartShape(Shape):
    """A kind of work: the first of it, and how many there are, `is_all` unless there are more than were counted.

    `above` of them stand in parts before this one.
    """

    name: str
    title: str
    count: int
    is_all: bool
    above: int
    items: list[DeskCaseShape]


class DeskShape(Shape):
    parts: list[DeskPartShape]


class RateShape(Shape):
    """Rates between 0 and 1; null where nothing was to be counted, or a group is too small to be shown.

    `id` is the organisation's or the place's; null for a sum of several.
    """

    id: str | None
    name: str
    cases: int | None
    response: float | None
    on_time: float | None
    resolution: float | None
    satisfaction: float | None
    callbacks: int | None


class TrendShape(Shape):
    """A span of days from `day` on; null where there are too few to be shown, which is not zero."""

    day: date
    raised: int | None
    closed: int | None


class CategoryCount(Coded):
    count: int


class BuildingCount(Shape):
    id: str
    label: str
    count: int | None


class LeftOutShape(Shape):
    """A rule by which cases of `category` (a heading stands for all below it) and of `nature` count in no `rates`.

    It holds for what was raised from `valid_from` until the day before `valid_to`. `cases`: how many of the days asked
    for it is about; null where a number would tell of few people, or of none.
    """

    rule: str
    name: str
    category: str | None
    category_name: str | None
    nature: Nature | None
    rates: list[Rate]
    valid_from: date
    valid_to: date | None
    cases: int | None


class PlaceOfFigures(HandlerShape):
    kind: PlaceKind


class FiguresShape(Shape):
    """`below`: the towns or neighbourhoods right below. `since` and `until`: the days that were looked at.

    `suppressed`: numbers go by whole tens, the days are whole months, and groups of fewer than ten people are left out.
    """

    place: PlaceOfFigures
    since: date
    until: date
    total: RateShape
    closed: int | None
    rates: list[RateShape]
    below: list[RateShape]
    trend: list[TrendShape]
    categories: list[CategoryCount]
    #: How many are of categories that are not named.
    other_categories: int
    buildings: list[BuildingCount]
    #: The rules by which cases of these days do not count in some of the rates.
    left_out: list[LeftOutShape]
    suppressed: bool


class PostShape(Shape):
    """A post: `given_by` is empty where the platform gave it, `given_for` where nobody was acted for."""

    id: str
    role: Role
    account_id: str
    name: str
    username: str | None
    place_id: str
    place_name: str
    organisation_name: str | None
    valid_from: datetime
    valid_to: datetime | None
    given_by: str
    given_for: str
    reason: str
    is_over: bool
    may_change: bool


class PostsShape(Shape):
    items: list[PostShape]
    next: str | None


class DelegationShape(Shape):
    id: str
    role: Role
    place_name: str
    giver_id: str
    giver_name: str
    delegate_id: str
    delegate_name: str
    valid_from: datetime
    valid_to: datetime
    reason: str
    in_force: bool


class DelegationsShape(Shape):
    items: list[DelegationShape]
    next: str | None


class EmergencyShape(Shape):
    """A look in an emergency; the town reads no whole name of the resident."""

    id: str
    community_name: str
    looked_by: str
    acted_for: str | None
    person: str
    reason_code: EmergencyReason
    reason: str
    opened_at: datetime
    ends_at: datetime
    review_by: datetime
    is_open: bool
    is_mine: bool
    may_review: bool
    verdict: Verdict | None
    review: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None


class EmergenciesShape(Shape):
    items: list[EmergencyShape]
    next: str | None


class OpenCaseShape(Shape):
    id: str
    number: str
    text: str


class EmergencyOpenShape(EmergencyShape):
    cases: list[OpenCaseShape]


class NumbersShape(Shape):
    name: str
    phone: str | None
    id_number: str | None


class HomeShape(Shape):
    id: str
    label: str


class LiveCaseShape(Shape):
    """A case under way or just over, what it allows to look for, and how it is named as a reference."""

    id: str
    number: str
    summary: str
    reference: str
    status: Coded
    purposes: list[Purpose]


class ResidencyShape(Shape):
    id: str
    home_id: str
    label: str
    household_id: str | None
    role: Coded
    #: On what somebody from elsewhere lives there, and why he came; none where nobody has said.
    permit: Coded | None
    came_for: Coded | None
    valid_from: date
    valid_to: date | None


class HappeningShape(Shape):
    """`kind` is a cause of the register's history, `case_raised` or `case_closed`; `about` names the thing."""

    at: datetime
    kind: str
    about: str
    what: str


class LiveVisitShape(Shape):
    """A visit that is due, or was made within the week; `reference` goes with a look for it."""

    reference: str
    purpose: VisitPurpose
    on: date


class PersonShape(Shape):
    """Somebody of the register, masked; `hidden` is what of him can be uncovered."""

    id: str
    version: int
    name: str
    phone: str
    id_number: str
    birth: str
    #: Every field, masked by its class, with where it comes from.
    facts: list[FactShape]
    homes: list[HomeShape]
    hidden: list[Coded]
    cases: list[LiveCaseShape]
    #: His homes over time, what he raised, and what happened with him, each the newest first.
    residencies: list[ResidencyShape]
    raised: list[CaseLineShape]
    timeline: list[HappeningShape]
    #: The visits for which his data may be uncovered now.
    visits: list[LiveVisitShape]


class UncoveredShape(Shape):
    """What was uncovered, by field."""

    person_id: str
    purpose: Purpose
    reference: str
    fields: dict[str, str]


class FieldUncoveredShape(Shape):
    """A field with what was filled in: as it is kept, and in words."""

    key: str
    label: str
    value: str
    shown: str


class FieldsUncoveredShape(Shape):
    """What of a case was hidden and is uncovered for this once."""

    case_id: str
    purpose: Purpose
    reference: str
    fields: list[FieldUncoveredShape]
