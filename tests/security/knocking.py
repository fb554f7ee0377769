"""Requests asked of an app in this process, without a server: a request in, an answer out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI

BOUNDARY = "a-word-in-no-picture"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request; `sent` is a body with its kind, or nothing."""

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def whole(self) -> bytes:
        """Everything that leaves: headers too."""
        return self.body + b"\n" + "\n".join(f"{key}: {value}" for key, value in self.headers).encode()


def as_json(words: Any) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    return orjson.dumps(words), (("content-type", "application/json"),)


def as_form(words: Any) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    said = {name: _typed(value) for name, value in words.items()}
    return urlencode(said, doseq=True).encode(), (("content-type", "application/x-www-form-urlencoded"),)


class Upload(NamedTuple):
    """A file, and what is said of it in the same form."""

    data: bytes
    said: Mapping[str, str]


def as_upload(
    data: bytes, said: Mapping[str, str] | None = None
) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    part = f"--{BOUNDARY}\r\ncontent-disposition: form-data; name="
    words = "".join(f'{part}"{name}"\r\n\r\n{word}\r\n' for name, word in (said or {}).items())
    head = f'{words}{part}"file"; filename="a.jpg"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, (("content-type", f"multipart/form-data; boundary={BOUNDARY}"),)


def _typed(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


async def knock(app: FastAPI, asked: Asked) -> Answer:
    """The app's answer."""
    host = app.state.shell.url.split("//")[1]
    headers = [("host", host), *asked.headers, ("content-length", str(len(asked.body)))]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": asked.method, "path": asked.path, "raw_path": asked.path.encode(),
        "query_string": asked.query.encode(), "client": ("127.0.0.1", 1), "server": (host, 80), "state": {},
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    waiting, said = [{"type": "http.request", "body": asked.body, "more_body": False}], []

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        said.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in said[1:])
    sent = tuple((name.decode(), value.decode("latin-1")) for name, value in said[0]["headers"])
    return Answer(status=said[0]["status"], headers=sent, body=body)


async def opens_a_socket(app: FastAPI, query: str) -> bool:
    """Whether the app lets a socket in that comes with this query and no cookie; it goes away again at once."""
    host = app.state.shell.url.split("//")[1]
    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "root_path": "",
        "path": "/live", "raw_path": b"/live", "query_string": query.encode(), "subprotocols": [],
        "client": ("127.0.0.1", 1), "server": (host, 80), "state": {}, "headers": [(b"host", host.encode())],
    }  # fmt: skip
    coming, said = [{"type": "websocket.connect"}], []

    async def receive() -> dict[str, Any]:
        return coming.pop() if coming else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        said.append(message["type"])

    await app(scope, receive, send)
    return said[:1] == ["websocket.accept"]
