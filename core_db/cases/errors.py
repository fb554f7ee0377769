"""Refusals about cases."""

from collections.abc import Iterable
from typing import ClassVar

from core_db.cases.words import RESIDENT_STATUS_WORDS, STATUS_WORDS, CaseStatus, Verb
from core_db.foundation.errors import DomainError


class NotNow(DomainError):
    """The verb does not fit the state; says what is possible now."""

    code, status = "not-now", 409
    zh = "案件现在是“{status_zh}”，不能这样操作。"
    en = "The case is “{status_en}” now; this cannot be done to it."

    def __init__(self, status: CaseStatus, allowed: Iterable[Verb], *, to_resident: bool) -> None:
        words = (RESIDENT_STATUS_WORDS if to_resident else STATUS_WORDS)[status]
        super().__init__(
            extra={"case_status": str(status), "allowed": [str(verb) for verb in allowed]},
            status_zh=words.zh, status_en=words.en,
        )  # fmt: skip


class HisOwnWord(DomainError):
    """Who raised it for somebody with an account does not judge it in his place, nor change what he said of it."""

    code, status = "his-own-word", 409
    zh = "这件事是替别人反映的：解决了没有，由他自己说；他说过的，别人不改。"
    en = "It was raised for somebody else: he says himself whether it is fixed, and nobody changes what he said."


class HomeNotBound(DomainError):
    code, status = "home-not-bound", 403
    zh = "先绑定您住的房屋，才能提交诉求。"
    en = "Please bind the home you live in first; then you can raise a case."


class AlreadySupported(DomainError):
    code, status = "already-supported", 409
    zh = "您已经说过也遇到了，办得怎样在“我也遇到的”里看。"
    en = "You have said “me too” already; how it goes stands under “Me too”."


class UrgedToday(DomainError):
    code, status = "urged-today", 409
    zh, en = "今天已经催办过了，明天可以再催。", "You have urged this today; tomorrow you can again."


class TooLateToEvaluate(DomainError):
    code, status = "evaluation-over", 409
    zh = "结案已超过 {days} 天，不能再评价或重办；可以提交一件新的诉求。"
    en = "It was closed more than {days} days ago; please raise a new case instead."


class NoMoreExtensions(DomainError):
    code, status = "no-more-extensions", 409
    zh, en = "最多延期两次。", "At most two extensions are possible."


class ExtensionNeedsDispatcher(DomainError):
    code, status = "extension-needs-dispatcher", 403
    zh = "第二次延期要由街镇或区批准，请先上报。"
    en = "A second extension is approved by the town or district; please escalate first."


class TooLateToExtend(DomainError):
    """A later day is asked for before the deadline; afterwards it would make what is late punctual."""

    code, status = "too-late-to-extend", 409
    zh = "已经超过期限，不能再延期；请写明为什么晚了，尽快办。"
    en = "The deadline has passed and cannot be extended any more; please say why it is late, and do it soon."


class NothingAsked(DomainError):
    code, status = "nothing-asked", 409
    zh, en = "现在没有等着批准的延期申请。", "Nobody is waiting for an answer about an extension."


class SuspendedBefore(DomainError):
    code, status = "suspended-before", 409
    zh = "这件事已经挂起过一次，不能再挂起。还办不了，就请上级协调，或者在办结反馈里写明为什么。"
    en = "It was suspended once already. If it still cannot be done, escalate it, or report why as the outcome."


class CannotMerge(DomainError):
    code, status = "cannot-merge", 409
    zh, en = (
        "只能并到同一居村、还没结束的另一件。",
        "It can only join another open case of the same neighbourhood.",
    )


class PhotoNotYours(DomainError):
    """A photo id that somebody else uploaded, or that another entry already shows."""

    code: ClassVar[str] = "photo-not-yours"
    status: ClassVar[int] = 422
    field = "photos"
    zh, en = "这张照片不是您上传的，或者已经用过。", "This photo is not yours, or is used already."


class OwnWork(DomainError):
    """Whether it is fixed asks somebody who neither handled nor verified it."""

    code, status = "own-work", 403
    zh = "您办过或核实过这件，请同事来回访。"
    en = "You handled or verified this one; please let a colleague ask whether it is fixed."


class OwnRequest(DomainError):
    """Nobody approves what he asked for himself, in his own right or in another's."""

    code, status = "own-request", 403
    zh, en = "自己申请的，要由别人批准。", "Somebody else has to approve what you asked for."
