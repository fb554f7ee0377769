"""What goes into the log: one line of JSON an event, of words we know, with nothing in it that moves a terminal.

Whatever is not on the list of keys is left out, because nobody looked at what it may hold; control characters
are written out; an address is logged without its question, which may be somebody's telephone.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import orjson

from core_db.foundation.loggers import structlog

#: What a line may say besides the event. None of these is ever somebody's name, number or words.
KEYS: Final = frozenset({
    "event", "level", "logger", "at", "fault", "exception", "position", "listener", "kind", "attempts", "reference",
    "method", "path", "status", "table", "column", "count", "topic", "host", "account",
    # Of a plugin: which, where, and its author's own words, which the host has cut and cleared (`plugins.host.said`).
    "plugin", "community", "said", "unheard",
})  # fmt: skip
LONGEST: Final = 20_000
#: Where PostgreSQL repeats the row or the key at which it stumbled, up to what is not PostgreSQL's any more.
REPEATED: Final = re.compile(
    r"^(DETAIL|CONTEXT):.*?(?=\n\[SQL:|\n\nThe above exception|\n\nDuring handling|\Z)",
    re.MULTILINE | re.DOTALL,
)
Line = MutableMapping[str, Any]


def known_keys_only(_logger: object, _name: str, line: Line) -> Line:
    """Drop what nobody put on the list; what structlog keeps for itself goes on."""
    for key in [key for key in line if key not in KEYS and not key.startswith("_")]:
        del line[key]
    return line


def without_rows(_logger: object, _name: str, line: Line) -> Line:
    """Cut from a fault of the database the values it names: they are somebody's."""
    for key in ("event", "exception"):
        if isinstance(line.get(key), str):
            line[key] = REPEATED.sub(r"\1: …", line[key])
    return line


def in_one_line(_logger: object, _name: str, line: Line) -> str:
    """JSON, in which every control character is written out; what is no plain value appears as its own text."""
    return orjson.dumps({key: _plain(value) for key, value in line.items()}).decode()


def _plain(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    # JSON writes out what is below the space. What else cannot be seen (DEL, C1, U+2028, the signs that turn the
    # direction of writing) is no matter to JSON, and every matter to a terminal.
    text = str(value)[:LONGEST]
    if not text.isprintable():
        text = "".join(sign if sign < "\x7f" or sign.isprintable() else _spelled(sign) for sign in text)
    return text


def _spelled(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


class WithoutQuestions(logging.Filter):
    """The log of requests without what stands behind the `?`."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "uvicorn.access" and isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, *rest = record.args
            record.args = (client, method, str(path).split("?", 1)[0], *rest)
        return True


PREPARED: Final = (
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.format_exc_info,
)


def formatter() -> logging.Formatter:
    """The one form of a line, whoever logs it: we, the web server, or a library."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=PREPARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            known_keys_only,
            without_rows,
            in_one_line,
        ],
    )


def configuration(level: str) -> Mapping[str, Any]:
    """For `logging.config`, and so for uvicorn and each of its workers."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"questions": {"()": WithoutQuestions}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {
            "log": {
                "class": "logging.StreamHandler", "formatter": "line", "filters": ["questions"],
                "stream": sys.stderr,
            }
        },
        "root": {"handlers": ["log"], "level": "WARNING"},
        "loggers": {
            "uvicorn": {"handlers": ["log"], "level": level.upper(), "propagate": False},
            "uvicorn.access": {"handlers": ["log"], "level": level.upper(), "propagate": False},
            # What plugins say is rare, and wanted: the host measures it.
            "shequyun.said": {"handlers": ["log"], "level": "INFO", "propagate": False},
        },
    }  # fmt: skip


def speak_as_one() -> None:
    """Let what we log ourselves take the same way as everybody's."""
    structlog.configure(
        processors=[*PREPARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(), wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )  # fmt: skip
