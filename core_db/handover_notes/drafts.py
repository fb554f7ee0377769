"""What is filled in of a note for the next shift."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core_db.foundation.drafts import Draft, fault, said


def _somebody(to: str) -> str:
    kind, _, who = to.partition(":")
    if kind not in ("person", "post") or not who:
        raise fault("请选给谁。", "Please choose whom it is for.")
    return to


class NoteDraft(Draft):
    """The note, and whom it is for: `person:<account>` or `post:<role>`."""

    text: Annotated[str, Field(max_length=1_000), AfterValidator(said)]
    to: Annotated[str, AfterValidator(_somebody)]
    #: In which neighbourhood, where one works for several and whoever it is for does not tell.
    community_id: str | None = None
