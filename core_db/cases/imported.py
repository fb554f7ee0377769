"""One row of an older system's list, read as a case: what was said, when, what was answered, when it ended.

A day without a time begins at its first minute where something starts, and reaches to its last where
something ends: what was done on the day it was due was done in time.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core_db.foundation.errors import DomainError
from core_db.foundation.lean import dataclass
from core_db.sheets import (
    Cell,
    CellUnreadable,
    RowRefused,
    SheetRow,
    is_day_only,
    line_from,
    moment_from,
    text_from,
)

#: What a column can be named as; the first two are demanded.
FIELDS = (
    "text", "created_at", "title", "reporter", "external_id", "reply", "replied_at", "closed_at", "due_at",
    "category", "place",
)  # fmt: skip
DEMANDED = ("text", "created_at")
#: Nobody wrote more than this to a committee; a longer cell is something else.
LONGEST = 20_000
#: Nobody is called longer than this; a name of it that was cut would be somebody else's.
LONGEST_NAME = 60
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class MappingUnclear(DomainError):
    code, status = "mapping-unclear", 422
    field = "map"
    zh, en = "列的对应关系不对：{zh}", "The mapping of columns does not fit: {en}"


class NotThisRow(Exception):
    """Why a row cannot be taken, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row that can become a case."""

    number: int
    external_id: str
    text: str
    created_at: datetime
    reporter: str = ""
    category: str = ""
    place: str = ""
    reply: str = ""
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def replied_before_its_end(self) -> bool:
        return (bool(self.reply) and self.closed_at is None) or self._replied(before=True)

    @property
    def replied_after_its_end(self) -> bool:
        return self._replied(before=False)

    def _replied(self, *, before: bool) -> bool:
        if not self.reply or self.replied_at is None or self.closed_at is None:
            return False
        return self.replied_at < self.closed_at if before else self.replied_at > self.closed_at


def check_mapping(mapping: Mapping[str, str], columns: Mapping[str, Cell]) -> None:
    """Refuse a mapping that names an unknown field, leaves out a demanded one, or a column that is not there."""
    unknown = [field for field in mapping if field not in FIELDS]
    if unknown:
        names = ", ".join(unknown)
        raise MappingUnclear(zh=f"没有 {names} 这一项。", en=f"there is no field {names}.")
    left_out = [field for field in DEMANDED if field not in mapping]
    if left_out:
        names = ", ".join(left_out)
        raise MappingUnclear(zh=f"还缺 {names}。", en=f"{names} is missing.")
    absent = [column for column in mapping.values() if column not in columns]
    if absent:
        names = "、".join(absent)
        raise MappingUnclear(zh=f"表里没有“{names}”这一列。", en=f"the table has no column “{names}”.")


def read_line(
    row: SheetRow, mapping: Mapping[str, str], *, zone: ZoneInfo, now: datetime
) -> Line | RowRefused:
    """The row as a case, or the reason why it is none."""
    cells = {field: row.cells.get(column) for field, column in mapping.items()}
    try:
        return _line(row.number, cells, zone=zone, now=now)
    except NotThisRow as refusal:
        return RowRefused(row.number, refusal.zh, refusal.en)
    except CellUnreadable as fault:
        return RowRefused(row.number, fault.sentence("zh"), fault.sentence("en"))


def _line(number: int, cells: Mapping[str, Cell], *, zone: ZoneInfo, now: datetime) -> Line:
    text = _text(cells)
    created_at = _created(cells, zone=zone, now=now)
    closed_at = _ending(cells, "closed_at", since=created_at, zone=zone, now=now)
    reply = _short_enough(text_from(cells.get("reply")))
    replied_at = _ending(cells, "replied_at", since=created_at, zone=zone, now=now)
    if "closed_at" not in cells and reply:
        # A list that knows no closing took its answer for the end.
        closed_at = replied_at or created_at
    external_id = line_from(cells.get("external_id"))
    return Line(
        number=number, external_id=external_id or _digest(text, created_at), text=text, created_at=created_at,
        reporter=_reporter(cells), category=line_from(cells.get("category")),
        place=line_from(cells.get("place")), reply=reply, replied_at=replied_at, closed_at=closed_at,
        due_at=_due(cells, since=created_at, zone=zone),
    )  # fmt: skip


def _text(cells: Mapping[str, Cell]) -> str:
    said, title = text_from(cells.get("text")), line_from(cells.get("title"))
    if title and title not in said:
        said = f"{title}\n{said}".strip()
    if not said:
        raise NotThisRow("没有内容。", "it says nothing.")
    return _short_enough(said)


def _reporter(cells: Mapping[str, Cell]) -> str:
    name = line_from(cells.get("reporter"))
    if len(name) > LONGEST_NAME:
        raise NotThisRow(
            f"提出人的姓名超过 {LONGEST_NAME} 个字。",
            f"the reporter's name is longer than {LONGEST_NAME} characters.",
        )
    return name


def _short_enough(text: str) -> str:
    if len(text) > LONGEST:
        raise NotThisRow(f"超过 {LONGEST} 个字。", f"it is longer than {LONGEST} characters.")
    return text


def _created(cells: Mapping[str, Cell], *, zone: ZoneInfo, now: datetime) -> datetime:
    created_at = moment_from(cells.get("created_at"), zone)
    if created_at is None:
        raise NotThisRow("没有提出的时间。", "it does not say when it was raised.")
    if created_at < EARLIEST:
        raise NotThisRow("提出的时间太早，看来不对。", "it was raised too long ago to be true.")
    if created_at > now:
        raise NotThisRow("提出的时间在今后。", "it is raised in the future.")
    return created_at


def _ending(
    cells: Mapping[str, Cell], field: str, *, since: datetime, zone: ZoneInfo, now: datetime
) -> datetime | None:
    at = _until(cells.get(field), zone)
    if at is None:
        return None
    if is_day_only(cells.get(field)):
        at = min(at, max(now, since))
    if at < since:
        raise NotThisRow("结束或答复早于提出。", "it ends or is answered before it is raised.")
    if at > now:
        raise NotThisRow("结束或答复在今后。", "it ends or is answered in the future.")
    return at


def _due(cells: Mapping[str, Cell], *, since: datetime, zone: ZoneInfo) -> datetime | None:
    due_at = _until(cells.get("due_at"), zone)
    if due_at is not None and due_at <= since:
        raise NotThisRow("期限不晚于提出的时间。", "it is due no later than it is raised.")
    return due_at


def _until(cell: Cell, zone: ZoneInfo) -> datetime | None:
    at = moment_from(cell, zone)
    if at is None or not is_day_only(cell):
        return at
    next_day = (at.astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    return next_day.astimezone(UTC) - timedelta(seconds=1)


def _digest(text: str, created_at: datetime) -> str:
    """What stands for a number where the old list had none: the same words at the same moment are the same."""
    told = f"{' '.join(text.split())}|{created_at.isoformat()}"
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()[:40]
