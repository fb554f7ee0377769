"""What the plugin keeps: the roster, the sessions, and who came to them with what."""

import datetime as dt
from typing import Any, ClassVar

from plugins.delegates_reception.own import Of, plugin
from plugins.sdk import Document, Field
from plugins.sdk.saying import marked as _

BOOKED, RECEIVED, ABSENT, CANCELLED = "booked", "received", "absent", "cancelled"
#: How what somebody came with ended: as the base says it of a case, or answered there and then.
RESOLVED, ANSWERED, UNRESOLVED = "resolved", "answered", "unresolved"
REFUSED, WITHDRAWN, MERGED = "refused", "withdrawn", "merged"
END_WORDS = {
    RESOLVED: _("已解决"), ANSWERED: _("已答复"), UNRESOLVED: _("客观上没能解决"), REFUSED: _("没有受理"),
    WITHDRAWN: _("已撤回"), MERGED: _("并入另一件诉求办理"),
}  # fmt: skip
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

    version: ClassVar[int] = 2

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    session: str = Field(json_schema_extra={"index": True})
    time: str
    called: str
    about: str
    state: str = BOOKED
    record: str = ""
    case_id: str | None = Field(None, json_schema_extra={"index": True})
    #: The cases that came of it and that others carry now, its own first.
    merged: list[str] = Field(default_factory=list)
    #: Empty: nobody has said yet, or it is being worked on.
    ended: str = ""
    reopened: int = 0
    is_content: bool | None = None

    @classmethod
    def upgrade(cls, old: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Before, every end counted as a solution; which it was with a case, `on_upgrade` asks the base."""
        was_solved = old.pop("is_solved", False)
        ended = (ANSWERED if old.get("case_id") is None else RESOLVED) if was_solved else ""
        return {**old, "ended": ended}

    def is_carried_by(self, into_id: str, *, its: str) -> None:
        """The case that came of it was merged into another."""
        self.merged, self.case_id = [*self.merged, its], into_id

    def goes_on_in(self, case_id: str) -> None:
        """What carried it ended before any work was done; this case goes on, its own or one beside it."""
        own = self.merged.index(case_id) if case_id in self.merged else len(self.merged)
        self.merged, self.case_id = self.merged[:own], case_id
