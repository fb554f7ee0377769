"""Somebody with effects in the database, as a process of its own: of each fact a mark, and a job that makes another.

A mark is a counter. Made twice it stands at two, and never made it is not there.
"""

import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from core_db.foundation.clock import Clock, SystemClock
from core_db.foundation.outbox import Fact
from core_db.relay import FactStream, JobKind, Listener, Relay, enqueue
from tests.databases import open_door, settings_for

NAME, JOB = "effects", "second-effect"
_MARK = text(
    "INSERT INTO running_numbers (series, next) VALUES (:mark, 1) "
    "ON CONFLICT (series) DO UPDATE SET next = running_numbers.next + 1"
)


def mark(session: Session, name: str) -> None:
    session.execute(_MARK, {"mark": name})


def take(session: Session, fact: Fact, clock: Clock) -> None:
    mark(session, f"first:{fact.id}")
    enqueue(session, JOB, {"fact": fact.id}, run_at=clock.now())


def consume(url: str, folder: Path) -> None:
    """Goes on until it is killed. What it had begun may be begun again after a second."""
    door, clock = open_door(settings_for(url, folder)), SystemClock()
    stream = FactStream(door)
    stream.start()
    listener = Listener(name=NAME, types=("case.*",), handle=take)
    second = JobKind(
        kind=JOB, claimed_for=timedelta(seconds=1), run=lambda s, payload, _clock: mark(s, f"second:{payload['fact']}")
    )  # fmt: skip
    Relay(door, stream, clock=clock, recipients=[listener], kinds=[second]).start()
    while True:
        time.sleep(60)
