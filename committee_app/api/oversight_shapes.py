"""What the API of data requests and of looks answers, for its document alone."""

from datetime import date, datetime

from app_shell.case_shapes import Coded
from app_shell.shapes import Shape


class CorrectionShape(Shape):
    """A request to have the register of `community_id` put right; `wanted` is masked."""

    id: str
    community_id: str
    name: str
    field: str
    wanted: str
    note: str | None
    status: str
    asked_at: datetime
    due_on: date
    decided_at: datetime | None
    reason: str | None
    is_late: bool


class CorrectionsShape(Shape):
    items: list[CorrectionShape]
    next: None


class BothValuesShape(Shape):
    """What the register says now, and what it should say, in the clear."""

    id: str
    field: str
    now: str
    wanted: str


class GuardianshipShape(Shape):
    """Who asks to act for a child; `born` is the year alone."""

    id: str
    guardian: str
    child_id: str | None
    child_name: str
    born: str
    relation: str
    status: str
    asked_at: datetime
    reason: str | None
    agrees_alone_in: int | None
    of_age_in: int | None


class GuardianshipsShape(Shape):
    items: list[GuardianshipShape]
    next: None


class LookShape(Shape):
    """One look: who read whose data, what, why, through what; `odd` is what speaks for looking closer."""

    id: int
    at: datetime
    who: str
    role: str
    whose: str
    fields: list[Coded]
    purpose: str
    reason: str | None
    case_id: str | None
    case_number: str | None
    question_id: str | None
    odd: list[str]
    outcome: str | None
    note: str
    reviewed_by: str
    is_own: bool


class LooksShape(Shape):
    items: list[LookShape]
    next: str | None


class ReviewShape(Shape):
    id: str
    look: int
    outcome: str
    note: str
    by: str
    at: datetime


class AlarmShape(Shape):
    """Somebody looked at many within an hour."""

    id: str
    who: str
    looks: int
    at: datetime
    community_id: str
    noted_at: datetime | None


class AlarmsShape(Shape):
    items: list[AlarmShape]
    next: None


class DeferralShape(Shape):
    """`of` is `look/<number>` or `case/<id>`; until then whoever it is about is not told."""

    id: str
    of: str
    reason_code: str
    began_at: datetime
    until: datetime
    by_name: str
    by_id: str
    in_force: bool


class DeferralsShape(Shape):
    items: list[DeferralShape]
    next: None
