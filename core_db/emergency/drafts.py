"""What somebody says before he looks in an emergency, and what somebody else says of it afterwards."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core_db.emergency.model import EmergencyReason, Verdict
from core_db.foundation.drafts import Draft, clean_text, fault, said

#: A reason shorter than this says nothing, in characters.
SHORTEST_REASON = 10


def _in_so_many_words(text: str) -> str:
    cleaned = clean_text(text)
    if len(cleaned) < SHORTEST_REASON:
        raise fault("请写清楚原因，至少 10 个字。", "Please say why, in at least 10 characters.")
    return cleaned


class EmergencyDraft(Draft):
    """Whom one has to look at now, and why it cannot wait."""

    person_id: Annotated[str, Field(min_length=1, max_length=64)]
    reason_code: EmergencyReason
    reason: Annotated[
        str,
        Field(max_length=500, json_schema_extra={"minLength": SHORTEST_REASON}),
        AfterValidator(_in_so_many_words),
    ]


class ReviewDraft(Draft):
    verdict: Verdict
    text: Annotated[str, Field(max_length=500, json_schema_extra={"pattern": r"\S"}), AfterValidator(said)]
