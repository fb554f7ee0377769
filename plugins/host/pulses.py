"""How plugins do: calls, faults and times by the hour, gathered in memory and written down each minute."""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from prometheus_client import Counter, Histogram
from sqlalchemy import insert, select, update
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.installs.model import PULSES
from core_db.installs.words import TOOK_UP_TO

Key = tuple[str, str, str, str]
CALLS = Counter("x_calls", "Calls of plugins' hooks", ["plugin", "kind", "result"])
SECONDS = Histogram(
    "x_call_seconds", "How long plugins' hooks took", ["plugin", "kind"],
    buckets=[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0],
)  # fmt: skip


@dataclass(slots=True)
class Pulse:
    """What was counted since it was last written down."""

    calls: int = 0
    faults: int = 0
    late: int = 0
    took: list[int] = field(default_factory=lambda: [0] * (len(TOOK_UP_TO) + 1))


class Pulses:
    """Counts, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[Key, Pulse] = {}

    def note(
        self, plugin_id: str, community_id: str, kind: str, *, why: str, took: float, at: datetime
    ) -> None:
        """A call ended: `why` as an answer has it, `took` in seconds."""
        CALLS.labels(plugin_id, kind, why or "ok").inc()
        SECONDS.labels(plugin_id, kind).observe(took)
        key = (plugin_id, community_id, at.astimezone(UTC).strftime("%Y-%m-%dT%H"), kind)
        with self._lock:
            pulse = self._counted.setdefault(key, Pulse())
            pulse.calls += 1
            pulse.faults += why in ("fault", "forbidden")
            pulse.late += why == "late"
            pulse.took[_rung(took * 1000)] += 1

    def taken(self) -> Mapping[Key, Pulse]:
        """What was counted, which is nobody's any more but the caller's."""
        with self._lock:
            counted, self._counted = self._counted, {}
        return counted

    def give_back(self, counted: Mapping[Key, Pulse]) -> None:
        """They could not be written down: with the next ones."""
        with self._lock:
            for key, pulse in counted.items():
                self._counted[key] = _together(self._counted.get(key), pulse)


def write_pulses(session: Session, counted: Mapping[Key, Pulse]) -> None:
    """Add what was counted to what stands there; two processes count apart and add up."""
    for key, pulse in counted.items():
        its = [column == value for column, value in zip(_KEY, key, strict=True)]
        row = session.execute(select(PULSES).where(*its).with_for_update()).first()
        if row is None:
            session.execute(insert(PULSES), _row(key, pulse))
            continue
        sum_ = _together(Pulse(row.calls, row.faults, row.late, list(row.took)), pulse)
        session.execute(update(PULSES).where(*its).values(_values(sum_)))


_KEY = (PULSES.c.plugin_id, PULSES.c.community_id, PULSES.c.hour, PULSES.c.kind)


def _row(key: Key, pulse: Pulse) -> dict[str, Any]:
    names = ("plugin_id", "community_id", "hour", "kind")
    return {**dict(zip(names, key, strict=True)), **_values(pulse)}


def _values(pulse: Pulse) -> dict[str, Any]:
    return {"calls": pulse.calls, "faults": pulse.faults, "late": pulse.late, "took": pulse.took}


def _together(one: Pulse | None, other: Pulse) -> Pulse:
    if one is None:
        return other
    took = [a + b for a, b in zip(one.took, other.took, strict=True)]
    return Pulse(one.calls + other.calls, one.faults + other.faults, one.late + other.late, took)


def _rung(milliseconds: float) -> int:
    return next((at for at, most in enumerate(TOOK_UP_TO) if milliseconds <= most), len(TOOK_UP_TO))
