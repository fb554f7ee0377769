"""What is filled in to put a word into the dictionary, to give somebody a tag, to renew it and to take it off."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core_db.foundation.drafts import Draft, clean_text, fault
from core_db.tags.words import ALWAYS_SENSITIVE, Removal, TagClass, is_never_kept

LONGEST_DAYS = 3_660


def _nothing_for_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Maybe = BeforeValidator(_nothing_for_empty)
Line = Annotated[str, Field(max_length=120), AfterValidator(clean_text)]
Words = Annotated[str, Field(max_length=500), AfterValidator(clean_text)]
Days = Annotated[Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None, Maybe]


class DefinitionDraft(Draft):
    """A word for the dictionary of a place."""

    place_id: str
    code: Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
    name: Annotated[str, Field(min_length=1, max_length=20), AfterValidator(clean_text)]
    name_en: Annotated[str, Field(max_length=60), AfterValidator(clean_text)] = ""
    kind: TagClass
    sensitive: bool = False
    legal_basis: Words = ""
    valid_days: Days = None
    review_days: Days = None
    active_from: Annotated[date | None, Maybe] = None

    @property
    def is_sensitive(self) -> bool:
        """Hardship, disability and care are, whatever the box says."""
        return self.sensitive or self.kind in ALWAYS_SENSITIVE

    @model_validator(mode="after")
    def _may_be_kept(self) -> "DefinitionDraft":
        if is_never_kept(self.name, self.name_en, self.code):
            raise fault(
                "信仰和生活习惯不做标签：居委会办事用不到。",
                "Beliefs and habits are no tags: a committee needs neither.",
            )
        if self.is_sensitive and not self.legal_basis:
            raise fault(
                "敏感标签要写明依据（哪部法规、哪份文件）。",
                "A sensitive tag needs its legal basis: which law or rule.",
            )
        return self


class AssignmentDraft(Draft):
    """That somebody bears a tag: where it is known from, on what, and how long."""

    definition_id: str
    source: Line = ""
    evidence: Words = ""
    #: Today where nothing is said, and as long as the dictionary says.
    valid_from: Annotated[date | None, Maybe] = None
    valid_to: Annotated[date | None, Maybe] = None


class RemovalDraft(Draft):
    """Why a tag is taken off."""

    why: Removal = Removal.NO_LONGER
