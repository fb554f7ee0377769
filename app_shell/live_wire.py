"""The wire under a live socket: it also takes bytes that are framed already.

Ten thousand hear one fact. Through the protocol each of them costs a task, a frame and a look at a dozen
conditions, three times what the kernel takes for sending it; here it costs a look at three.
"""

from typing import cast

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

#: Looked up once: up to Python 3.11 a member of an enumeration is looked for in vain first.
OPEN = State.OPEN
#: Where a socket's scope keeps its wire.
WIRE_KEY = "shequyun.wire"


def framed(text: str) -> bytes:
    """A line as it leaves every socket."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class Wire(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which says to the app how to reach it without a detour."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # What was agreed with the client to be packed or marked would have to be done for each one anew.
        if self.response.status_code == 101 and not self.conn.extensions:
            cast(Scope, self.scope)["extensions"][WIRE_KEY] = self

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # It must not hold itself: thousands that are gone would wait for the garbage collector.
        if (scope := cast(Scope | None, getattr(self, "scope", None))) is not None:
            scope["extensions"].pop(WIRE_KEY, None)

    def take(self, frame: bytes) -> bool:
        """Send a whole frame now. False: it is stopped up, or coming to its end, and the long way knows what to do."""
        if self.conn.state is not OPEN or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True


def wire_of(scope: Scope) -> Wire | None:
    """The socket's wire, where the server has one."""
    wire: Wire | None = (scope.get("extensions") or {}).get(WIRE_KEY)
    return wire
