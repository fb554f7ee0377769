"""What is filled in about one's own data."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core_db.accounts.drafts import PersonName, Reason, SixDigits
from core_db.foundation.drafts import Draft, clean_text, fault

#: What is typed by hand to leave, in either language.
LEAVING_WORDS = ("注销", "LEAVE")


def _leaving_word(text: str) -> str:
    if text.upper() not in LEAVING_WORDS:
        raise fault("请照着填写“注销”两个字。", "Please type the word LEAVE.")
    return text


def _perhaps(text: str | None) -> str | None:
    return clean_text(text) or None if text is not None else None


class CorrectionDraft(Draft):
    """What is wrong in the register, what it should say, and how one knows."""

    field: Literal["name", "sex", "phone", "birth", "id_number"]
    value: Annotated[str, Field(min_length=1, max_length=60)]
    note: Annotated[str | None, Field(max_length=500), AfterValidator(_perhaps)] = None
    #: In the register of which neighbourhood; left out, in the only one that has one.
    community_id: Annotated[str | None, Field(max_length=40), AfterValidator(_perhaps)] = None


class DecisionReason(Draft):
    """Why the committee does not do what was asked for; the resident reads it."""

    reason: Reason


class GuardianDraft(Draft):
    """For whom one acts: the child's name and birth date as the register has them, and what one is to him."""

    child_name: PersonName
    birth: date
    relation: Literal["50", "60", "97"] = "50"
    #: In which of one's neighbourhoods the child is registered; left out, in the only one.
    community_id: Annotated[str | None, Field(max_length=40), AfterValidator(_perhaps)] = None


class ErasureDraft(Draft):
    """That somebody means to leave: the word typed by hand, and the code just sent to his telephone."""

    confirm: Annotated[str, Field(max_length=20), AfterValidator(_leaving_word)]
    code: SixDigits
