"""Running numbers that people can say, handed out in blocks so that nobody waits for a counter."""

from dataclasses import field

from sqlalchemy import text
from sqlmodel import Field, Session

from core_db.foundation.fields import F0, held
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import Table, text_column

_TAKE = text(
    "INSERT INTO running_numbers (series, next) VALUES (:series, 1 + :size) "
    "ON CONFLICT (series) DO UPDATE SET next = running_numbers.next + :size RETURNING next"
)


class RunningNumber(Table, table=True):
    """The next free number of a series, e.g. `case:BS-20261123`."""

    __tablename__ = "running_numbers"

    series: str = Field(sa_column=text_column(F0, primary_key=True))
    next: int = Field(sa_column_kwargs=held(F0))


@dataclass
class NumberBlocks:
    """The blocks one writer holds. Forgotten whenever a transaction fails: the row it took them from went back.

    `size` is how many it takes at once: as many as operations run together. One who runs alone takes one, so
    that numbers have no gaps on a quiet day; of a block in a storm some may stay unused.
    """

    size: int = 1
    held: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, session: Session, series: str) -> int:
        upcoming, end = self.held.get(series, (0, 0))
        if upcoming >= end:
            end = session.execute(_TAKE, {"series": series, "size": self.size}).scalar_one()
            upcoming = end - self.size
        self.held[series] = (upcoming + 1, end)
        return upcoming

    def forget(self) -> None:
        self.held.clear()


def next_number(session: Session, series: str) -> int:
    """The next number of a series, from 1."""
    blocks: NumberBlocks = session.info["blocks"]
    return blocks.take(session, series)
