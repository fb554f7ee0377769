"""Why a case is refused or sent back."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.cases.words.base import Words


class RefusalReason(StrEnum):
    EMERGENCY = "emergency"
    LEGAL_PROCEDURE = "legal_procedure"
    CONFIDENTIAL = "confidential"
    AGAINST_LAW = "against_law"
    HEARD_UNREASONABLE = "heard_unreasonable"
    NOT_OUR_AREA = "not_our_area"
    TOO_LITTLE_KNOWN = "too_little_known"
    DUPLICATE = "duplicate"
    OTHER = "other"


REFUSAL_WORDS: Mapping[RefusalReason, Words] = {
    RefusalReason.EMERGENCY: Words(
        "紧急情况，请直接拨打110、119、120", "An emergency: please call 110, 119 or 120"
    ),
    RefusalReason.LEGAL_PROCEDURE: Words(
        "已进入诉讼、仲裁、复议、信访或纪检程序",
        "It is before a court, an arbitrator or another authority",
    ),
    RefusalReason.CONFIDENTIAL: Words(
        "涉及国家秘密、商业秘密或他人隐私",
        "It concerns secrets or other people's private matters",
    ),
    RefusalReason.AGAINST_LAW: Words("违反法律法规或公序良俗", "It is against the law or public order"),
    RefusalReason.HEARD_UNREASONABLE: Words(
        "经听证会讨论，认为诉求不合理", "A hearing found the request unreasonable"
    ),
    RefusalReason.NOT_OUR_AREA: Words("不在本居村范围内", "It lies outside this neighbourhood"),
    RefusalReason.TOO_LITTLE_KNOWN: Words(
        "内容不清楚，又联系不上", "Too little is known and nobody could be reached"
    ),
    RefusalReason.DUPLICATE: Words("与已有的案件重复", "There is a case about this already"),
    RefusalReason.OTHER: Words("其他", "Other"),
}


class ReturnReason(StrEnum):
    NOT_OUR_AREA = "not_our_area"
    NOT_OUR_DUTY = "not_our_duty"
    TOO_LITTLE_KNOWN = "too_little_known"
    DUPLICATE = "duplicate"
    LEGAL_PROCEDURE = "legal_procedure"
    OTHER = "other"


RETURN_WORDS: Mapping[ReturnReason, Words] = {
    ReturnReason.NOT_OUR_AREA: Words("非本辖区", "Not in our area"),
    ReturnReason.NOT_OUR_DUTY: Words("非本职责", "Not our duty"),
    ReturnReason.TOO_LITTLE_KNOWN: Words("信息不足", "Too little is known"),
    ReturnReason.DUPLICATE: Words("重复", "Duplicate"),
    ReturnReason.LEGAL_PROCEDURE: Words("已进入法定程序", "In a legal procedure"),
    ReturnReason.OTHER: Words("其他", "Other"),
}
