"""A client of an app in this process that crosses into the app's loop once for a request."""

from typing import Any
from urllib.parse import unquote

import anyio
import httpx2
from starlette.testclient import TestClient
from starlette.types import Message


class Client(TestClient):
    """Starlette's own, which crosses eight times; two workers on two cores spent most of a request in waiting for that.

    What its app raises and does not answer comes up here. Sockets go the way they always did.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._transport = _Once(self, self._transport)


class _Once(httpx2.BaseTransport):
    """Asks the app for the whole answer at once."""

    def __init__(self, client: TestClient, sockets: httpx2.BaseTransport) -> None:
        self.client, self.sockets = client, sockets

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.scheme in ("ws", "wss"):
            return self.sockets.handle_request(request)
        with self.client._portal_factory() as portal:
            said: list[Message] = portal.call(self._ask, request)
        body = b"".join(message.get("body", b"") for message in said[1:])
        shown = b"" if request.method == "HEAD" else body
        return httpx2.Response(said[0]["status"], headers=said[0]["headers"], content=shown, request=request)

    async def _ask(self, request: httpx2.Request) -> list[Message]:
        waiting: list[Message] = [{"type": "http.request", "body": request.read(), "more_body": False}]
        said: list[Message] = []
        answered = anyio.Event()

        async def receive() -> Message:
            if waiting:
                return waiting.pop()
            # Whoever listens for it takes the asker for gone.
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        await self.client.app(_scope(request), receive, send)
        return said

    def close(self) -> None:
        self.sockets.close()


def _scope(request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    ports = {"http": 80, "https": 443}
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
        "scheme": url.scheme, "path": unquote(url.path), "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query, "root_path": "", "client": ("testclient", 50000),
        "server": (url.host, url.port or ports[url.scheme]), "state": {},
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
    }  # fmt: skip
