"""The words of visiting: how and with what result somebody was visited, what was found, what comes of it."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.cases.words import Words


class Grade(StrEnum):
    """How closely somebody is looked after; how often that is, the intervals say."""

    HIGH_RISK = "high_risk"
    KEY = "key"
    GENERAL = "general"


class Whom(StrEnum):
    """How a plan names those who are visited."""

    PERSONS = "persons"
    HOMES = "homes"
    BUILDINGS = "buildings"
    #: Whoever belongs to a saved group on the day.
    GROUPS = "groups"


class VisitChannel(StrEnum):
    DOOR = "door"
    PHONE = "phone"
    WECHAT = "wechat"
    MET = "met"


class VisitResult(StrEnum):
    MET = "met"
    NOBODY_HOME = "nobody_home"
    DECLINED = "declined"


class VisitPurpose(StrEnum):
    CARE = "care"
    FOLLOW_UP = "follow_up"
    SAFETY = "safety"
    CANVASS = "canvass"
    OTHER = "other"


class Tick(StrEnum):
    """What was found, to be ticked. Nothing of health or welfare: that is written, and sealed."""

    ALL_WELL = "all_well"
    NEEDS_HELP = "needs_help"
    HOME_REPAIR = "home_repair"
    HAZARD = "hazard"
    DATA_CHANGED = "data_changed"
    WANTS_CALL = "wants_call"


class Answer(StrEnum):
    """To a question of a canvass; what was not asked has none."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class NeedKind(StrEnum):
    MEALS = "meals"
    CARE = "care"
    COMPANY = "company"
    REPAIR = "repair"
    ERRANDS = "errands"
    PAPERWORK = "paperwork"
    OTHER = "other"


class NeedStatus(StrEnum):
    OPEN = "open"
    IN_HAND = "in_hand"
    MET = "met"
    DROPPED = "dropped"


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: After these somebody was visited; when nobody opened, somebody goes again. Who declines has been asked.
DONE = (VisitResult.MET, VisitResult.DECLINED)

GRADE_WORDS: Mapping[Grade, Words] = {
    Grade.HIGH_RISK: Words("高风险", "High risk"),
    Grade.KEY: Words("重点", "Key"),
    Grade.GENERAL: Words("一般", "General"),
}
WHOM_WORDS: Mapping[Whom, Words] = {
    Whom.PERSONS: Words("选定的居民", "Chosen residents"),
    Whom.HOMES: Words("选定的住户", "Chosen homes"),
    Whom.BUILDINGS: Words("整栋楼的住户", "All homes of buildings"),
    Whom.GROUPS: Words("人群里的居民", "Whoever is in a group"),
}
CHANNEL_WORDS: Mapping[VisitChannel, Words] = {
    VisitChannel.DOOR: Words("上门", "At the door"),
    VisitChannel.PHONE: Words("电话", "By telephone"),
    VisitChannel.WECHAT: Words("微信", "By WeChat"),
    VisitChannel.MET: Words("路上碰到", "Met outside"),
}
RESULT_WORDS: Mapping[VisitResult, Words] = {
    VisitResult.MET: Words("见到了", "Met"),
    VisitResult.NOBODY_HOME: Words("没人在家", "Nobody home"),
    VisitResult.DECLINED: Words("不愿意聊", "Did not want to talk"),
}
PURPOSE_WORDS: Mapping[VisitPurpose, Words] = {
    VisitPurpose.CARE: Words("看望关心", "To see how he is"),
    VisitPurpose.FOLLOW_UP: Words("跟进上次的事", "To follow something up"),
    VisitPurpose.SAFETY: Words("安全提醒", "About safety"),
    VisitPurpose.CANVASS: Words("排摸", "A canvass"),
    VisitPurpose.OTHER: Words("其他", "Something else"),
}
TICK_WORDS: Mapping[Tick, Words] = {
    Tick.ALL_WELL: Words("一切都好", "All is well"),
    Tick.NEEDS_HELP: Words("需要帮一把", "Needs a hand"),
    Tick.HOME_REPAIR: Words("家里要修", "Something at home needs repair"),
    Tick.HAZARD: Words("有安全隐患", "A hazard"),
    Tick.DATA_CHANGED: Words("登记信息变了", "The register is out of date"),
    Tick.WANTS_CALL: Words("希望再联系", "Wants to hear from us again"),
}
ANSWER_WORDS: Mapping[Answer, Words] = {
    Answer.YES: Words("是", "Yes"),
    Answer.NO: Words("否", "No"),
    Answer.UNKNOWN: Words("不清楚", "Not known"),
}
NEED_WORDS: Mapping[NeedKind, Words] = {
    NeedKind.MEALS: Words("用餐", "Meals"),
    NeedKind.CARE: Words("照料", "Care"),
    NeedKind.COMPANY: Words("陪伴", "Company"),
    NeedKind.REPAIR: Words("修理", "Repairs"),
    NeedKind.ERRANDS: Words("跑腿代办", "Errands"),
    NeedKind.PAPERWORK: Words("办证办事", "Paperwork"),
    NeedKind.OTHER: Words("其他", "Something else"),
}
NEED_STATUS_WORDS: Mapping[NeedStatus, Words] = {
    NeedStatus.OPEN: Words("还没有着落", "Open"),
    NeedStatus.IN_HAND: Words("正在办", "In hand"),
    NeedStatus.MET: Words("已解决", "Met"),
    NeedStatus.DROPPED: Words("不再需要", "No longer needed"),
}
PROPOSAL_WORDS: Mapping[ProposalState, Words] = {
    ProposalState.PROPOSED: Words("等书记决定", "Waiting for the secretary"),
    ProposalState.ACCEPTED: Words("已同意", "Accepted"),
    ProposalState.REFUSED: Words("没有同意", "Refused"),
    ProposalState.WITHDRAWN: Words("已撤回", "Withdrawn"),
}
FIELD_WORDS: Mapping[str, Words] = {
    "channel": Words("怎么联系的", "How"),
    "result": Words("结果", "Result"),
    "purpose": Words("为了什么", "Why"),
    "next_on": Words("下次什么时候", "Next time"),
    "text": Words("记录", "What was said"),
    "tick": Words("看到的情况", "What was found"),
    "answer": Words("排摸的回答", "Answer of the canvass"),
}
#: What no canvass asks from door to door: it would be a list of who is ill, poor or believes. Such things are said
#: on a visit, written down sealed, and read for a purpose.
NOT_FROM_DOOR_TO_DOOR = (
    "身份证", "手机号", "电话", "病", "残疾", "残障", "宗教", "信教", "低保", "救助", "矫正", "吸毒", "涉毒", "信访",
    "精神",
)  # fmt: skip
