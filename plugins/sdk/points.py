"""Where a plugin is asked before something is written: what it is shown, and may change or refuse.

A filter gives a changed copy back, None to leave it as it is, or raises `Veto` with a sentence for whoever wanted it.
What a filter breaks, a point decides: at `OPEN` points the platform goes on without it, at `CLOSED` ones it refuses.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict

from plugins.sdk.events.codes import CaseEnd, Channel
from plugins.sdk.manifest_parts import Words

OnFault = Literal["go on", "refuse"]
#: What no filter may ask: it is asked while somebody waits, and what it raised itself would be asked about in turn.
NOT_WHILE_ASKED = frozenset(
    {"residents.fill", "cases.open", "cases.comment", "visits.plan", "visits.record", "messages.send"}
)


class Point(BaseModel):
    """Parent of what filters are shown. `resident_id` is the plugin's own id, None where the plugin may not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Its name in the manifest and the documents.
    name: ClassVar[str]
    #: The scope a plugin needs to be asked; empty: what it is asked about has gates of its own.
    asked_with: ClassVar[str]
    on_fault: ClassVar[OnFault] = "go on"

    community_id: str


class CaseSubmit(Point):
    """Somebody raises a case. `category` may be changed or set.

    `fields`: what was filled in for the plugin's own fields, by `key`, where whom it is about agreed to a purpose that
    covers `fields`.
    """

    name: ClassVar[str] = "case.submit.v1"
    asked_with: ClassVar[str] = "case:write"

    category: str | None = None
    channel: Channel = "app"
    fields: Mapping[str, str] = {}
    resident_id: str | None = None


class CaseClose(Point):
    """A case ends; it can be refused. `outcome` says how.

    It is closed as `resolved`, `answered` or `unresolved`, or it is `not_accepted`, or `merged` into another that is
    worked on in its place. Where a resident's yes would close it and is refused, what he said is kept, and the case is
    left to the committee with the reason. Whoever takes a case back that nobody has taken up asks nobody.
    """

    name: ClassVar[str] = "case.close.v1"
    asked_with: ClassVar[str] = "case:write"

    case_id: str
    category: str
    outcome: CaseEnd


class FormValidate(Point):
    """A form with the plugin's own fields is sent: what it finds wrong stands beside each field (`with_fault`).

    `form` as in plugin.toml; `fields` are its own alone, by `key`, as they would be kept, empty ones too. It is asked
    after the rules of the manifest, and where whom the form is about agreed to a purpose that covers `fields` (of a
    case) or `profile`; he reads afterwards that the plugin saw it.
    """

    name: ClassVar[str] = "form.validate.v1"
    #: With what its fields are read: `case:read`, or `resident.fields:write` for those about residents.
    asked_with: ClassVar[str] = ""
    on_fault: ClassVar[OnFault] = "refuse"

    form: str
    fields: Mapping[str, str]
    faults: Mapping[str, Words] = {}

    def with_fault(self, key: str, *, zh: str, en: str) -> Self:
        """The same form with what is wrong with a field, in both languages."""
        if key not in self.fields:
            raise KeyError(f"{self.form} has no field {key!r} of yours")
        return self.model_copy(update={"faults": {**self.faults, key: Words(zh=zh, en=en)}})


class MessageSend(Point):
    """A plugin's message is about to go out; it can be refused."""

    name: ClassVar[str] = "message.send.v1"
    asked_with: ClassVar[str] = "message:send"

    plugin_id: str
    template: str
    resident_id: str | None = None


class UploadAccept(Point):
    """Somebody sends a file; what cannot be looked at is refused."""

    name: ClassVar[str] = "upload.accept.v1"
    asked_with: ClassVar[str] = "file:read"
    on_fault: ClassVar[OnFault] = "refuse"

    media_type: str
    size: int
    digest: str


POINTS: dict[str, type[Point]] = {
    point.name: point for point in (CaseSubmit, CaseClose, FormValidate, MessageSend, UploadAccept)
}
