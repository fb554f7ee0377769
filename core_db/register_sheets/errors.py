"""Refusals about tables that were handed in."""

from core_db.foundation.errors import DomainError, TooMany


class ManyNumbersForOne(DomainError):
    """A preview of it would tell which of many made-up numbers is the true one."""

    code, status = "many-numbers-for-one", 422
    field = "file"
    zh = (
        "这份表格里，或您这一个月交的几份里，同一个人有好几个只差中间几位的号码（看到第 {row} 行），不能读。"
        "请每人只留一个核对过的号码再交。"
    )
    en = (
        "In this table, or in those you handed in within a month, one person comes with several numbers that differ "
        "only in the middle (as far as row {row}), so it is not read. Keep one number for each that you have checked."
    )


class NumbersOfOthers(TooMany):
    """Each row tells whose a number is."""

    code = "numbers-of-others"
    zh = "您今天交的表格里，太多号码在名册里是别人的，不能再读。请核对姓名和号码，过 {seconds} 秒再交。"
    en = (
        "In the tables you handed in today too many numbers are somebody else's in the register. "
        "Please compare names and numbers, and hand it in again in {seconds} seconds."
    )


class SheetsTooOften(TooMany):
    code = "sheets-too-often"
    zh = "您一天里交的表格太多了，请 {seconds} 秒后再交。"
    en = "Too many tables were handed in within a day; try again in {seconds} seconds."


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
