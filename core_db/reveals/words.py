"""The words of looking: what can be uncovered, what for, what a review says, why telling may wait."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.access.purposes import Purpose
from core_db.cases.words import Words


class Revealable(StrEnum):
    """What of a person is masked until somebody uncovers it."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    BIRTH = "birth"
    FORMER_NAME = "former_name"
    ETHNIC_GROUP = "ethnic_group"
    NATIVE_PLACE = "native_place"
    MARITAL_STATUS = "marital_status"
    POLITICAL_STATUS = "political_status"
    WORKPLACE = "workplace"
    HUKOU_ADDRESS = "hukou_address"
    #: Which sensitive tags he bears; for those who may know that he bears some.
    TAGS = "tags"

    @property
    def column(self) -> str:
        return f"{self}_sealed"


REVEALABLE_WORDS: Mapping[Revealable, Words] = {
    Revealable.PHONE: Words("手机号码", "Telephone number"),
    Revealable.ID_NUMBER: Words("身份证号码", "Identity number"),
    Revealable.BIRTH: Words("出生日期", "Date of birth"),
    Revealable.FORMER_NAME: Words("曾用名", "Former name"),
    Revealable.ETHNIC_GROUP: Words("民族", "Ethnic group"),
    Revealable.NATIVE_PLACE: Words("籍贯", "Native place"),
    Revealable.MARITAL_STATUS: Words("婚姻状况", "Marital status"),
    Revealable.POLITICAL_STATUS: Words("政治面貌", "Political affiliation"),
    Revealable.WORKPLACE: Words("工作单位", "Workplace"),
    Revealable.HUKOU_ADDRESS: Words("户籍地址", "Hukou address"),
    Revealable.TAGS: Words("敏感标签", "Sensitive tags"),
}
#: What of everybody a whole register may be exported with; the rest is looked at one person at a time.
EXPORTABLE = (Revealable.PHONE, Revealable.ID_NUMBER, Revealable.BIRTH)

#: What somebody who looks says it is for.
FOR_WORDS: Mapping[Purpose, Words] = {
    Purpose.CASE: Words("办理诉求", "To work on a case"),
    Purpose.VISIT: Words("上门走访", "For a visit"),
    Purpose.EMERGENCY: Words("紧急情况，马上联系", "An emergency: to reach him at once"),
    Purpose.SUBSIDY: Words("办理补助、救助", "For a subsidy or relief"),
    Purpose.REGISTRY_CORRECTION: Words("核对、更正登记信息", "To correct the register"),
    Purpose.SUBJECT_REQUEST: Words("他本人提出的申请", "For something he asked for himself"),
}

#: What else is looked at by somebody at work, each in its own place and for that alone; as colleagues read it.
TAG_REVIEW = "tag-review"
ALSO_FOR_WORDS: Mapping[str, Words] = {
    TAG_REVIEW: Words("核对他的标签", "To see whether a tag of his is still so"),
    "statistics": Words("填报上级要的表", "To fill in a form that an office asked for"),
    "guardianship": Words("核对监护关系", "To check who acts for a minor"),
    "fresh-code": Words("给本人发验证码", "To send him a code"),
    "feedback": Words("回复他对平台的意见", "To answer what he said of the platform"),
    "export": Words("导出名册，经书记批准", "An export of the register that was approved"),
    "own-copy": Words("本人或监护人要一份数据副本", "For a copy that he or his guardian asked for"),
    "plugin": Words("一个应用按它的用途读取", "A plugin read it for what it is there for"),
}

#: What must be under way for it.
NEEDED_WORDS: Mapping[Purpose, Words] = {
    Purpose.CASE: Words("他本人或他家的一件诉求。", "a case of his or of his home."),
    Purpose.VISIT: Words(
        "计划里今天该走访他，或者一周内走访过他。", "a visit to him that is due, or was made within the week."
    ),
    Purpose.EMERGENCY: Words("他楼里一件紧急的诉求。", "an urgent case in his building."),
    Purpose.SUBSIDY: Words(
        "他本人或他家一件民生类的诉求。", "a case of his or of his home under care and welfare."
    ),
    Purpose.SUBJECT_REQUEST: Words("他本人提出的一件诉求。", "a case that he raised himself."),
}


class ReviewOutcome(StrEnum):
    IN_ORDER = "in_order"
    ASKED = "asked"


REVIEW_WORDS: Mapping[ReviewOutcome, Words] = {
    ReviewOutcome.IN_ORDER: Words("没有问题", "In order"),
    ReviewOutcome.ASKED: Words("要问一问", "To be asked about"),
}


class Oddness(StrEnum):
    """What speaks for looking at a look more closely."""

    QUESTIONED = "questioned"
    NO_WORK = "no_work"
    NOTHING_CORRECTED = "nothing_corrected"
    SAME_PERSON = "same_person"
    AFTER_HOURS = "after_hours"
    DRAWN = "drawn"


ODDNESS_WORDS: Mapping[Oddness, Words] = {
    Oddness.QUESTIONED: Words("居民对这次查看有疑问", "The resident has a question about it"),
    Oddness.NO_WORK: Words("查看的人没有办过这件事", "Whoever looked did nothing about this matter"),
    Oddness.NOTHING_CORRECTED: Words("看了以后登记没有更正", "Nothing in the register was corrected"),
    Oddness.SAME_PERSON: Words("一个月里多次查看同一个人", "Looked at the same person again and again"),
    Oddness.AFTER_HOURS: Words("不在办公时间", "Outside office hours"),
    Oddness.DRAWN: Words("随机抽到", "Drawn at random"),
}


class ExportStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    MADE = "made"
    #: Whoever asked left before it was made: nobody decided against it.
    GIVEN_UP = "given_up"


EXPORT_WORDS: Mapping[ExportStatus, Words] = {
    ExportStatus.ASKED: Words("等书记批准", "Waiting for the secretary"),
    ExportStatus.APPROVED: Words("已批准，正在生成", "Approved; the file is being made"),
    ExportStatus.REFUSED: Words("没有批准", "Refused"),
    ExportStatus.MADE: Words("已生成", "Made"),
    ExportStatus.GIVEN_UP: Words("申请人离任，没有生成", "Not made: whoever asked has left the committee"),
}


class DeferralReason(StrEnum):
    DOMESTIC_VIOLENCE = "domestic_violence"
    CHILD_PROTECTION = "child_protection"
    INVESTIGATION = "investigation"


DEFERRAL_WORDS: Mapping[DeferralReason, Words] = {
    DeferralReason.DOMESTIC_VIOLENCE: Words(
        "家庭暴力，告知会有危险", "Domestic violence: telling would be dangerous"
    ),
    DeferralReason.CHILD_PROTECTION: Words("保护未成年人", "Protection of a child"),
    DeferralReason.INVESTIGATION: Words("正在依法调查", "A lawful investigation is under way"),
}
