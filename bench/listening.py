"""One page's live socket on raw bytes, so that thousands of them cost whoever listens little."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any

#: What a frame is: words, or a question whether one is still there.
WORDS, PING = 1, 9


class Ear(asyncio.Protocol):
    """Listens as a page does, and hands over each message with when it came."""

    def __init__(
        self,
        app: str,
        token: str,
        port: int,
        hear: Callable[[dict[str, Any], float], None],
        path: str = "/live",
    ) -> None:
        self.hear, self.is_open = hear, asyncio.get_running_loop().create_future()
        self._left = b""
        self._hello = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
            f"Cookie: shequyun_{app}={token}\r\n\r\n"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        now, self._left = time.perf_counter(), self._left + data
        if not self.is_open.done() and not self._is_let_in():
            return
        while self._takes_a_frame(now):
            pass

    def connection_lost(self, _fault: Exception | None) -> None:
        self._not_let_in("closed in the handshake")

    def _is_let_in(self) -> bool:
        head, found, rest = self._left.partition(b"\r\n\r\n")
        if found and not head.startswith(b"HTTP/1.1 101"):
            self._not_let_in(head[:80].decode())
            self.transport.abort()
        elif found:
            self._left = rest
            self.is_open.set_result(None)
            return True
        return False

    def _not_let_in(self, why: str) -> None:
        if not self.is_open.done():
            self.is_open.set_exception(ConnectionError(why))
            # Whoever went away himself does not ask.
            self.is_open.exception()

    def _takes_a_frame(self, now: float) -> bool:
        data = self._left
        if len(data) < 2:
            return False
        length, begins = data[1], 2
        if length == 126:
            length, begins = int.from_bytes(data[2:4], "big"), 4
        if len(data) < begins + length:
            return False
        said, self._left = data[begins : begins + length], data[begins + length :]
        if data[0] & 15 == WORDS:
            self.hear(json.loads(said), now)
        elif data[0] & 15 == PING:
            self.transport.write(bytes((0x8A, 0x80 | length)) + bytes(4) + said)
        return True
