"""Refusals about looking in an emergency."""

from core_db.foundation.errors import DomainError


class EmergencyUnreviewed(DomainError):
    code, status = "emergency-unreviewed", 409
    zh = "上一次紧急查看过了三天还没有审核，审核以后才能再用。请联系书记。"
    en = "An emergency look of yours has waited for review for over three days; ask the secretary to review it."


class EmergencyOver(DomainError):
    code, status = "emergency-over", 409
    zh, en = "半小时到了，已经看不到了。", "The half hour is over; nothing can be seen any more."


class OwnEmergency(DomainError):
    code, status = "own-emergency", 403
    zh = "自己的紧急查看要由别人审核，代办的人也不能审。"
    en = "Somebody else has to review it: neither whoever looked nor who acts for him."


class OwnEmergencyTold(DomainError):
    code, status = "own-emergency-told", 403
    zh = "自己的紧急查看要不要暂缓告知，由别人来定，代办的人也不能定。"
    en = "Whether telling waits is for somebody else to say: neither whoever looked nor who acts for him."


class EmergencyReviewedAlready(DomainError):
    code, status = "emergency-reviewed", 409
    zh, en = "这次紧急查看已经审核过了。", "This has been reviewed already."
