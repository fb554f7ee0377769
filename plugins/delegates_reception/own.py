"""The plugin itself, and how a committee sets it."""

import datetime as dt
from typing import Literal

from plugins.sdk import Field, Plugin, Settings
from plugins.sdk.saying import marked as _

plugin = Plugin(__name__.rpartition(".")[0])
RECEPTION = "reception"
#: What a delegate is of: the party's congress, the people's congress, the consultative conference.
OF = {"party": _("党代表"), "people": _("人大代表"), "cppcc": _("政协委员")}
Of = Literal["party", "people", "cppcc"]
THURSDAY = 3


@plugin.settings
class Config(Settings):
    weekday: int = Field(THURSDAY, ge=0, le=6, title="每月最后一个星期几接待（0 是星期一）")
    starts: str = Field("14:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", title="几点开始")
    minutes: int = Field(15, ge=5, le=60, title="每位居民几分钟")
    places: int = Field(8, ge=1, le=40, title="每次接待几位")
    place: str = Field("居委会会议室", min_length=1, max_length=60, title="在哪里接待")
    category: str = Field("", max_length=20, title="转成诉求时的类别（留空由系统判断）")


def next_day(today: dt.date, weekday: int) -> dt.date:
    """The next day on which the reception is held by rule: this month's, or next month's where that is over."""
    this_month = last_of(today, weekday)
    return (
        this_month if this_month >= today else last_of(today.replace(day=28) + dt.timedelta(days=4), weekday)
    )


def last_of(month: dt.date, weekday: int) -> dt.date:
    """The last such weekday of a month, as the reception is held (长宁: the last Thursday)."""
    first_of_next = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    last = first_of_next - dt.timedelta(days=1)
    return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
