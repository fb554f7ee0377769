"""What plugins say in their log (`ctx.log`): a line of the service's log each, and the last ones kept to be read.

A plugin says what it likes and as often as it likes, so a line is cut, what moves a terminal is written out, long
numbers are left out (a telephone, an identity number), and of a flood so many lines an hour remain and are counted.
"""

import logging
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from core_db.foundation.lean import dataclass
from core_db.foundation.loggers import get_logger
from plugins.host import echo
from plugins.host.marks import folder_of

#: Signs of a line, lines said at once, and seconds until one more may be said: at most some 15 MB of log a day.
LONGEST, AT_ONCE, EVERY = 500, 100, 6.0
#: Bytes after which a file of last lines is put aside; the one before it goes then.
FULL_AT = 256 * 1024
_NUMBER = re.compile(r"\d{7,}[0-9Xx]?|1\d{2}[ -]\d{4}[ -]\d{4}")
_said = logging.getLogger("shequyun.plugins.said")
_log = get_logger("shequyun.said")


@dataclass(slots=True)
class _Measure:
    """How much a plugin may still say, and how often it was not heard since it last was."""

    left: float = AT_ONCE
    at: float = 0.0
    unheard: int = 0


class Said(logging.Handler):
    """Hears every plugin of this process, wherever it runs."""

    def __init__(self, data_dir: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self._data_dir, self._monotonic = data_dir, monotonic
        self._measures: dict[str, _Measure] = {}

    def emit(self, record: logging.LogRecord) -> None:
        plugin_id = str(getattr(record, "plugin", ""))
        unheard = self._unheard(plugin_id, int(getattr(record, "left_out", 0)))
        if unheard is None:
            return
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname.lower(), "plugin": plugin_id,
            "community": str(getattr(record, "community", ""))[:60], "said": as_line(record),
        }  # fmt: skip
        line |= {"unheard": unheard} if unheard else {}
        _log.log(max(record.levelno, logging.INFO), "plugin_said", **_as_logged(line))
        with suppress(OSError):
            # A disk that is full takes no more of it; the service's log has it.
            _keep(self._data_dir, plugin_id, line)

    def _unheard(self, plugin_id: str, left_out: int) -> int | None:
        """How many lines were left out before this one, by its worker or here; None: so is this one."""
        now = self._monotonic()
        measure = self._measures.setdefault(plugin_id, _Measure(at=now))
        measure.left = min(AT_ONCE, measure.left + (now - measure.at) / EVERY)
        measure.at = now
        measure.unheard += left_out
        if measure.left < 1:
            measure.unheard += 1
            return None
        measure.left -= 1
        unheard, measure.unheard = measure.unheard, 0
        return unheard


def hear(data_dir: Path) -> Said:
    """Hear plugins from here on. Nobody else does, but for the terminal of whoever writes one."""
    heard = Said(data_dir)
    _said.addHandler(heard)
    _said.setLevel(logging.INFO)
    _said.propagate = echo.is_wanted()
    return heard


def hear_no_more(heard: Said) -> None:
    _said.removeHandler(heard)
    _said.propagate = True


def as_line(record: logging.LogRecord) -> str:
    """What was said and what was said with it, in one line that is safe to show."""
    more = getattr(record, "more", None)
    with_it = "".join(f" {key}={value}" for key, value in more.items()) if isinstance(more, Mapping) else ""
    text = _NUMBER.sub("•••", f"{record.getMessage()}{with_it}"[: LONGEST * 2])[:LONGEST]
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def last_said(data_dir: Path, plugin_id: str, last: int) -> list[dict[str, Any]]:
    """The last lines of a plugin, the oldest first."""
    found: deque[dict[str, Any]] = deque(maxlen=last)
    for path in reversed(_files(data_dir, plugin_id)):
        found.extend(_lines(path))
    return list(found)


def forget_said(data_dir: Path, plugin_id: str) -> None:
    """Somebody is forgotten: what the plugin said should not name him, and then certainly does not."""
    for path in _files(data_dir, plugin_id):
        path.unlink(missing_ok=True)


def _as_logged(line: Mapping[str, Any]) -> dict[str, Any]:
    """Moment and level are the log's own."""
    return {key: value for key, value in line.items() if key not in ("at", "level")}


def _files(data_dir: Path, plugin_id: str) -> tuple[Path, Path]:
    """The file of last lines, and the one that was full before it."""
    folder = folder_of(data_dir) / plugin_id
    return folder / "said.jsonl", folder / "said.before.jsonl"


def _keep(data_dir: Path, plugin_id: str, line: Mapping[str, Any]) -> None:
    """One write for a line: two processes that append never mix theirs. A link put in its place is not followed."""
    now, before = _files(data_dir, plugin_id)
    now.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(now, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.write(file, orjson.dumps(line) + b"\n")
        is_full = os.fstat(file).st_size > FULL_AT
    finally:
        os.close(file)
    if is_full:
        now.replace(before)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with suppress(FileNotFoundError):
        for line in path.read_bytes().splitlines():
            # The last one may be half there when the power went.
            with suppress(orjson.JSONDecodeError):
                yield orjson.loads(line)
