"""Somebody who carries facts outside, as a process of its own, on a clock that goes three hundred times as fast.

What he reaches is a receiver that is a folder: while a file `off` lies in it nobody is at home; else what arrives is
written down, line by line, and of some the answer is dropped, once, after it was.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core_db.foundation.outbox import Fact
from core_db.relay import FactStream, Messenger, Relay, running
from tests.databases import open_door, settings_for

NAME, AS_FAST = "outside", 300
BEGAN = datetime(2026, 11, 28, tzinfo=UTC)


class Away(Exception):
    """Nobody is at home, or he does not answer."""


class Hurried:
    """An hour in twelve seconds, the same for every process of this drill."""

    def now(self) -> datetime:
        passed = (datetime.now(UTC) - BEGAN).total_seconds()
        return BEGAN + timedelta(seconds=passed * AS_FAST)


def drops(fact: Fact) -> bool:
    """Three of a hundred, by chance but always the same."""
    return int(fact.id[-4:], 16) % 100 < 3


class Receiver:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def off(self) -> Path:
        return self.folder / "off"

    def carry(self, fact: Fact) -> None:
        if self.off.exists():
            raise Away("nobody at home")
        self._write_down(fact)
        if drops(fact) and self._is_first(fact):
            raise Away("no answer")

    def _write_down(self, fact: Fact) -> None:
        line = f"{fact.id} {fact.subject} {fact.position}\n".encode()
        book = os.open(self.folder / "arrived", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(book, line)
        os.close(book)

    def _is_first(self, fact: Fact) -> bool:
        try:
            (self.folder / fact.id).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def arrived(self) -> list[tuple[str, str, int]]:
        book = self.folder / "arrived"
        lines = book.read_text(encoding="utf-8").splitlines() if book.exists() else []
        return [(one, subject, int(position)) for one, subject, position in map(str.split, lines)]


def send(url: str, folder: Path, receiver: Path) -> None:
    """Goes on until it is killed."""
    running.DELIVERIES_EVERY = 0.2
    door, clock = open_door(settings_for(url, folder)), Hurried()
    stream = FactStream(door)
    stream.start()
    messenger = Messenger(name=NAME, types=("case.*",), carry=Receiver(receiver).carry)
    Relay(door, stream, clock=clock, recipients=[messenger]).start()
    while True:
        time.sleep(60)
