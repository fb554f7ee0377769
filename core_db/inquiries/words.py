"""Words of the first-asker's register."""

from collections.abc import Mapping
from enum import StrEnum


class Way(StrEnum):
    """How somebody asked."""

    COUNTER = "counter"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


class InquiryStatus(StrEnum):
    """How far it is. Until it is answered or has become a case, whoever heard it first stays responsible."""

    OPEN = "open"
    HANDED_ON = "handed-on"
    ANSWERED = "answered"
    BECAME_CASE = "became-case"


STILL_OPEN = (InquiryStatus.OPEN, InquiryStatus.HANDED_ON)
WAY_WORDS: Mapping[Way, tuple[str, str]] = {
    Way.COUNTER: ("上门来问", "At the counter"),
    Way.PHONE: ("电话", "By telephone"),
    Way.LETTER: ("来信", "By letter"),
    Way.VISIT: ("走访时问的", "On a visit"),
}
STATUS_WORDS: Mapping[InquiryStatus, tuple[str, str]] = {
    InquiryStatus.OPEN: ("还没答复", "Not answered yet"),
    InquiryStatus.HANDED_ON: ("已转出，等答复", "Handed on, to be answered"),
    InquiryStatus.ANSWERED: ("已答复", "Answered"),
    InquiryStatus.BECAME_CASE: ("已转为诉求", "Became a request"),
}
