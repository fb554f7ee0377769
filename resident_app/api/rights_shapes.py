"""What the API of one's rights answers, for its document alone."""

from datetime import date, datetime

from app_shell.shapes import Shape


class CorrectionShape(Shape):
    """A request about the register of `community_id`; `wanted` is masked. `is_late`: the committee let its day pass."""

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


class ConsentShape(Shape):
    """One consent: its `purpose` is what is taken back, `about` what it was given for."""

    purpose: str
    name: str
    text: str
    about: str
    child_id: str | None
    given_at: datetime
    withdrawn_at: datetime | None


class ConsentsShape(Shape):
    items: list[ConsentShape]
    next: None


class GuardianshipShape(Shape):
    """A guardianship; `born` is the year alone, `child_id` is there once the committee has confirmed it."""

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


class LeavingShape(Shape):
    """What leaving means; until `due_at` it can be taken back."""

    due_at: datetime | None
    cases: int
    open_cases: int
    photos: int
    kept_entries: int


class OwnCodeShape(Shape):
    phone: str
    expires_at: datetime


class DoneShape(Shape):
    done: bool
