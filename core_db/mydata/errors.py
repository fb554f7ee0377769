"""Refusals about one's own data."""

from core_db.foundation.errors import DomainError


class ExportUnderWay(DomainError):
    code, status = "export-under-way", 409
    zh = "上一份还在做，一般几分钟就好。做好以后再来取。"
    en = "The copy you asked for is being made; that takes a few minutes. Please come back for it."


class ErasureUnderWay(DomainError):
    code, status = "erasure-under-way", 409
    zh = "您已经申请过注销。改变主意的话，可以在这里撤回。"
    en = "You have asked to leave already. If you change your mind, take it back here."


class NoErasure(DomainError):
    code, status = "no-erasure", 409
    zh = "没有可以撤回的注销申请；七天过后就不能撤回了。"
    en = "There is nothing to take back; after seven days it is too late."


class ShorterThanTheLaw(DomainError):
    code, status = "shorter-than-the-law", 422
    field = "days"
    zh = "至少要保存 {days} 天（{basis_zh}）。"
    en = "It has to be kept for {days} days at least ({basis_en})."


class NotInRegister(DomainError):
    code, status = "not-in-register", 409
    zh = "居委会的名册里还没有您。先绑定房屋，居委会核对以后才有。"
    en = (
        "The committee's register does not have you yet. Bind your home first; the committee enters you then."
    )


class CorrectionAskedAlready(DomainError):
    code, status = "correction-asked-already", 409
    zh, en = (
        "这一项您已经申请过，居委会正在核对。",
        "You have asked about this already; the committee is checking.",
    )


class DecidedAlready(DomainError):
    code, status = "decided-already", 409
    zh, en = "这个申请已经有人处理过了。", "Somebody has decided this request already."


class NothingToTakeBack(DomainError):
    code, status = "nothing-to-take-back", 409
    zh, en = "没有可以撤回的同意。", "There is nothing to take back."


class NeedsAGuardian(DomainError):
    code, status = "needs-a-guardian", 403
    zh = "不满 14 周岁，这件事要由监护人同意。"
    en = "Below fourteen a guardian has to agree to this."


class GuardianAskedAlready(DomainError):
    code, status = "guardian-asked-already", 409
    zh = "这个孩子您已经申请过了：不是居委会正在核对，就是已经确认。"
    en = "You have asked about this child already: the committee is checking, or has confirmed it."


class TooManyWait(DomainError):
    code, status = "too-many-wait", 409
    zh = "您有 {most} 个申请还在等居委会核对。等有了结果，或者收回一个，再来申请。"
    en = "{most} of your requests still wait for the committee. Please come back when one is decided, or end one."


class SpeaksForItself(DomainError):
    code, status = "speaks-for-itself", 403
    zh = "孩子满 14 周岁了，这些由孩子自己填，只有孩子自己看得到。"
    en = "From fourteen on the child fills this in itself, and nobody else sees it."


class NotAMinor(DomainError):
    code, status = "not-a-minor", 409
    zh = "这个日期出生的人已满 18 周岁（或者日期不对），不需要监护人代办。"
    en = "Whoever was born on that day is of age, or the date is wrong; nobody acts for him."


class ChildUnknown(DomainError):
    code, status = "child-unknown", 409
    zh = "名册里找不到唯一一个姓名和出生日期都相符的孩子。请先把孩子登记进名册，或者不通过并写明原因。"
    en = "The register has not one child of this name and birth date. Enter the child first, or refuse and say why."
