"""What a plugin can reach, and all it can reach: the context handed to each of its hooks.

Every call is asynchronous and takes and gives plain models, so that it works across a process as well. What a resident
has not agreed to is None and named in `withheld`, and lists simply lack whoever agreed to nothing; a scope that is
not held raises `Forbidden`, which is a mistake of the programme. Ids of residents are the plugin's own: two plugins
cannot put their data together by them.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from plugins.sdk.data import Document, Settings

D = TypeVar("D", bound=Document)
S = TypeVar("S", bound=Settings)
T = TypeVar("T")


class Forbidden(Exception):
    """A scope that the committee has not given, or that nobody asked for."""


class Veto(Exception):
    """Raised by a filter: this is not to be done, and why, in words for whoever wanted it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Resident(BaseModel):
    """A resident, as far as the purpose goes and he agreed."""

    id: str
    name: str | None = None
    birth_year: int | None = None
    sex: str | None = None
    building: str | None = None
    phone: str | None = None
    tags: tuple[str, ...] | None = None
    withheld: tuple[str, ...] = ()


class Residents(Protocol):
    """Residents of this neighbourhood."""

    async def get(self, id: str, *, fields: Sequence[str], purpose: str) -> Resident:
        """One of them; what he has not agreed to is None and stands in `withheld`."""
        ...

    def find(
        self, *, tag: str | None = None, building: str | None = None, age_from: int | None = None,
        fields: Sequence[str] = (), purpose: str,
    ) -> AsyncIterator[Resident]:  # fmt: skip
        """Those who agreed, and nobody else."""
        ...


class Cases(Protocol):
    """Cases of this neighbourhood."""

    async def open(
        self, *, category: str, title: str, resident_id: str | None = None, key: str, text: str = ""
    ) -> str:
        """Raise a case as the plugin, once for each `key`; its id."""
        ...

    async def comment(self, id: str, *, text: str, key: str) -> None:
        """Add a note for the committee."""
        ...


class Messages(Protocol):
    """Messages made from the templates of the manifest."""

    async def send(self, *, to: str, template: str, key: str, args: Mapping[str, str]) -> bool:
        """Send it once for each `key`; whether it was sent now."""
        ...


class Store(Protocol[D]):
    """The plugin's own documents of one kind, in this neighbourhood."""

    async def get(self, id: str) -> D | None: ...
    async def put(self, document: D) -> None: ...
    async def delete(self, **where: Any) -> int:
        """Delete what matches; how many that were."""
        ...

    async def find(self, **where: Any) -> list[D]:
        """What matches all of it: `field=…`, `field__lte=…`, `__lt`, `__gte`, `__gt`, `__in`."""
        ...


class Context(Protocol):
    """One neighbourhood, as one plugin may see it."""

    community_id: str

    @property
    def residents(self) -> Residents: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def messages(self) -> Messages: ...
    def store(self, kind: type[D]) -> Store[D]: ...
    def settings(self, kind: type[S]) -> S: ...
    def has(self, scope: str) -> bool: ...
    def today(self) -> dt.date:
        """The day where the neighbourhood is; in tests the day the test says."""
        ...

    def t(self, key: str, **args: str) -> str:
        """A sentence in the reader's language."""
        ...

    async def run(self, deed: Callable[..., T], *args: Any) -> T:
        """Something that would block, in a thread of the plugin's own."""
        ...

    async def once(self, key: str) -> bool:
        """True the first time it is asked with this key, False ever after."""
        ...
