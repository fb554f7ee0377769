"""Time the way people say it: “3 小时前”, “还剩 2 天 · 11月25日 18:00 前”, exact when asked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core_db.cases.words import CaseStatus, Words, day_words, numbered
from core_db.foundation.clock import LOCAL, day_begins

#: The handling clock stands: it is done, and waits for the committee's or the resident's word.
STOPPED = frozenset({CaseStatus.HANDLED, CaseStatus.VERIFIED})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Seconds of a unit, and how so many of it are said; the largest first.
_UNITS: Sequence[tuple[int, Words]] = (
    (86_400, Words("{n} 天", "{n} [day|days]")),
    (3_600, Words("{n} 小时", "{n} [hour|hours]")),
    (60, Words("{n} 分钟", "{n} [minute|minutes]")),
)


def when(at: datetime, lang: str = "zh") -> str:
    """Exactly: 2026年11月25日 18:00."""
    local = at.astimezone(LOCAL)
    if lang == "en":
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def day_and_time(at: datetime, now: datetime, lang: str = "zh") -> str:
    """Without the year while it is this one: 11月25日 18:00."""
    local = at.astimezone(LOCAL)
    if local.year != now.astimezone(LOCAL).year:
        return when(at, lang)
    if lang == "en":
        return f"{local.day} {_MONTHS[local.month - 1]}, {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def length(for_: timedelta, lang: str = "zh") -> str:
    """A stretch of time in its largest unit, rounded down: 2 天."""
    seconds = int(abs(for_.total_seconds()))
    for size, words in _UNITS:
        if count := seconds // size:
            return numbered(words.within(lang), count)
    return "less than a minute" if lang == "en" else "不到 1 分钟"


def ago(at: datetime, now: datetime, lang: str = "zh") -> str:
    """As people say it: 刚刚, 5 分钟前, 昨天 18:00, 11月20日 09:30."""
    gone = now - at
    if gone < timedelta(0):
        return _ahead(at, now, lang)
    if gone < timedelta(minutes=1):
        return "just now" if lang == "en" else "刚刚"
    days = (now.astimezone(LOCAL).date() - at.astimezone(LOCAL).date()).days
    if days == 0 or gone < timedelta(hours=6):
        return f"{length(gone, lang)} ago" if lang == "en" else f"{length(gone, lang)}前"
    if days == 1:
        clock = f"{at.astimezone(LOCAL):%H:%M}"
        return f"yesterday {clock}" if lang == "en" else f"昨天 {clock}"
    return day_and_time(at, now, lang)


def _ahead(at: datetime, now: datetime, lang: str) -> str:
    if at - now < timedelta(days=2):
        return f"in {length(at - now, lang)}" if lang == "en" else f"{length(at - now, lang)}后"
    return day_and_time(at, now, lang)


def due_text(due_at: datetime | None, state: str, now: datetime, lang: str = "zh") -> str:
    """A clock's sentence by its state (running, paused, met, overdue)."""
    if state == "paused":
        return "Clock stands still" if lang == "en" else "暂停计时"
    if state == "met":
        return "Done in time" if lang == "en" else "按时办结"
    if due_at is None:
        return ""
    by = day_and_time(due_at, now, lang)
    left = length(due_at - now, lang)
    if state == "overdue" or due_at < now:
        return f"{left} overdue · was due {by}" if lang == "en" else f"已超时 {left} · 应在 {by} 前"
    return f"{left} left · by {by}" if lang == "en" else f"还剩 {left} · {by} 前"


def clock_text(
    due_at: datetime | None, state: str, review_on: str | None, now: datetime, lang: str = "zh"
) -> str:
    """A clock's sentence, and of what was suspended the day on which it is looked at again."""
    said = due_text(due_at, state, now, lang)
    if review_on is None:
        return said
    day = date.fromisoformat(review_on)
    has_come, named = now >= day_begins(day), day_words(day, lang)
    if lang == "en":
        return (
            f"{said} · to be reviewed now, set for {named}"
            if has_come
            else f"{said} · to be reviewed on {named}"
        )
    return f"{said} · 该复查了，定在{named}" if has_come else f"{said} · {named}复查"


def handling_text(
    view: Mapping[str, Any], now: datetime, lang: str = "zh", *, done_at: datetime | None = None
) -> str:
    """What the handling clock of a case says. By how much it was handed in late grows no more; `done_at` if known."""
    due_at, state = datetime.fromisoformat(view["due_at"]), view["clock"]["state"]
    if stands_late(state, CaseStatus(view["status"])):
        return done_late_text(due_at, done_at, now, lang)
    if view["awaits_requester"]:
        return _waits_text(due_text(due_at, state, now, lang), view["review_on"], lang)
    return clock_text(due_at, state, view["review_on"], now, lang)


def _waits_text(said: str, until: str | None, lang: str) -> str:
    """Until which day an answer is waited for."""
    if until is None:
        return said
    named = day_words(date.fromisoformat(until), lang)
    return f"{said} · an answer is waited for until {named}" if lang == "en" else f"{said} · 最多等到{named}"


def stands_late(state: str, status: CaseStatus) -> bool:
    """Whether it was handed in late, and its clock has stood since."""
    return state == "overdue" and status in STOPPED


def done_late_text(due_at: datetime, done_at: datetime | None, now: datetime, lang: str = "zh") -> str:
    """What was handed in late says so, by how much where that is known, and when it was due."""
    by = day_and_time(due_at, now, lang)
    late = length(done_at - due_at, lang) if done_at is not None else ""
    if lang == "en":
        return f"Done {late} late; it was due {by}" if late else f"Done late; it was due {by}"
    return f"办得晚了 {late}，应在 {by} 前" if late else f"办得晚了，应在 {by} 前"


def said_until(due_at: datetime, now: datetime) -> datetime:
    """Until when `due_text` of a running clock says what it says now."""
    left = int(abs((due_at - now).total_seconds()))
    size = next((size for size, _words in _UNITS if left >= size), 60)
    if due_at >= now:
        turns = due_at - timedelta(seconds=left // size * size)
    else:
        turns = due_at + timedelta(seconds=(left // size + 1) * size)
    local = now.astimezone(LOCAL)
    return min(
        turns, local.replace(year=local.year + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    )
