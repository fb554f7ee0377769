"""The bound of a fan-out: bytes that are framed already, written to raw sockets, five hundred between two turns of the loop.

python -m bench.preframed prints its port. What somebody sends is answered, and written to everybody else.
"""

import asyncio
from typing import cast

import uvloop

PIECE = 500
SAID = b"ok"


class Line(asyncio.Protocol):
    """One raw socket. It knows nothing but who else is there."""

    def __init__(self, everybody: dict["Line", asyncio.Transport], telling: set[asyncio.Task[None]]) -> None:
        self._everybody, self._telling = everybody, telling

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's by their class.
        self._everybody[self] = self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _fault: Exception | None) -> None:
        self._everybody.pop(self, None)

    def data_received(self, data: bytes) -> None:
        # Whoever asks listens to nothing himself.
        self._everybody.pop(self, None)
        self._transport.write(SAID)
        task = asyncio.create_task(_tell(list(self._everybody.values()), data))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


async def _tell(everybody: list[asyncio.Transport], framed: bytes) -> None:
    for begin in range(0, len(everybody), PIECE):
        for transport in everybody[begin : begin + PIECE]:
            transport.write(framed)
        await asyncio.sleep(0)


async def _serve() -> None:
    everybody: dict[Line, asyncio.Transport] = {}
    telling: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(everybody, telling), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
