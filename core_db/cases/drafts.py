"""What people fill in about a case, checked: each fault is a sentence in both languages."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core_db.cases.words import (
    ClosureOutcome,
    HandlingOutcome,
    Nature,
    RefusalReason,
    Resolved,
    ReturnReason,
    Visibility,
)
from core_db.foundation.drafts import Draft, clean_text, said

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST = 9_000
PHOTOS_AT_MOST = 6


def _perhaps(text: str | None) -> str | None:
    return clean_text(text) or None if text is not None else None


#: The document says what the validator objects to: at least one sign that is no space.
Said = Annotated[str, Field(max_length=LONGEST, json_schema_extra={"pattern": r"\S"}), AfterValidator(said)]
Perhaps = Annotated[str | None, Field(max_length=LONGEST), AfterValidator(_perhaps)]
ShortPerhaps = Annotated[str | None, Field(max_length=200), AfterValidator(_perhaps)]
#: Somebody's name, and his door, as people say them.
NamePerhaps = Annotated[str | None, Field(max_length=60), AfterValidator(_perhaps)]
Photos = Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=PHOTOS_AT_MOST)]
Code = Annotated[str | None, Field(max_length=40)]
#: Of the district four digits; one that a plugin brings is called by both their names.
CategoryCode = Annotated[str | None, Field(max_length=90)]
#: Under which of its category's conditions it stands (`GET /categories`); left out it is the usual one.
Condition = Annotated[str | None, Field(max_length=40)]
#: That it is as the category's condition for closing asks; whoever does not know of one says nothing.
ConditionMet = bool | None
#: What is filled in besides, by key (`x.<plugin>.<key>`); judged by the category's own rules (`cases.asked_fields`).
FilledIn = Annotated[
    Mapping[
        Annotated[str, Field(max_length=90)],
        Annotated[str, Field(max_length=LONGEST)] | int | float | bool | None,
    ],
    Field(max_length=40),
]


class CaseDraft(Draft):
    """What a resident raises: what, where, and a photo if he likes. Everything but `text` may be missing."""

    text: Said
    category: CategoryCode = None
    nature: Nature | None = None
    place_id: Code = None
    place_note: ShortPerhaps = None
    visibility: Visibility = Visibility.PRIVATE
    anonymous: bool = False
    photos: Photos = ()
    fields: FilledIn = Field(default_factory=dict)
    #: The building code of a scanned poster: remembered as the way it came.
    channel: Literal["app", "qr"] = "app"
    #: For whom it is raised, by name, where it is not for oneself; and behind which door he lives, where the lead of
    #: his building raises it (`cases.for_whom`).
    on_behalf_of: NamePerhaps = None
    on_behalf_room: NamePerhaps = None


class OnBehalfDraft(Draft):
    """What a worker enters for somebody: by telephone, on a visit, or at the desk."""

    text: Said
    channel: Literal["phone", "visit", "desk"]
    #: A person of the register; without it the case has no requester who could be asked.
    on_behalf_of: Code = None
    category: CategoryCode = None
    condition: Condition = None
    nature: Nature | None = None
    place_id: Code = None
    place_note: ShortPerhaps = None
    visibility: Visibility = Visibility.PRIVATE
    anonymous: bool = False
    photos: Photos = ()
    fields: FilledIn = Field(default_factory=dict)


class PluginCaseDraft(OnBehalfDraft):
    """What a plugin enters: it stands in the history by its name."""

    channel: Literal["plugin"] = "plugin"  # type: ignore[assignment]


class AcceptanceDraft(Draft):
    category: CategoryCode = None
    condition: Condition = None
    #: Where what was raised is of another nature than was said; nobody has to say one.
    nature: Nature | None = None
    place_id: Code = None
    note: Perhaps = None


class RefusalDraft(Draft):
    reason_code: RefusalReason
    text: Said


class DispatchDraft(Draft):
    lead: Annotated[str, Field(max_length=64)]
    assisting: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=8)] = ()
    note: Perhaps = None


class ReturnDraft(Draft):
    reason_code: ReturnReason
    text: Said


class ProgressDraft(Draft):
    text: Said
    photos: Photos = ()
    visible_to_resident: bool = True
    #: Why it is late, once it is; pages ask for it.
    overdue_reason: Perhaps = None


class HandlingDraft(Draft):
    outcome: HandlingOutcome
    text: Said
    photos: Photos = ()
    overdue_reason: Perhaps = None


class VerificationDraft(Draft):
    passed: bool
    text: Said
    closing_condition_met: ConditionMet = None


class ClosureDraft(Draft):
    outcome: ClosureOutcome
    text: Said
    closing_condition_met: ConditionMet = None


class ExtensionDraft(Draft):
    """A later day, asked for or given; or a no to what was asked for. What is missing the asking may have said."""

    #: The new day, or the new moment. The day first: `2026-11-30` is its last office hour, not its midnight.
    until: date | datetime | None = None
    reason: Perhaps = None
    #: False: what was asked for is not approved, for this reason.
    approved: bool = True


class SuspensionDraft(Draft):
    review_on: date
    reason: Said
    #: What it waits for is an answer of whoever raised it; the reason is what he is asked.
    awaits_requester: bool = False


class MergerDraft(Draft):
    into: Annotated[str, Field(max_length=64)]


class EscalationDraft(Draft):
    to: Literal["town", "district"]
    reason: Said


class TextDraft(Draft):
    """A sentence: urging, note, pre-check, self-handling."""

    text: Said


class MessageDraft(Draft):
    text: Said
    photos: Photos = ()


class ReasonDraft(Draft):
    reason: Said


class HidingDraft(Draft):
    #: Whoever raised it reads it.
    reason: Perhaps = None


class EvaluationDraft(Draft):
    resolved: Resolved
    satisfied: Annotated[int, Field(ge=1, le=5)]
    text: Perhaps = None


class CallbackDraft(EvaluationDraft):
    """What somebody without an account says when he is asked."""

    #: It is not fixed and he wants it done again: what is missing.
    reopening: Perhaps = None


class StaysOpenDraft(EvaluationDraft):
    """A yes that closes nothing: somebody who is asked before a case ends does not agree, and says why."""

    because: str


class NothingDraft(Draft):
    """A verb that needs no words: signing, resumption, withdrawal, support."""
