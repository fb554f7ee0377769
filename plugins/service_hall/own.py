"""The plugin itself, and how a committee sets it: when the desk is open, how many sit there, what is promised."""

import datetime as dt
import re

from plugins.sdk import Context, Field, Plugin, Settings

plugin = Plugin(__name__.rpartition(".")[0])
DESK = "desk"
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@plugin.settings
class Config(Settings):
    hours: str = Field("09:00-11:30,13:30-16:30", max_length=80, title="窗口时间")
    minutes: int = Field(30, ge=5, le=120, title="每次预约几分钟")
    desks: int = Field(1, ge=1, le=10, title="几个窗口")
    days_ahead: int = Field(10, ge=1, le=30, title="最多提前几天预约")
    closed: str = Field("", max_length=400, title="不办公的日子（2026-12-31，用逗号隔开）")
    promise_days: int = Field(5, ge=1, le=60, title="承诺几天办结")


def times_of(cfg: Config) -> list[str]:
    """When a booking can begin, as `09:30`; ValueError where the hours cannot be read."""
    times: list[str] = []
    for span in cfg.hours.replace("，", ",").split(","):
        found = _SPAN.fullmatch(span.strip())
        if found is None:
            raise ValueError(span)
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        times += [f"{at // 60:02}:{at % 60:02}" for at in range(start, end - cfg.minutes + 1, cfg.minutes)]
    return times


def days_of(cfg: Config, today: dt.date) -> list[dt.date]:
    """Days on which the desk is open, from tomorrow on: neither weekends nor the days set as closed."""
    closed = {one.strip() for one in cfg.closed.replace("，", ",").split(",")}
    ahead = [today + dt.timedelta(days=one) for one in range(1, cfg.days_ahead + 1)]
    return [day for day in ahead if day.weekday() < 5 and day.isoformat() not in closed]


@plugin.check
async def check(ctx: Context, cfg: Config) -> str | None:
    try:
        return None if times_of(cfg) else ctx.t("这样一天里一个时间也约不了。")
    except ValueError as span:
        return ctx.t("看不懂“{span}”，请写成 09:00-11:30。", span=str(span))
