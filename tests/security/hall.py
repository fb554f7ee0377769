"""Where a scan of another program knocks: one ask of the world at a time, on loopback, with its query left open.

Whatever comes is asked as the ask says (method, path, body, who asks); what the scan typed into the address is put in.
A socket is asked the same way, and its first word is the answer.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from typing import Any

import uvicorn
from sqlalchemy import text
from sqlmodel import Session
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app_shell.live import live
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.ids import new_id
from tests.live.listening import Server
from tests.security.asks import Ask, request_for
from tests.security.knocking import Answer, knock
from tests.security.matrix import credentials
from tests.security.stage import Stage

PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Knock:
    """Who asks which app for what."""

    app: str
    method: str
    role: str
    ask: Ask


class Hall:
    """Answers for whichever knock is on."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.now: Knock | None = None
        #: How often each status was the answer.
        self.answered: Counter[int] = Counter()
        self.port = 0
        self._live = AsyncExitStack()

    @contextmanager
    def open(self) -> Iterator["Hall"]:
        config = uvicorn.Config(self, host="127.0.0.1", port=0, log_level="error", lifespan="on")
        server = Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        if not server.up.wait(PATIENCE):
            raise TimeoutError("nobody serves the world")
        self.port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join(PATIENCE)

    def status_of(self, knock_: Knock, query: str) -> tuple[int, bytes]:
        """What the knock gives with this query, as the scan would see it."""
        self.now = knock_
        asked = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        asked.request("GET", f"/?{query}")
        said = asked.getresponse()
        status, body = said.status, said.read()
        asked.close()
        return status, body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._begin_and_end(receive, send)
            return
        answer = await self._answer(scope["query_string"].decode("ascii", "replace"))
        self.answered[answer.status] += 1
        told = [(b"content-type", answer.header("content-type").encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": told})
        await send({"type": "http.response.body", "body": answer.body})

    async def _begin_and_end(self, receive: Any, send: Any) -> None:
        await receive()
        for app in self.stage.apps.values():
            await self._live.enter_async_context(live()(app.state.shell))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._live.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, query: str) -> Answer:
        assert self.now is not None
        world, app = self.stage.world, self.stage.apps[self.now.app]
        headers = credentials(world, app, self.now.role)
        if self.now.method == "WS":
            return await first_word(app, self.now.ask.path, query, headers)
        ask = replace(self.now.ask, query=query)
        return await knock(app, request_for(world, self.now.method, ask, headers=headers))


async def first_word(app: Any, path: str, query: str, headers: tuple[tuple[str, str], ...]) -> Answer:
    """What a socket says first once it is open; 403 where it is closed with the handshake."""
    host = app.state.shell.url.split("//")[1]
    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "root_path": "",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "client": ("127.0.0.1", 1),
        "server": (host, 80), "subprotocols": [], "state": {},
        "headers": [(name.encode(), value.encode()) for name, value in (("host", host), *headers)],
    }  # fmt: skip
    coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    coming.put_nowait({"type": "websocket.connect"})
    talk = asyncio.create_task(app(scope, coming.get, said.put))
    word: dict[str, Any] = {"type": "websocket.accept"}
    while word["type"] == "websocket.accept":
        word = await asyncio.wait_for(said.get(), PATIENCE)
    coming.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await asyncio.wait_for(asyncio.gather(talk, return_exceptions=True), PATIENCE)
    body = str(word.get("text", word.get("code", "")))
    status = 200 if word["type"] == "websocket.send" else 403
    return Answer(status=status, headers=(("content-type", "text/plain"),), body=body.encode())


# -- what a scan has to name ------------------------------------------------------------------------


def sorted_by(session: Session, sort: str, *, actor: Actor, clock: Clock) -> str:
    """Puts what was typed behind ORDER BY."""
    return " ".join(
        session.execute(text(f"SELECT name FROM places ORDER BY {sort}".replace(":", "\\:"))).scalars()
    )


def looked_for(session: Session, q: str, *, actor: Actor, clock: Clock) -> str:
    """Puts what was typed into a pattern."""
    found = text(f"SELECT name FROM places WHERE name LIKE '%{q}%'".replace(":", "\\:"))
    return "".join(f"<li>{name}</li>" for name in session.execute(found).scalars())


def planted_routes() -> SecureRouter:
    """Two ways in that a scan has to find before anybody believes that it finds nothing elsewhere."""
    router = SecureRouter()

    @router.get("/planted/sort", access=Access.STAFF)
    async def sort(work: WorkDep, sort: str = "name") -> Response:
        return PlainTextResponse(await work.read(sorted_by, sort))

    @router.get("/planted/q", access=Access.STAFF)
    async def q(work: WorkDep, q: str = "") -> Response:
        # A page that is new each time, as those with a form's word are.
        return HTMLResponse(f"<p>{new_id()}</p><ul>{await work.read(looked_for, q)}</ul><p>{new_id()}</p>")

    return router
