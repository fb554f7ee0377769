"""The one source of time. Use cases are handed a clock, so that time can be rehearsed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from core_db.foundation.lean import dataclass

#: So far apart the clocks of two machines may be. What was begun later than that from now was begun by a clock that
#: was wrong, and would last longer than anything may: it counts as not begun.
LEEWAY = timedelta(seconds=5)

#: The zone in which people here say dates; everything stored is UTC.
LOCAL = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whatever can say what time it is, as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class HeldClock:
    """A moment asked for once: what several reads and rows of one act have in common, to the microsecond."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass
class RehearsedClock:
    """A clock that stands where it was put and moves when told: for tests and for the demo's history."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> datetime:
        self.moment += by
        return self.moment

    def move_to(self, moment: datetime) -> datetime:
        self.moment = moment.astimezone(UTC)
        return self.moment


def local_date(moment: datetime) -> date:
    """The day people here would say it was at this moment."""
    return moment.astimezone(LOCAL).date()


def day_begins(day: date) -> datetime:
    """The first moment of a day, here."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)
