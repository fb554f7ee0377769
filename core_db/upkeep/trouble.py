"""Why a copy could not be made or put back, in a sentence."""

from core_db.foundation.errors import DomainError


class CopyTrouble(DomainError):
    code, status = "copy-trouble", 409
    zh, en = "备份或恢复没有做成：{zh}", "The copy could not be made or restored: {en}"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh=zh, en=en)
