"""The record alone, in a file of its own: for whoever checks it without the product, on whichever database it is kept.

It names nobody; the database it comes from does, and is not handed to a stranger for the sake of the record.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as pysqlite
from sqlalchemy import Connection, select

from core_db.audit.model import CHECKPOINTS, EVENTS
from core_db.audit.trail import FIELDS, moment_text

#: Events that are read at once.
PAGE = 10_000
_TEXTS = ", ".join(f"{name} TEXT" for name in FIELDS)
_TABLES = f"""
CREATE TABLE audit_events (seq INTEGER PRIMARY KEY, {_TEXTS}, prev BLOB, leaf BLOB);
CREATE TABLE audit_checkpoints (size INTEGER PRIMARY KEY, at TEXT, note TEXT);
"""
_EVENT = f"INSERT INTO audit_events VALUES ({', '.join('?' * (len(FIELDS) + 3))})"


def copy_record(connection: Connection, file: Path) -> int:
    """Write events and checkpoints into a new file; gives how many events there are. Half a copy is never left."""
    # Its name is taken first, so that of two copies to one place the second is refused; the file is the caller's alone.
    file.touch(mode=0o600, exist_ok=False)
    try:
        with TemporaryDirectory(dir=file.parent, prefix=f"{file.name}.") as beside:
            part = Path(beside) / file.name
            part.touch(mode=0o600)
            copied = _write(connection, part)
            part.replace(file)
    except BaseException:
        file.unlink()
        raise
    return copied


def _write(connection: Connection, file: Path) -> int:
    copied = 0
    with closing(pysqlite.connect(str(file))) as copy:
        copy.executescript(_TABLES)
        for events in _pages(connection):
            copy.executemany(_EVENT, events)
            copied += len(events)
        # What was signed of more than that came while it was copied: beside fewer events it would accuse somebody.
        signed = connection.execute(
            select(CHECKPOINTS).where(CHECKPOINTS.c.size <= copied).order_by(CHECKPOINTS.c.size)
        )
        notes = [(row.size, moment_text(row.at), row.note) for row in signed]
        copy.executemany("INSERT INTO audit_checkpoints VALUES (?, ?, ?)", notes)
        copy.commit()
    return copied


def _pages(connection: Connection) -> Iterator[list[tuple[Any, ...]]]:
    """All events in their order, some at a time, as the format writes them."""
    asked = select(EVENTS.c.seq, *(EVENTS.c[name] for name in FIELDS), EVENTS.c.prev, EVENTS.c.leaf)
    last = None
    while True:
        further = asked if last is None else asked.where(EVENTS.c.seq > last)
        rows = connection.execute(further.order_by(EVENTS.c.seq).limit(PAGE)).all()
        if not rows:
            return
        yield [
            tuple(moment_text(value) if name == "at" else value for name, value in row._mapping.items())
            for row in rows
        ]
        last = rows[-1].seq
