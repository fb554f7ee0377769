"""What the platform itself says in a case: kept as a code, and told in the words of whoever reads it."""

from collections.abc import Mapping
from enum import StrEnum
from operator import add

from core_db.cases.words.base import Words

MARK = "platform:"


class PlatformWord(StrEnum):
    RETURNED_AGAIN = "returned_again"
    ASKED_ABOVE = "asked_above"
    RAN_OVER = "ran_over"
    UNSATISFIED_AGAIN = "unsatisfied_again"
    SAME_PLACE = "same_place"
    IS_EMERGENCY = "is_emergency"
    CAME_OF_VISIT = "came_of_visit"
    REQUESTER_DIED = "requester_died"
    RAISED_AS_ANOTHER = "raised_as_another"
    HANDLING_RECOUNTED = "handling_recounted"
    CONTACT_RECOUNTED = "contact_recounted"
    PART_RECOUNTED = "part_recounted"
    UNANSWERED = "unanswered"
    OLD_CATEGORY = "old_category"
    OLD_TARGET = "old_target"
    OLD_END = "old_end"
    NO_OLD_ANSWER = "no_old_answer"
    OLD_ANSWER_ELSEWHERE = "old_answer_elsewhere"


PLATFORM_WORDS: Mapping[PlatformWord, Words] = {
    PlatformWord.RETURNED_AGAIN: Words(
        "第 {} 次退单，请街镇裁定。", "Returned {} times; the town is asked to rule."
    ),
    PlatformWord.ASKED_ABOVE: Words(
        "居民对查看其个人信息有疑问，请街镇一并核对。",
        "A resident asks who read his data; the town is asked to look into it too.",
    ),
    PlatformWord.RAN_OVER: Words(
        "超过了办理期限，请街镇督办。", "It ran past its deadline; the town is asked to see to it."
    ),
    PlatformWord.UNSATISFIED_AGAIN: Words(
        "诉求人第 {} 次认为没有办好，请街镇督办。",
        "Whoever raised it has found it not done well {} times; the town is asked to see to it.",
    ),
    PlatformWord.SAME_PLACE: Words(
        "同一地点 30 天内第 {} 件同类案件，请街镇一并研究。",
        "{} cases of this kind at this place within 30 days; the town is asked to look into all of them.",
    ),
    PlatformWord.IS_EMERGENCY: Words(
        "涉及紧急情况，请街镇一并关注。", "It is an emergency; the town is asked to watch it too."
    ),
    PlatformWord.CAME_OF_VISIT: Words("来自 {} 的走访：{}", "From a visit on {}: {}"),
    PlatformWord.REQUESTER_DIED: Words(
        "名册登记：诉求人已去世。请与家属联系，确认是否继续办理。",
        "The register says that whoever raised this has died. Please ask the family whether it is to go on.",
    ),
    PlatformWord.RAISED_AS_ANOTHER: Words(
        "反映这件事的账号当初被当成了别人，现在看不到这件事了。后续请直接与本人联系。",
        "The account that raised this had been taken for somebody else and reads it no longer. Please speak with whom "
        "it is about.",
    ),
    PlatformWord.HANDLING_RECOUNTED: Words("这是办理期限。", "This is the deadline by which it is handled."),
    PlatformWord.CONTACT_RECOUNTED: Words(
        "这是首次联系的期限。", "This is the deadline by which whoever raised it is called."
    ),
    PlatformWord.PART_RECOUNTED: Words("这是{}协办的期限。", "This is the deadline of the part of {}."),
    PlatformWord.UNANSWERED: Words(
        "等到了说好的日子，没有等到答复。", "No answer had come by the day until which it waited."
    ),
    PlatformWord.OLD_CATEGORY: Words("原类别：{}", "Category before: {}"),
    PlatformWord.OLD_TARGET: Words("按原系统的期限", "As the older system had it"),
    PlatformWord.OLD_END: Words("原系统已办结。", "Closed in the older system."),
    PlatformWord.NO_OLD_ANSWER: Words("原系统没有记录答复。", "The older system holds no answer."),
    PlatformWord.OLD_ANSWER_ELSEWHERE: Words("答复见上下文。", "The answer stands above or below."),
}


def platform_says(word: PlatformWord, *blanks: str) -> str:
    """What is stored; `blanks` is what the sentence tells besides, where only the last may hold spaces."""
    return " ".join((f"{MARK}{word}", *blanks))


def is_the_platforms(said: str | None) -> bool:
    """Whether the platform said it, and not somebody to somebody."""
    return said is not None and said.startswith(MARK)


def in_words(said: str, language: str) -> str:
    """What was stored as its reader is told it: people's words stay as they are."""
    code, _, blanks = said.removeprefix(MARK).partition(" ")
    if not said.startswith(MARK) or code not in list(PlatformWord):
        return said
    first, *others = PLATFORM_WORDS[PlatformWord(code)].within(language).split("{}")
    filled = blanks.split(" ", max(0, len(others) - 1)) if blanks else []
    if len(filled) < len(others):
        return said
    return first + "".join(map(add, filled, others))
