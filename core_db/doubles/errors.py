"""Refusals about entries of one person."""

from core_db.foundation.errors import DomainError


class NotTwoEntries(DomainError):
    code, status = "not-two-entries", 409
    zh, en = (
        "这两条登记现在不能合并：要同一个居民区里两条不同的、没有合并过的登记。",
        "These two cannot be merged now: they have to be two entries of one neighbourhood, neither merged already.",
    )


class MergedOnward(DomainError):
    code, status = "merged-onward", 409
    zh, en = (
        "留下的那条登记后来又并入了另一条：请先撤销后一次合并。",
        "The entry that was kept has been put behind another since: please take back the later merge first.",
    )


class MergeUndone(DomainError):
    code, status = "merge-undone", 409
    zh, en = "这次合并已经撤销了。", "This merge has been taken back already."
