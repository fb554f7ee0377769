"""What is filled in of a guide, or of an item on the list of stamps."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from core_db.foundation.drafts import Draft, clean_text, fault, said
from core_db.guides.words import GuideKind

Title = Annotated[str, Field(max_length=80), AfterValidator(said)]
Line = Annotated[str, Field(max_length=300), AfterValidator(clean_text)]
Prose = Annotated[str, Field(max_length=4_000), AfterValidator(clean_text)]


class _Dated(Draft):
    #: Without a first day it holds from today on.
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_from is not None and self.valid_to < self.valid_from:
            raise fault("截止日期不能早于开始日期。", "It cannot end before it begins.")
        return self


class GuideDraft(_Dated):
    """A guide as somebody writes it. `version` is the one he saw; 0 for a new one."""

    place_id: str
    kind: GuideKind = GuideKind.HOW_TO
    title: Title
    about: Annotated[str, Field(max_length=500), AfterValidator(said)]
    papers: Prose = ""
    steps: Prose = ""
    held_by: Line = ""
    whereabouts: Line = ""
    hours: Line = ""
    phone: Line = ""
    fees: Line = ""
    basis: Line = ""
    keywords: Line = ""
    version: int = 0


class StampDraft(_Dated):
    """An item of the list: given here, or refused and where to go."""

    place_id: str
    title: Title
    is_given: bool = False
    where_to_go: Annotated[str, Field(max_length=300), AfterValidator(said)]
    source: Annotated[str, Field(max_length=300), AfterValidator(said)]
    keywords: Line = ""
