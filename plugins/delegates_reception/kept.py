"""What the plugin keeps: the roster, the sessions, and who came to them with what."""

import datetime as dt

from plugins.delegates_reception.own import Of, plugin
from plugins.sdk import Document, Field
from plugins.sdk.saying import marked as _

BOOKED, RECEIVED, ABSENT, CANCELLED = "booked", "received", "absent", "cancelled"
STATE_WORDS = {BOOKED: _("已约"), RECEIVED: _("已接待"), ABSENT: _("没有来"), CANCELLED: _("已取消")}


@plugin.document
class Delegate(Document):
    """Somebody on the roster. He holds a public office, so his name is public too."""

    name: str
    of: Of
    is_active: bool = True


@plugin.document
class Session(Document):
    """A day of reception; `delegates` are ids of the roster, `attended` those who came."""

    on: dt.date = Field(json_schema_extra={"index": True})
    starts: str
    place: str
    delegates: list[str] = Field(default_factory=list)
    attended: list[str] = Field(default_factory=list)
    is_held: bool = False


@plugin.document
class Visit(Document):
    """A resident at a session: when, about what, what was said, which case came of it and whether he is content."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    session: str = Field(json_schema_extra={"index": True})
    time: str
    called: str
    about: str
    state: str = BOOKED
    record: str = ""
    case_id: str | None = Field(None, json_schema_extra={"index": True})
    #: Answered there and then, or the case is closed.
    is_solved: bool = False
    is_content: bool | None = None
