"""Refusals of reading: what cannot be recorded is not shown."""

from core_db.foundation.errors import DomainError


class RecordAway(DomainError):
    code, status = "record-away", 503
    zh = "现在记不下“谁看了什么”，所以完整信息先不显示；打码的页面照常能用。请稍后再试。"
    en = (
        "Who looked at what cannot be recorded just now, so nothing is shown in full; masked pages go on. "
        "Please try again shortly."
    )
    retry_after = 10
