"""Work for many people, one after another: what goes wrong with one is told, and keeps nobody else waiting."""

from collections.abc import Callable, Iterable
from typing import Any

from core_db.foundation.loggers import get_logger

log = get_logger(__name__)


class OneByOne:
    """Goes through rows; `done` are those with which it went well. At the end the first fault is raised, as ever."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._first: Exception | None = None
        self.done: list[Any] = []

    def go(self, rows: Iterable[Any], work: Callable[[Any], object]) -> None:
        """Do the work for each row; a fault stays that row's own."""
        for row in rows:
            try:
                work(row)
            except Exception as fault:
                # Its id alone: whose it is, the operator looks up where he may.
                log.exception("left out one", what=self._what, id=row.id)
                self._first = self._first or fault
            else:
                self.done.append(row)

    def tell(self) -> None:
        """Say that something went wrong, after everybody had his turn: the job counts as failed and comes again."""
        if self._first is not None:
            raise self._first
