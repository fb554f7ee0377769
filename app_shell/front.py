"""At the very front: under a load that cannot be carried, who asks is turned away before anything is made of it.

A refusal through the whole app costs a tenth of a case's making; at five times the load that alone is more than
a process has. Here it costs a glance at the method and some bytes that are ready. People's pages go the long
way: they get a page that says so.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import field
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app_shell.context import preferred_language
from app_shell.limits import EXEMPT, Places
from app_shell.problems import headers_of, problem
from app_shell.security import HEADERS, HSTS, NO_STORE
from core_db.foundation.errors import Busy
from core_db.foundation.lean import dataclass

#: An app as uvicorn calls it; whatever it is given is handed on.
App = Callable[..., Awaitable[None]]
#: Where the lifespan's state keeps the front.
FRONT_KEY = "shequyun.front"


@dataclass
class Front:
    """What the app tells its front: whether what is asked, when so many are under way, can only be refused."""

    #: Of the method, the path and how many are under way.
    is_full: Callable[[str, str, int], bool]
    #: In which line somebody will stand, by the method and the path.
    line_of: Callable[[str, str], Places]
    #: From now on nobody new is let in, the long way neither.
    shut: Callable[[], None] = lambda: None
    is_stopping: bool = False
    #: Requests that were let in and are not answered yet. Open sockets are none of them.
    under_way: int = 0
    #: Lines on which somebody asks, or kept to ask again.
    lines: "set[FrontDoor]" = field(default_factory=set)

    def counted(self, app: App, method: str, path: str) -> App:
        """The app for one request, which is under way from now until it is answered or given up.

        Whoever is read in the same round knows that it comes before him, though it stands in no line yet.
        """
        line = self.line_of(method, path)
        self.under_way += 1
        line.coming += 1

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            line.coming -= 1
            try:
                await app(scope, receive, send)
            finally:
                self.under_way -= 1

        return answer


class _Answered:
    """In place of a request's cycle once it has been answered: what is still to come of it is passed over."""

    response_complete = True
    disconnected = False

    def __init__(self) -> None:
        self.message_event = asyncio.Event()


class FrontDoor(HttpToolsProtocol):
    """uvicorn's protocol, which turns away at once where the app says that it is full, or stops."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if (front := self._front) is not None:
            front.lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._is_gone()

    def handle_websocket_upgrade(self) -> None:
        self._is_gone()
        super().handle_websocket_upgrade()

    def _is_gone(self) -> None:
        if (front := self._front) is not None:
            front.lines.discard(self)

    def on_headers_complete(self) -> None:
        if self._is_to_be_turned_away():
            self._turn_away()
        else:
            super().on_headers_complete()

    @property
    def _front(self) -> Front | None:
        front: Front | None = self.app_state.get(FRONT_KEY)
        return front

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: App) -> None:
        front = self._front
        asked = cycle.scope
        counted = app if front is None else front.counted(app, asked["method"], asked["path"])
        super()._start_asgi_task(cycle, counted)

    def _is_to_be_turned_away(self) -> bool:
        front = self._front
        if front is None:
            return False
        method, path = self.parser.get_method().decode("ascii"), self.url.decode("latin-1").partition("?")[0]
        if not front.is_stopping and not front.is_full(method, path, front.under_way):
            return False
        answered = getattr(self.cycle, "response_complete", True)
        return answered and not self.parser.should_upgrade() and not self._is_for_people()

    def _is_for_people(self) -> bool:
        if self.url.decode("latin-1").startswith(EXEMPT):
            return True
        return any(name == b"accept" and b"text/html" in value for name, value in self.headers)

    def _turn_away(self) -> None:
        wished = next((value for name, value in self.headers if name == b"accept-language"), b"")
        front = self._front
        stops = front is not None and front.is_stopping
        keeps = not stops and self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive()
        lang = preferred_language(wished.decode("latin-1"))
        self.cycle = _Answered()  # type: ignore[assignment]
        self.transport.write(_busy(lang, is_https=self.scheme == "https", keeps=keeps))
        if keeps:
            self.on_response_complete()
        else:
            self.transport.close()


@lru_cache(maxsize=8)
def _busy(lang: str, *, is_https: bool, keeps: bool) -> bytes:
    """The whole refusal, as it leaves the socket."""
    refusal = Busy()
    answer = problem(refusal, lang, headers=headers_of(refusal, refusal))
    headers = [*answer.raw_headers, *HEADERS, NO_STORE, *([HSTS] if is_https else [])]
    headers += [] if keeps else [(b"connection", b"close")]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return b"HTTP/1.1 503 Service Unavailable\r\n" + lines + b"\r\n" + bytes(answer.body)
