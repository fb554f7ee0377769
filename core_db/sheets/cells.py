"""What stands in a cell, as the thing it means. An empty cell is None; one that makes no sense is said so."""

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core_db.foundation.drafts import clean_text

Cell = str | int | float | bool | datetime | date | time | timedelta | None

#: Where Excel's count of days begins, and the range in which a bare number can be meant as a day.
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell knows no zone
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 110_000
_MOMENT = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T ]*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?分?(?::?(?P<second>\d{1,2})(?:\.\d+)?秒?)?)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
#: As most tables write a day.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_BLANK = {"", "-", "--", "—", "/", "无", "NULL", "null", "None", "N/A"}
_WHITE = re.compile(r"\s+")


class CellUnreadable(ValueError):
    """The cell holds something else than what its column is for."""

    def __init__(self, cell: Cell, zh: str, en: str) -> None:
        self.cell, self.zh, self.en = cell, zh, en
        super().__init__(f"“{_short(cell)}” {en}")

    def sentence(self, lang: str) -> str:
        return f"“{_short(self.cell)}”{self.zh}" if lang == "zh" else f"“{_short(self.cell)}” {self.en}"


def text_from(cell: Cell) -> str:
    """What is written, with its lines; stray tabs and invisible signs are gone. Empty for an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.isalnum():
        # Most cells of a large table: nothing to take away.
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return clean_text(str(cell).replace("\t", " ").replace("\u00a0", " "))


def line_from(cell: Cell) -> str:
    """The same in one line with full-width signs made narrow: names, numbers, codes."""
    if cell is None:
        return ""
    if (
        isinstance(cell, str)
        and cell.isalnum()
        and (cell.isascii() or unicodedata.is_normalized("NFKC", cell))
    ):
        # Nearly every cell of a large table: nothing to take away, nothing to make narrow.
        return "" if cell in _BLANK else cell
    text = _WHITE.sub(" ", unicodedata.normalize("NFKC", text_from(cell))).strip()
    return "" if text in _BLANK else text


def code_from(cell: Cell) -> str:
    """A number that is no quantity (telephone, code, room): no spaces, no apostrophe in front."""
    return line_from(cell).replace(" ", "").removeprefix("'").removeprefix("‘").removeprefix("`")


def number_from(cell: Cell) -> float | None:
    """A quantity."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = line_from(cell).replace(",", "")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise CellUnreadable(cell, "不是数字", "is not a number") from None


def moment_from(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """A moment in UTC; a cell without a zone is taken as the clock on the wall there, a bare day as its start."""
    naive = _moment_in(cell)
    if naive is None:
        return None
    return (naive if naive.tzinfo else naive.replace(tzinfo=zone)).astimezone(UTC)


def date_from(cell: Cell) -> date | None:
    """A day."""
    naive = _moment_in(cell)
    return naive.date() if naive is not None else None


def is_day_only(cell: Cell) -> bool:
    """The cell names a day and no time of it."""
    naive = _moment_in(cell)
    if naive is None or naive.time() != time(0):
        return False
    return not isinstance(cell, str) or re.search(r"[:时点]", line_from(cell)) is None


def _moment_in(cell: Cell) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time(0))
    if isinstance(cell, int | float) and not isinstance(cell, bool) and _FIRST_SERIAL < cell < _LAST_SERIAL:
        return (_EPOCH + timedelta(days=float(cell))).replace(microsecond=0)
    if isinstance(cell, str) and _DAY.fullmatch(cell):
        with suppress(ValueError):
            return datetime.fromisoformat(cell)
    text = line_from(cell)
    return _moment_said(cell, text) if text else None


def _moment_said(cell: Cell, text: str) -> datetime:
    try:
        if packed := _PACKED.fullmatch(text):
            return datetime(*(int(part) for part in packed.groups(default="0")))  # type: ignore[arg-type] # noqa: DTZ001
        if found := _MOMENT.fullmatch(text):
            part = found.groupdict(default="0")
            naive = datetime(  # noqa: DTZ001 - the zone follows
                int(part["year"]), int(part["month"]), int(part["day"]), int(part["hour"]), int(part["minute"]),
                int(part["second"]),
            )  # fmt: skip
            return naive if not found["zone"] else naive.replace(tzinfo=datetime.fromisoformat(
                f"2000-01-01T00:00{found['zone']}").tzinfo)  # fmt: skip
    except ValueError:
        pass
    raise CellUnreadable(cell, "不是日期", "is not a date")


def _short(cell: Cell) -> str:
    text = text_from(cell)
    return text if len(text) <= 24 else text[:23] + "…"
