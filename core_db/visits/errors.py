"""Refusals about visits."""

from core_db.foundation.errors import DomainError


class PlanHasEnded(DomainError):
    code, status = "visit-plan-ended", 409
    zh, en = "这个走访计划已经结束了。", "This visit plan has ended."


class CanvassHasEnded(DomainError):
    code, status = "canvass-ended", 409
    zh, en = "这次排摸已经结束了。", "This canvass has ended."


class VisitIsCancelled(DomainError):
    code, status = "visit-cancelled", 409
    zh, en = "这次走访已经作废了。", "This visit was cancelled."


class VisitHasConsequences(DomainError):
    code, status = "visit-has-consequences", 409
    zh = "这次走访已经有了后续（案件、需求或标签建议），不能作废；可以更正。"
    en = "A case, a need or a tag proposal came of this visit: it can be corrected, not cancelled."


class DecidedAlready(DomainError):
    code, status = "visit-decided-already", 409
    zh, en = "这件事已经决定过了。", "This has been decided already."


class NobodyToPropose(DomainError):
    code, status = "visit-of-a-home", 409
    zh = "这次走访只登记了住户，没有登记是谁，不能建议标签。"
    en = "This visit names a home and no person, so nobody can be proposed a tag."


class OwnProposal(DomainError):
    code, status = "own-tag-proposal", 403
    zh, en = "自己提的建议，要由别人决定。", "Somebody else has to decide what one proposed oneself."


class NoSuchTag(DomainError):
    code, status = "no-such-tag", 409
    zh = "标签字典里没有这个标签。请书记先在字典里加上，或者选一个意思相同的。"
    en = "The dictionary has no such tag. Have the secretary define it first, or choose one that means the same."
