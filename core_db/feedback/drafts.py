"""What is filled in about the platform."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core_db.foundation.drafts import Draft, clean_text, said

LONGEST = 2_000
LONGEST_CONTACT = 100


def _in_one_line(text: str | None) -> str | None:
    return " ".join(clean_text(text).split()) or None if text is not None else None


class FeedbackDraft(Draft):
    """A comment on the platform, and how to reach the writer if he likes to hear of it."""

    text: Annotated[str, Field(max_length=LONGEST), AfterValidator(said)]
    contact: Annotated[str | None, Field(max_length=LONGEST_CONTACT), AfterValidator(_in_one_line)] = None
