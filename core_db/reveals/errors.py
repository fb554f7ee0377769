"""Refusals of looking: no live reason for it, too often, or not one's own to judge."""

from datetime import datetime, timedelta

from core_db.foundation.clock import LOCAL
from core_db.foundation.errors import DomainError, TooMany


class ContactUnknown(DomainError):
    code, status = "contact-unknown", 409
    zh, en = "没有留下电话。", "No telephone number is known."


class TooLateToCall(DomainError):
    code, status = "too-late-to-call", 409
    zh = "这件事办结已超过 {days} 天，不能再查看电话。"
    en = "This ended more than {days} days ago; the telephone number can no longer be shown."


class TooLateToUncover(DomainError):
    code, status = "too-late-to-uncover", 409
    zh = "这件事办结已超过 {days} 天，不能再查看。"
    en = "This ended more than {days} days ago; it can no longer be shown."


class NoLiveReference(DomainError):
    """The case named is over, of somebody else, or not of the kind that the purpose needs."""

    code, status = "no-live-reference", 409
    zh = "要有一件正在办的事才能查看：{needed}"
    en = "There must be something under way to look for: {needed}"


class NotRegistered(DomainError):
    code, status = "not-registered", 409
    zh, en = "名册里没有登记这一项。", "The register has nothing of this kind about him."


class LookedTooOften(TooMany):
    """Nobody goes through the whole register."""

    code = "looked-too-often"
    zh = "您一天里已经查看了 200 次完整信息，到了上限，{on} 以后再看。有急事请书记来查。"
    en = (
        "You have looked at data in full 200 times in a day, which is the limit; again after {on}. "
        "If it cannot wait, ask the secretary."
    )

    def __init__(self, *, seconds: int, now: datetime) -> None:
        self.retry_after = seconds
        # The hour of the clock: in hours to come, a part of one more would be said as a day of twenty-five.
        on = (now + timedelta(seconds=seconds)).astimezone(LOCAL)
        DomainError.__init__(self, on=f"{on:%Y-%m-%d %H:%M}")


class SearchedTooOften(TooMany):
    code = "searched-too-often"
    zh = "按完整号码查得太多了，请 {seconds} 秒后再试，或者按姓名、门牌查。"
    en = "Too many whole numbers were looked up; try again in {seconds} seconds, or look by name or door."


class OwnExport(DomainError):
    code, status = "own-export", 403
    zh = "导出要由另一个人批准，不能批准自己的申请。"
    en = "Another person approves an export; nobody approves his own."


class ExportDecided(DomainError):
    code, status = "export-decided", 409
    zh, en = "这份导出申请已经有人处理过了。", "Somebody has decided this export already."


class AskedAboutIt(DomainError):
    code, status = "asked-about-it", 409
    zh, en = "这条记录您已经问过了。", "You have asked about this entry already."


class OwnLook(DomainError):
    code, status = "own-look", 403
    zh = "这是您自己的查看，要由另一位书记或街镇来核对。"
    en = "You looked here yourself; another secretary or the town has to judge it."


class DeferredByWhoLooked(DomainError):
    code, status = "deferred-by-who-looked", 403
    zh = "您自己看过，告知不能由您来暂缓，请街镇或另一位书记来定。"
    en = "You looked here yourself; that telling waits is for the town or another secretary to say."


class RenewedByTheSame(DomainError):
    code, status = "renewed-by-the-same", 403
    zh = "暂缓告知要由另一个人来续：上一次是您定的。"
    en = "A deferral is renewed by another person: the last one was yours."
