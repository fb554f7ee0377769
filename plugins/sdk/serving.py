"""Answering a request with a plugin's router: spoken to as any web server would, but within the process."""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from plugins.sdk.asking import AskingContext
from plugins.sdk.calls import Answered, Asked
from plugins.sdk.context import CONTEXT_KEY

if TYPE_CHECKING:
    from plugins.sdk.routing import Router


async def serve(router: "Router", asked: Asked, context: AskingContext) -> Answered:
    """Status and body of the answer; what the page raises comes through, and is told by whoever called."""
    body = urlencode(asked.form).encode()
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": asked.method, "scheme": "http",
        "path": asked.path, "raw_path": asked.path.encode(), "root_path": "", "client": None, "server": None,
        "query_string": urlencode(asked.query).encode(), "state": {},
        "headers": [(b"content-type", b"application/x-www-form-urlencoded"),
                    (b"content-length", str(len(body)).encode())],
        CONTEXT_KEY: context,
    }  # fmt: skip
    status, pieces = 500, []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            pieces.append(message.get("body", b""))

    await router.alone(scope, receive, send)
    sent = b"".join(pieces)
    return Answered(ok=True, status=status, value=orjson.loads(sent) if sent else None)
