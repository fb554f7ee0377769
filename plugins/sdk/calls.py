"""What goes between the host and a plugin, in process and through a pipe alike: a call, its questions and its answer.

Everything here is plain data. A call names a hook by its kind and the name of its function; while the function runs
it asks the host (`Ask`) for what its context offers, by the names in `plugins.sdk.asking`.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from plugins.sdk.told import User

HookKind = Literal[
    "event", "filter", "slot", "column", "job", "provider", "route", "lifecycle", "health", "export", "erase",
    "documents", "tables",
]  # fmt: skip
#: A question to the gateway: its name (`residents.get`) and what goes with it; the answer is plain data.
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


class Setting(BaseModel):
    """What a context knows without asking: where and when it is, who looks, what it may and how it is set."""

    model_config = ConfigDict(frozen=True)

    community_id: str
    now: dt.datetime
    today: dt.date
    lang: str = "zh"
    scopes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = {}
    user: User | None = None
    #: Which of the plugin's own roles whoever looks holds here today.
    roles: tuple[str, ...] = ()


class Asked(BaseModel):
    """A request to a plugin's router, as far as a router needs it. `form` is what was typed, last value wins."""

    model_config = ConfigDict(frozen=True)

    app: Literal["resident", "committee"]
    method: Literal["GET", "POST"]
    path: str
    query: Mapping[str, str] = {}
    form: Mapping[str, str] = {}


class Call(BaseModel):
    """One call of one hook. `given` is what it takes beside the context, as plain data."""

    model_config = ConfigDict(frozen=True)

    kind: HookKind
    name: str
    setting: Setting
    given: tuple[Any, ...] = ()
    #: Seconds it may take.
    seconds: float


class Answered(BaseModel):
    """How a call ended. `status` beside `value` is a router's alone."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    value: Any = None
    status: int = 200
    #: `veto`, `forbidden`, `refused`, `late`, `fault`: why it is not ok, and in words.
    why: Literal["", "veto", "forbidden", "refused", "late", "fault"] = ""
    said: str = ""
    #: Where in the plugin it broke: `elder_care/__init__.py:41`.
    where: str = ""
