"""What is filled in to look, to ask about a look, to review one, and to have it told later."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core_db.access.purposes import Purpose
from core_db.foundation.drafts import Draft, clean_text, fault, said
from core_db.people.words.status import CodeSet
from core_db.reveals.words import EXPORTABLE, DeferralReason, Revealable, ReviewOutcome

#: A correction of the register is for nothing but the register: it is told in so many characters at least.
REASON_AT_LEAST = 10
LONGEST = 1_000


def _perhaps(text: str | None) -> str | None:
    return clean_text(text or "") or None


Perhaps = Annotated[str | None, Field(max_length=LONGEST), AfterValidator(_perhaps)]
Said = Annotated[str, Field(max_length=LONGEST, json_schema_extra={"pattern": r"\S"}), AfterValidator(said)]


class RevealDraft(Draft):
    """What is to be uncovered of a person, what for, and through which case; a correction has a reason instead."""

    fields: Annotated[tuple[Revealable, ...], Field(min_length=1, max_length=len(Revealable))]
    purpose: Purpose
    #: `case/<id>`; for a visit `visit-plan/<id>` or `visit/<id>`. A correction of the register refers to the person
    #: himself and needs none.
    reference: Annotated[str | None, Field(max_length=60)] = None
    reason: Perhaps = None

    @model_validator(mode="after")
    def _fits_what_is_asked(self) -> "RevealDraft":
        if Revealable.TAGS in self.fields and self.purpose in (Purpose.CASE, Purpose.VISIT):
            raise fault(
                "敏感标签不能为一般诉求或走访查看，请选补助、紧急、核对登记或本人申请。",
                "No ordinary case and no visit needs sensitive tags: choose relief, an emergency, the register or his "
                "own request.",
            )
        return self

    @model_validator(mode="after")
    def _says_why(self) -> "RevealDraft":
        if self.purpose is Purpose.REGISTRY_CORRECTION and len(self.reason or "") < REASON_AT_LEAST:
            raise fault(
                f"更正登记信息要写明原因，至少 {REASON_AT_LEAST} 个字。",
                f"To correct the register, say why in at least {REASON_AT_LEAST} characters.",
            )
        return self


class EvidenceDraft(Draft):
    """That one looks on what a tag was given; of a sensitive one in so many words why."""

    reason: Perhaps = None


class FieldsDraft(Draft):
    """What the hidden fields of a case are to be uncovered for; the case itself is what it is for."""

    purpose: Literal[Purpose.CASE, Purpose.EMERGENCY, Purpose.SUBSIDY]


class ExportDraft(Draft):
    """What of everybody in a register is to be exported in full, and what for."""

    fields: Annotated[
        tuple[Literal[Revealable.PHONE, Revealable.ID_NUMBER, Revealable.BIRTH], ...],
        Field(min_length=1, max_length=len(EXPORTABLE)),
    ]
    reason: Annotated[Said, Field(min_length=REASON_AT_LEAST)]
    #: Of which register, where one works for several neighbourhoods.
    community_id: str | None = None
    #: How 人户状态 is written: in one of the sets of other systems, or in words.
    code_set: Annotated[CodeSet | None, BeforeValidator(lambda said: said or None)] = None


class ExportRefusalDraft(Draft):
    note: Said


class QuestionDraft(Draft):
    """What somebody would like to know about a look at his data; without words it is asked in ours."""

    text: Perhaps = None


class ReviewDraft(Draft):
    """What a review says of a look. Whoever asks says what."""

    outcome: ReviewOutcome
    note: Perhaps = None

    @model_validator(mode="after")
    def _asks_something(self) -> "ReviewDraft":
        if self.outcome is ReviewOutcome.ASKED and not self.note:
            raise fault("请写一句要问什么。", "Please say what is to be asked.")
        return self


class DeferralDraft(Draft):
    """Why telling has to wait, and until the end of which day."""

    reason_code: DeferralReason
    until: date
