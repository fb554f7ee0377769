"""What a table that was handed in goes through, and what becomes of its rows, in both languages."""

from collections.abc import Mapping
from enum import StrEnum

Pair = tuple[str, str]


class SheetStatus(StrEnum):
    """Where a table that was handed in stands."""

    READING = "reading"
    UNREADABLE = "unreadable"
    SHOWN = "shown"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class Verdict(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


SHEET_STATUS_WORDS: Mapping[SheetStatus, Pair] = {
    SheetStatus.READING: ("正在读", "being read"),
    SheetStatus.UNREADABLE: ("读不了", "cannot be read"),
    SheetStatus.SHOWN: ("读好了，还没有写进名册", "read, not in the register yet"),
    SheetStatus.APPLYING: ("正在写进名册", "going into the register"),
    SheetStatus.APPLIED: ("已写进名册", "in the register"),
    SheetStatus.UNDOING: ("正在撤销", "being taken back"),
    SheetStatus.UNDONE: ("已撤销", "taken back"),
}
VERDICT_WORDS: Mapping[Verdict, Pair] = {
    Verdict.NEW: ("新登记", "new"),
    Verdict.CHANGED: ("有变化", "changed"),
    Verdict.UNCHANGED: ("没有变化", "unchanged"),
    Verdict.REFUSED: ("退回", "returned"),
}
#: What runs by itself: at every moment in which a table waits for the program and not for a person.
AT_WORK = (SheetStatus.READING, SheetStatus.APPLYING, SheetStatus.UNDOING)
