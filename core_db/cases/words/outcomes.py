"""How a case ends: the handler's word, the committee's, and the resident's."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.cases.words.base import Words


class HandlingOutcome(StrEnum):
    DONE = "done"
    PARTLY_DONE = "partly_done"
    ANSWERED = "answered"
    NOT_DONE = "not_done"
    NOT_POSSIBLE = "not_possible"


HANDLING_WORDS: Mapping[HandlingOutcome, Words] = {
    HandlingOutcome.DONE: Words("已办到", "Done"),
    HandlingOutcome.PARTLY_DONE: Words("部分办到", "Partly done"),
    HandlingOutcome.ANSWERED: Words("已答复说明", "Answered and explained"),
    HandlingOutcome.NOT_DONE: Words("没有办到", "Not done"),
    HandlingOutcome.NOT_POSSIBLE: Words("客观上办不到", "Not possible"),
}


class ClosureOutcome(StrEnum):
    RESOLVED = "resolved"
    ANSWERED = "answered"
    UNRESOLVED = "unresolved"


CLOSURE_WORDS: Mapping[ClosureOutcome, Words] = {
    ClosureOutcome.RESOLVED: Words("已解决", "Resolved"),
    ClosureOutcome.ANSWERED: Words("已答复", "Answered"),
    ClosureOutcome.UNRESOLVED: Words("客观未解决", "Not resolved"),
}


class Resolved(StrEnum):
    """What the resident says, beside what the staff say."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


RESOLVED_WORDS: Mapping[Resolved, Words] = {
    Resolved.YES: Words("解决了", "Yes, resolved"),
    Resolved.PARTLY: Words("解决了一部分", "Partly"),
    Resolved.NO: Words("没有解决", "No"),
}

SATISFACTION_WORDS: Mapping[int, Words] = {
    5: Words("满意", "Satisfied"),
    4: Words("基本满意", "Fairly satisfied"),
    3: Words("一般", "Neither"),
    2: Words("不太满意", "Rather dissatisfied"),
    1: Words("不满意", "Dissatisfied"),
}


class EscalatedTo(StrEnum):
    TOWN = "town"
    DISTRICT = "district"


ESCALATED_TO_WORDS: Mapping[EscalatedTo, Words] = {
    EscalatedTo.TOWN: Words("街镇", "Town"),
    EscalatedTo.DISTRICT: Words("区", "District"),
}
