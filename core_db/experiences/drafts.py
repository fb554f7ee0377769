"""What is filled in of an experience, of the second look at it, and of thanks."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core_db.experiences.words import Origin
from core_db.foundation.drafts import Draft, clean_text, said

Prose = Annotated[str, Field(max_length=4_000), AfterValidator(said)]


class ExperienceDraft(Draft):
    """An experience as somebody tells it. What it was told from stays known in its neighbourhood alone."""

    origin: Origin = Origin.PLAN
    origin_id: Annotated[str, Field(max_length=36)] | None = None
    #: Of which neighbourhood, where one works for several and what it is told from does not say.
    community_id: str | None = None
    title: Annotated[str, Field(max_length=80), AfterValidator(said)]
    problem: Prose
    steps: Prose
    outcome: Annotated[str, Field(max_length=2_000), AfterValidator(clean_text)] = ""


class SharingRefusalDraft(Draft):
    """Why it stays in its neighbourhood."""

    reason: Annotated[str, Field(max_length=300), AfterValidator(said)]


class AdoptionDraft(Draft):
    """For which neighbourhood it is taken up, where one works for several."""

    community_id: str | None = None


class ThanksDraft(Draft):
    """What helped, for those whose experience it was."""

    #: Which neighbourhood thanks, where several of one's own took it up.
    community_id: str | None = None
    thanks: Annotated[str, Field(max_length=300), AfterValidator(said)]
