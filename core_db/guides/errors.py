"""What may be refused about guides and the list of stamps."""

from core_db.foundation.errors import DomainError


class GuideEnded(DomainError):
    code, status = "guide-ended", 409
    zh, en = (
        "这条指南已经过了有效期，不能再用它答复。",
        "This guide is no longer in force; it cannot be an answer.",
    )


class StampEnded(DomainError):
    code, status = "stamp-ended", 409
    zh, en = "这一项已经不在清单上了。", "This item is no longer on the list."
