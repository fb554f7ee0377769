"""The wire under a socket: what is framed once for everybody arrives as if each had been told by himself."""

import asyncio
import contextlib
import gc
import socket
import weakref

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.protocol import State
from websockets.server import ServerProtocol

from app_shell.live_socket import Socket
from app_shell.live_wire import Wire, framed, wire_of
from core_db.foundation.actor import Actor, ActorKind

WORKER = Actor(kind=ActorKind.STAFF, id="a", name="小张", session_id="s")
#: So much that a client which reads nothing stops it up after some of them.
LARGE = "字" * 100_000


class Hall:
    """An app with one socket at most, and the server around it."""

    def __init__(self) -> None:
        self.opened: asyncio.Queue[Socket] = asyncio.Queue()

    async def __call__(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        self.opened.put_nowait(Socket(WORKER, send, wire_of(scope)))
        while (await receive())["type"] != "websocket.disconnect":
            pass

    @contextlib.asynccontextmanager
    async def open(self, *, packs=False):
        config = uvicorn.Config(
            self, ws=Wire, ws_per_message_deflate=packs, log_level="critical", lifespan="off"
        )
        server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        address = f"ws://127.0.0.1:{listening.getsockname()[1]}/live"
        try:
            async with connect(address, proxy=None, compression="deflate" if packs else None) as ear:
                yield ear, await self.opened.get()
        finally:
            server.should_exit = True
            await running


@pytest.mark.parametrize("signs", [0, 1, 125, 126, 65_535, 65_536])
def test_a_line_is_framed_as_the_protocol_frames_it(signs):
    protocol = ServerProtocol(state=State.OPEN)
    protocol.send_text(b"x" * signs)

    assert framed("x" * signs) == b"".join(protocol.data_to_send())


def test_a_line_goes_out_at_once_and_nothing_waits_for_it():
    async def main():
        async with Hall().open() as (ear, line):
            taken = line.push("一", framed("一"))
            return taken, line.worker, await ear.recv()

    assert asyncio.run(main()) == (True, None, "一")


def test_who_reads_late_reads_everything_in_order():
    said = [f"{number} {LARGE}" for number in range(200)]

    async def main():
        async with Hall().open() as (ear, line):
            taken = [line.push(one, framed(one)) for one in said]
            waited = len(line.waiting)
            heard = [await ear.recv() for _ in said]
            return taken, waited, heard, line.push("after", framed("after")), line.worker, await ear.recv()

    taken, waited, heard, *after = asyncio.run(main())

    assert all(taken)
    assert 0 < waited < len(said)
    assert heard == said
    assert after == [True, None, "after"]


def test_who_has_gone_is_told_nothing_and_nobody_stumbles_over_it():
    async def main():
        async with Hall().open() as (ear, line):
            await ear.close()
            taken = line.wire.take(framed("一")), line.push("一", framed("一"))
            await line.worker
            return taken

    assert asyncio.run(main()) == (False, True)


def test_who_has_gone_is_forgotten_at_once():
    async def main():
        async with Hall().open() as (ear, line):
            wire = weakref.ref(line.wire)
            del line
            await ear.close()
            for _ in range(100):
                await asyncio.sleep(0)
            return wire()

    gc.disable()
    try:
        assert asyncio.run(main()) is None
    finally:
        gc.enable()


def test_whoever_wants_his_lines_packed_goes_the_long_way():
    async def main():
        async with Hall().open(packs=True) as (ear, line):
            line.push(LARGE, framed(LARGE))
            return line.wire, await ear.recv()

    assert asyncio.run(main()) == (None, LARGE)
