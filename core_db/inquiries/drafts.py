"""What is filled in of a question somebody asked: one line when he asks, one when he is answered."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from core_db.foundation.drafts import Draft, clean_text, fault, said
from core_db.inquiries.words import Way


class InquiryDraft(Draft):
    """Who (somebody of the register, or nobody named), how, about what; and the answer if it was given at once."""

    about: Annotated[str, Field(max_length=500), AfterValidator(said)]
    way: Way = Way.COUNTER
    person_id: str | None = None
    #: At whose counter, where one works for several neighbourhoods and nobody is named.
    community_id: str | None = None
    guide_id: str | None = None
    answer: Annotated[str, Field(max_length=1_000), AfterValidator(clean_text)] = ""


class AnswerDraft(Draft):
    """What he was told: a guide, a sentence, or both."""

    guide_id: str | None = None
    answer: Annotated[str, Field(max_length=1_000), AfterValidator(clean_text)] = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.guide_id and not self.answer:
            raise fault("请选一条指南，或写一句答复。", "Choose a guide, or write a sentence.")
        return self


class HandOnDraft(Draft):
    """To whom it was handed."""

    handed_to: Annotated[str, Field(max_length=100), AfterValidator(said)]


class BecameCaseDraft(Draft):
    """The number or the id of the case it became."""

    case: Annotated[str, Field(max_length=60), AfterValidator(said)]
