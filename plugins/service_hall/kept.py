"""What the plugin keeps: times at the desk, and applications with each step that was made."""

import datetime as dt

from plugins.sdk import Document, Field
from plugins.sdk.saying import marked as _
from plugins.service_hall.own import plugin

BOOKED, CAME, MISSED, CANCELLED = "booked", "came", "missed", "cancelled"
BOOKING_WORDS = {BOOKED: _("已预约"), CAME: _("来了"), MISSED: _("没有来"), CANCELLED: _("已取消")}
#: In the order in which an application usually goes.
STATES = {
    "received": _("已收到"), "lacking": _("要补材料"), "in_hand": _("正在办"), "done": _("办好了"),
    "refused": _("办不了"),
}  # fmt: skip
ENDED = ("done", "refused")


@plugin.document
class Booking(Document):
    """A time at a desk. `called` is how the resident wishes to be called up."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    day: dt.date = Field(json_schema_extra={"index": True})
    time: str
    desk: int
    matter: str
    called: str
    state: str = BOOKED


@plugin.document
class Application(Document):
    """Something that a resident wants done; `steps` says when it came to which state, by whom and with what word."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    matter: str
    called: str
    opened_on: dt.date
    due_on: dt.date = Field(json_schema_extra={"index": True})
    state: str = Field("received", json_schema_extra={"index": True})
    steps: list[dict[str, str]] = Field(default_factory=list)
    urged_on: dt.date | None = None
    #: How it went, 1 to 5, as the resident says afterwards.
    rated: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def how_far(self) -> int:
        """Of three: received, in hand, ended."""
        return {"received": 1, "lacking": 1, "in_hand": 2}.get(self.state, 3)
