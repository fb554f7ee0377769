"""Refusals about tables that were handed in."""

from core_db.foundation.errors import DomainError


class SheetNotReady(DomainError):
    code, status = "sheet-not-ready", 409
    zh, en = (
        "这份表格现在不能这样处理：它{state_zh}。",
        "This cannot be done with the table now: it is {state_en}.",
    )


class SheetUndoOver(DomainError):
    code, status = "sheet-undo-over", 409
    zh, en = (
        "已经过了 {days} 天，不能整份撤销。请逐项更正。",
        "More than {days} days have passed; the table cannot be taken back as a whole. Correct its entries one by one.",
    )


class NothingToApply(DomainError):
    code, status = "nothing-to-apply", 409
    zh, en = (
        "这份表格没有要写进名册的内容：每一行都没有变化，或者已退回。",
        "This table has nothing for the register: every row is unchanged or returned.",
    )


class SheetLetGo(DomainError):
    code, status = "sheet-let-go", 409
    zh, en = (
        "这份表格里有人已注销账号，原表不再保留。要再交，请重新导出一份。",
        "Somebody in this table has left the platform, so the file is kept no longer. Export it anew to hand it in.",
    )
