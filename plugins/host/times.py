"""When jobs are due: by their times where the neighbourhood is, each a little earlier or later than the others.

So that a whole district's jobs of eight o'clock do not begin at eight. The shift is drawn from the ids, so it is the
same every day and in every process.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from cronsim import CronSim, CronSimError

from core_db.foundation.clock import LOCAL

#: Seconds a job may be shifted, either way.
JITTER = 300
#: What was missed by more than this is not made up for.
LOOK_BACK = timedelta(hours=1)


class NoTime(ValueError):
    """What is written there is no time."""


def times_between(cron: str, since: datetime, until: datetime) -> Sequence[datetime]:
    """The times of a job after `since`, up to `until`, without a shift."""
    try:
        found, times = [], CronSim(cron, since.astimezone(LOCAL))
        for at in times:
            if at > until:
                break
            found.append(at)
    except CronSimError as fault:
        raise NoTime(f"{cron}: {fault}") from fault
    return found


def shift_of(plugin_id: str, community_id: str, job: str) -> timedelta:
    """By how much its times are shifted there."""
    drawn = int.from_bytes(sha256(f"{plugin_id}|{community_id}|{job}".encode()).digest()[:4])
    return timedelta(seconds=drawn % (2 * JITTER + 1) - JITTER)


def due_at(times: Sequence[datetime], shift: timedelta, *, now: datetime, since: datetime) -> datetime | None:
    """The newest time that has come and lies neither too far back nor before it was switched on."""
    earliest = max(now - LOOK_BACK, since)
    come = [at + shift for at in times if earliest < at + shift <= now]
    return max(come, default=None)
