"""A page of a database file that is not what it was."""

from collections.abc import Callable
from pathlib import Path

import pysqlite3


def broken(file: Path, table: str) -> Callable[[], None]:
    """Turn every bit of the first page of a table over; returns what mends it again."""
    connection = pysqlite3.connect(str(file))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()

    def turn_over() -> None:
        with file.open("r+b") as there:
            there.seek((page - 1) * size)
            found = there.read(size)
            there.seek((page - 1) * size)
            there.write(bytes(byte ^ 0xFF for byte in found))

    turn_over()
    # Turned over twice it is what it was.
    return turn_over
