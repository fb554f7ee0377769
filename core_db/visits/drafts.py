"""What people fill in about visits, checked."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from core_db.foundation.drafts import Draft, clean_text, fault, said
from core_db.visits.words import (
    NOT_FROM_DOOR_TO_DOOR,
    Answer,
    Grade,
    NeedKind,
    NeedStatus,
    Tick,
    VisitChannel,
    VisitPurpose,
    VisitResult,
    Whom,
)

LONGEST = 4_000
#: Subjects that a plan names, buildings of a canvass, and its questions.
MOST_SUBJECTS, MOST_BUILDINGS, MOST_QUESTIONS = 500, 100, 12


def _perhaps(text: str | None) -> str | None:
    return clean_text(text) or None if text is not None else None


def _asks_nothing_sealed(question: str) -> str:
    found = next((word for word in NOT_FROM_DOOR_TO_DOOR if word in question), None)
    if found is not None:
        raise fault(
            f"“{found}”这类敏感的事，不能挨家挨户地问。",
            f"“{found}” is nothing to be asked from door to door.",
        )
    return question


_ID = Annotated[str, Field(min_length=1, max_length=64)]
Said = Annotated[str, Field(max_length=LONGEST, json_schema_extra={"pattern": r"\S"}), AfterValidator(said)]
Short = Annotated[str, Field(max_length=80, json_schema_extra={"pattern": r"\S"}), AfterValidator(said)]
Perhaps = Annotated[str | None, Field(max_length=LONGEST), AfterValidator(_perhaps)]
Question = Annotated[Short, AfterValidator(_asks_nothing_sealed)]
Answers = Annotated[
    dict[Annotated[str, Field(pattern=r"^\d{1,2}$")], Answer], Field(max_length=MOST_QUESTIONS)
]


class PlanDraft(Draft):
    """Who is to be visited, how closely, from when on."""

    name: Short
    grade: Grade
    whom: Whom
    purpose: VisitPurpose = VisitPurpose.CARE
    subjects: Annotated[tuple[_ID, ...], Field(min_length=1, max_length=MOST_SUBJECTS)]
    starts_on: date | None = None


class IntervalDraft(Draft):
    """How often a grade is visited at a place, from a day on."""

    place_id: _ID
    grade: Grade
    days: Annotated[int, Field(ge=1, le=366)]
    grace_days: Annotated[int, Field(ge=0, le=60)] = 3
    valid_from: date


class CanvassDraft(Draft):
    """What is asked at which buildings, from when to when."""

    title: Short
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]
    buildings: Annotated[tuple[_ID, ...], Field(min_length=1, max_length=MOST_BUILDINGS)]
    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _in_this_order(self) -> "CanvassDraft":
        if self.ends_on < self.starts_on:
            raise fault("结束的日子不能早于开始。", "It cannot end before it begins.")
        return self


class VisitDraft(Draft):
    """A visit as somebody comes back from it: whom, how, what he found. No place but the home, no photo."""

    person_id: Annotated[str | None, Field(max_length=64)] = None
    home_id: Annotated[str | None, Field(max_length=64)] = None
    plan_id: Annotated[str | None, Field(max_length=64)] = None
    canvass_id: Annotated[str | None, Field(max_length=64)] = None
    #: When it was; left out: now. A telephone that was without a network says it.
    visited_at: AwareDatetime | None = None
    channel: VisitChannel = VisitChannel.DOOR
    result: VisitResult
    purpose: VisitPurpose = VisitPurpose.CARE
    ticks: Annotated[tuple[Tick, ...], Field(max_length=len(Tick))] = ()
    answers: Answers = Field(default_factory=dict)
    text: Perhaps = None
    next_on: date | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> "VisitDraft":
        if not self.person_id and not self.home_id:
            raise fault("请选是谁家，或者是谁。", "Please say which home or whom.")
        return self


class VisitCorrection(Draft):
    """What is said anew of a visit. A field left out is left alone; an empty one is emptied.

    `seen` is how much had been said of each field when it was read, as the visit's `said` gives it.
    """

    channel: VisitChannel | None = None
    result: VisitResult | None = None
    purpose: VisitPurpose | None = None
    ticks: Annotated[tuple[Tick, ...] | None, Field(max_length=len(Tick))] = None
    answers: Answers | None = None
    text: Annotated[str | None, Field(max_length=LONGEST)] = None
    next_on: date | Literal[""] | None = None
    seen: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[int, Field(ge=0, le=10_000)]],
        Field(max_length=60),
    ] = Field(default_factory=dict)


class SettlingDraft(Draft):
    """Which of two words about a field is to stand; of two texts both may."""

    choice: Literal["keep", "take", "both"]


class CancellingDraft(Draft):
    reason: Short


class NeedDraft(Draft):
    kind: NeedKind
    what: Said


class NeedStep(Draft):
    status: NeedStatus


class TagDraft(Draft):
    """A tag to propose, and why: a word of the dictionary, or one of one's own where the dictionary has none."""

    definition_id: Annotated[str, Field(max_length=64)] = ""
    tag: Annotated[str, Field(max_length=40), AfterValidator(clean_text)] = ""
    reason: Said


class TagDecision(Draft):
    """What becomes of a proposal; the word of the dictionary, where the proposal does not say it by itself."""

    decision: Literal["accept", "refuse", "withdraw"]
    definition_id: Annotated[str, Field(max_length=64)] = ""


def moment_of(draft: VisitDraft, *, now: datetime) -> datetime:
    """When the visit was: never later than now, whatever a telephone's clock says."""
    return min(draft.visited_at or now, now)
