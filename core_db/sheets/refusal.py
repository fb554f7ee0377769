"""Why a table is not read at all, or one of its rows is not taken."""

from core_db.foundation.errors import DomainError
from core_db.foundation.lean import dataclass


class SheetRefused(DomainError):
    code, status = "sheet-refused", 422
    field = "file"
    zh, en = "读不了这个表格：{zh}", "This table cannot be read: {en}"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken, with its number and the reason in both languages."""

    number: int
    zh: str
    en: str

    def sentence(self, lang: str) -> str:
        return f"第 {self.number} 行：{self.zh}" if lang == "zh" else f"Row {self.number}: {self.en}"
