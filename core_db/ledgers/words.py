"""The words of forms and ledgers in both languages: families, cycles, what a row is about, and how far one is."""

from collections.abc import Mapping
from enum import StrEnum

Pair = tuple[str, str]


class Family(StrEnum):
    """What a ledger is about: the four families of neighbourhood ledgers."""

    BASICS = "basics"
    PARTY = "party"
    SERVICE = "service"
    ORDER = "order"


class Cycle(StrEnum):
    ONCE = "once"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class RowKind(StrEnum):
    """What a row of a form is about."""

    COMMUNITY = "community"
    HOUSEHOLD = "household"
    PERSON = "person"


class FormStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ENDED = "ended"


class FillStatus(StrEnum):
    FILLING = "filling"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class AnswerKind(StrEnum):
    """How an answer to a question of one's own is written."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes_no"


class ListKind(StrEnum):
    """Whose list an item of assistance stands on."""

    RESIDENTS = "residents"
    VILLAGERS = "villagers"


FAMILY_WORDS: Mapping[Family, Pair] = {
    Family.BASICS: ("基层情况", "Basic facts"),
    Family.PARTY: ("党群工作", "Party and community work"),
    Family.SERVICE: ("公共服务", "Public services"),
    Family.ORDER: ("社会管理", "Public order"),
}
CYCLE_WORDS: Mapping[Cycle, Pair] = {
    Cycle.ONCE: ("只报一次", "Once"),
    Cycle.MONTH: ("每月", "Monthly"),
    Cycle.QUARTER: ("每季", "Quarterly"),
    Cycle.YEAR: ("每年", "Yearly"),
}
ROW_WORDS: Mapping[RowKind, Pair] = {
    RowKind.COMMUNITY: ("每个居村一行", "One row a neighbourhood"),
    RowKind.HOUSEHOLD: ("每户一行", "One row a household"),
    RowKind.PERSON: ("每人一行", "One row a person"),
}
FORM_WORDS: Mapping[FormStatus, Pair] = {
    FormStatus.DRAFT: ("还没有发布", "Not published"),
    FormStatus.PUBLISHED: ("正在用", "In force"),
    FormStatus.ENDED: ("已停用", "Ended"),
}
FILL_WORDS: Mapping[FillStatus, Pair] = {
    FillStatus.FILLING: ("正在填", "Being filled"),
    FillStatus.HANDED_IN: ("已报送", "Handed in"),
    FillStatus.RETURNED: ("退回修改", "Returned"),
    FillStatus.ACCEPTED: ("已通过", "Accepted"),
}
KIND_WORDS: Mapping[AnswerKind, Pair] = {
    AnswerKind.TEXT: ("文字", "Words"),
    AnswerKind.NUMBER: ("数字", "Number"),
    AnswerKind.DAY: ("日期", "Day"),
    AnswerKind.YES_NO: ("是或否", "Yes or no"),
}
LIST_WORDS: Mapping[ListKind, Pair] = {
    ListKind.RESIDENTS: ("居委会协助清单", "List of residents' committees"),
    ListKind.VILLAGERS: ("村委会协助清单", "List of villagers' committees"),
}
#: What an answer that says yes or no is stored as.
YES_NO: Mapping[str, Pair] = {"yes": ("是", "Yes"), "no": ("否", "No")}
