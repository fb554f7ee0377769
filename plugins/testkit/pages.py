"""Looking at a plugin's pages as somebody: what is asked, and what came back."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from plugins.sdk.calls import Answered, Asked

App = Literal["resident", "committee"]
Ask = Callable[[str, Asked], Awaitable[Answered | None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer: its status, its blocks as plain data, and all that can be read in it."""

    status_code: int
    blocks: Any = None

    def json(self) -> Any:
        return self.blocks

    @property
    def text(self) -> str:
        """Every word of the page, one to a line."""
        return "\n".join(_words(self.blocks))

    @property
    def goes_to(self) -> str | None:
        """Where to go on after something was done."""
        return (
            self.blocks["to"] if isinstance(self.blocks, dict) and self.blocks.get("kind") == "go" else None
        )

    def find(self, kind: str) -> list[Any]:
        """Every block of a kind (`button`, `form`), in order."""
        return [one for one in _blocks(self.blocks) if one["kind"] == kind]


class PageClient:
    """`await c.get("/x/elder-care/visits")`, `await c.post(…, data={…})`; posts are followed where they go."""

    def __init__(self, app: App, ask: Ask) -> None:
        self._app = app
        self._ask = ask

    async def __aenter__(self) -> "PageClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def get(self, address: str) -> Seen:
        return await self._request("GET", address, {})

    async def post(self, address: str, data: Mapping[str, str] | None = None) -> Seen:
        return await self._request("POST", address, data or {})

    async def press(self, address: str, data: Mapping[str, str] | None = None) -> Seen:
        """Post, and read the page it goes on to."""
        seen = await self.post(address, data)
        own = "/".join(address.split("/")[:3])
        return await self.get(f"{own}{seen.goes_to}") if seen.goes_to else seen

    async def _request(self, method: Literal["GET", "POST"], address: str, form: Mapping[str, str]) -> Seen:
        parts = urlsplit(address)
        _, x, plugin_id, *rest = parts.path.split("/")
        assert x == "x", f"{address}: pages of plugins lie at /x/<id>/…"
        asked = Asked(
            app=self._app,
            method=method,
            path="/" + "/".join(rest),
            query=dict(parse_qsl(parts.query)),
            form=form,
        )
        answered = await self._ask(plugin_id, asked)
        return Seen(404) if answered is None else Seen(answered.status, answered.value)


def _blocks(found: Any) -> Iterator[Any]:
    if isinstance(found, list):
        for one in found:
            yield from _blocks(one)
    elif isinstance(found, dict):
        if "kind" in found:
            yield found
        for value in found.values():
            yield from _blocks(value)


def _words(found: Any) -> Iterator[str]:
    """What a reader reads: neither addresses nor the names of things."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _words(one)
    elif isinstance(found, dict):
        for name, value in found.items():
            if name not in ("kind", "tone", "to", "post", "name", "type", "source", "required"):
                yield from _words(value)
