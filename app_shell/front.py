"""At the very front: under a load that cannot be carried, who asks is turned away before anything is made of it.

A refusal through the whole app costs a tenth of a case's making; at five times the load that alone is more than
a process has. Here it costs a glance at the method and some bytes that are ready. People's pages go the long
way: they get a page that says so.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app_shell.context import preferred_language
from app_shell.limits import EXEMPT
from app_shell.problems import headers_of, problem
from app_shell.security import HEADERS, HSTS, NO_STORE
from core_db.foundation.errors import Busy

#: Where the lifespan's state keeps the question whether a request by this method, when so many are under way, can
#: only be refused.
FULL_KEY = "shequyun.full"
IsFull = Callable[[str, int], bool]


class _Answered:
    """In place of a request's cycle once it has been answered: what is still to come of it is passed over."""

    response_complete = True
    disconnected = False

    def __init__(self) -> None:
        self.message_event = asyncio.Event()


class FrontDoor(HttpToolsProtocol):
    """uvicorn's protocol, which turns away at once where the app says that it is full."""

    def on_headers_complete(self) -> None:
        if self._is_to_be_turned_away():
            self._turn_away()
        else:
            super().on_headers_complete()

    def _is_to_be_turned_away(self) -> bool:
        is_full: IsFull | None = self.app_state.get(FULL_KEY)
        if is_full is None or not is_full(self.parser.get_method().decode("ascii"), len(self.tasks)):
            return False
        answered = getattr(self.cycle, "response_complete", True)
        return answered and not self.parser.should_upgrade() and not self._is_for_people()

    def _is_for_people(self) -> bool:
        if self.url.decode("latin-1").startswith(EXEMPT):
            return True
        return any(name == b"accept" and b"text/html" in value for name, value in self.headers)

    def _turn_away(self) -> None:
        wished = next((value for name, value in self.headers if name == b"accept-language"), b"")
        keeps = self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive()
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
