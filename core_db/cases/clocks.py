"""A stop-watch for deadlines: when something is due, whether it waits, and how much of its time is used.

It is handed everything it knows, the moment of reading too, so that the same record always reads the same.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from core_db.cases.calendar import ClockUnit, WorkCalendar
from core_db.foundation.lean import dataclass


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    OVERDUE = "overdue"


#: At these shares of its time a clock speaks up: twice as a warning, then as overdue.
WARNING_SHARES = (Fraction(1, 2), Fraction(4, 5), Fraction(1))


@dataclass(frozen=True, kw_only=True)
class Pause:
    since: datetime
    until: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError("A pause cannot end before it began.")


@dataclass(frozen=True, kw_only=True)
class Extension:
    """From `at` on, the thing is due at `until`, whatever the limit said."""

    at: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.until <= self.at:
            raise ValueError("An extension reaches into the future.")


@dataclass(frozen=True, kw_only=True)
class ClockReading:
    """What the stop-watch shows. While it is paused nothing is due at any moment, so `due_at` is None.

    `used` is the share of the time that was given, extensions included; more than 1 is too late.
    `remaining` is counted in `unit` and is negative when late.
    """

    state: ClockState
    unit: ClockUnit
    limit: Fraction
    due_at: datetime | None
    used: Fraction
    remaining: Fraction
    reason: str = ""

    def has_reached(self, share: Fraction) -> bool:
        """Whether a warning is due. What is used up at closing time is late only once overdue."""
        return self.used >= share and (share < 1 or self.state is ClockState.OVERDUE)


class _Happening(NamedTuple):
    at: datetime
    pause: Pause | None = None
    extension: Extension | None = None


@dataclass(frozen=True, kw_only=True)
class _Hand:
    """Where the watch stands after what happened so far: used up until `since`, and due at `due_at`."""

    since: datetime
    used: Fraction
    given: Fraction
    due_at: datetime
    pause: Pause | None = None

    def share(self, used: Fraction) -> Fraction:
        # An extension from Friday night to Sunday gives no office hours at all.
        return used / self.given if self.given else Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Stopwatch:
    """A limit in a unit, running from a moment, with its pauses and extensions.

    A pause keeps what is left at its beginning and adds it again from its end: nobody loses or gains time
    because a holiday lay inside. A pause after the deadline mends nothing: late stays late. Only an
    extension sets another date.
    """

    unit: ClockUnit
    limit: Fraction
    started_at: datetime
    calendar: WorkCalendar
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.limit <= 0:
            raise ValueError("A limit must be longer than nothing.")
        earlier = self.started_at
        for number, pause in enumerate(self.pauses, start=1):
            if pause.since < earlier:
                raise ValueError("Pauses must follow each other, and the start.")
            if pause.until is None and number < len(self.pauses):
                raise ValueError("Only the last pause may still be open.")
            earlier = pause.until or pause.since

    def read(self, at: datetime) -> ClockReading:
        """What the watch showed, or will show if nothing else happens, at a moment."""
        moment = at if self.ended_at is None else min(at, self.ended_at)
        hand = self._hand(moment)
        used = hand.used
        if hand.pause is None:
            used += self.calendar.elapsed(hand.since, max(moment, hand.since), self.unit)
        state = self._state(hand, moment, ended=self.ended_at is not None and self.ended_at <= at)
        return ClockReading(
            state=state,
            unit=self.unit,
            limit=self.limit,
            due_at=None if state is ClockState.PAUSED else hand.due_at,
            used=hand.share(used),
            remaining=hand.given - used,
            reason=hand.pause.reason if hand.pause and state is ClockState.PAUSED else "",
        )

    def reaches(self, share: Fraction, *, at: datetime) -> datetime | None:
        """When this share will have been used, as things stand; None while paused or ended.

        The moment may lie in the past: then it was reached already.
        """
        hand = self._hand(at)
        if self.ended_at is not None or hand.pause is not None:
            return None
        if share == 1:
            return hand.due_at
        left = hand.given * share - hand.used
        return hand.since if left <= 0 else self.calendar.add(hand.since, left, self.unit)

    def _state(self, hand: _Hand, moment: datetime, *, ended: bool) -> ClockState:
        kept_waiting = hand.pause is not None and hand.pause.since <= hand.due_at
        if moment > hand.due_at and not kept_waiting:
            return ClockState.OVERDUE
        if ended:
            return ClockState.MET
        return ClockState.PAUSED if hand.pause else ClockState.RUNNING

    def _hand(self, at: datetime) -> _Hand:
        hand = _Hand(
            since=self.started_at,
            used=Fraction(),
            given=self.limit,
            due_at=self.calendar.add(self.started_at, self.limit, self.unit),
        )
        for happening in self._happenings(at):
            hand = self._after(hand, happening)
        return hand

    def _happenings(self, at: datetime) -> Iterator[_Happening]:
        """What had happened by then, in order: a pause that ends is told twice, at both its ends."""
        told = [_Happening(extension.at, extension=extension) for extension in self.extensions]
        for pause in self.pauses:
            if pause.since == pause.until:
                continue
            told.append(_Happening(pause.since, pause=pause))
            if pause.until is not None:
                told.append(_Happening(pause.until))
        yield from sorted((one for one in told if one.at <= at), key=lambda one: one.at)

    def _after(self, hand: _Hand, happening: _Happening) -> _Hand:
        used = hand.used
        if hand.pause is None:
            used += self.calendar.elapsed(hand.since, happening.at, self.unit)
        counted = replace(hand, since=happening.at, used=used)
        if happening.extension is not None:
            return self._extended(counted, happening.extension)
        if happening.pause is not None:
            return replace(counted, pause=happening.pause)
        return self._resumed(counted)

    def _extended(self, hand: _Hand, extension: Extension) -> _Hand:
        ahead = self.calendar.elapsed(extension.at, extension.until, self.unit)
        return replace(hand, given=hand.used + ahead, due_at=extension.until)

    def _resumed(self, hand: _Hand) -> _Hand:
        left = hand.given - hand.used
        due_at = self.calendar.add(hand.since, left, self.unit) if left > 0 else hand.due_at
        return replace(hand, pause=None, due_at=due_at)
