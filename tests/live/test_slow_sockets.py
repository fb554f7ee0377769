"""A socket that takes nothing owes a bounded number of lines and is then sent away; nobody waits for it."""

import asyncio

import pytest

from app_shell import live_socket
from app_shell.live_socket import QUEUE, Recent, Socket
from core_db.foundation.actor import Actor, ActorKind

WORKER = Actor(kind=ActorKind.STAFF, id="a", name="小张", session_id="s")


class Line:
    """The server's side of a connection that can be stopped up."""

    def __init__(self) -> None:
        self.sent: list = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, message) -> None:
        await self.open.wait()
        self.sent.append(message.get("text") or message.get("code"))


def test_lines_leave_in_order():
    async def main():
        line = Line()
        socket = Socket(WORKER, line.send)
        for number in range(5):
            assert socket.push(str(number))
        await socket.worker
        assert socket.push("5")
        await socket.worker
        return line.sent

    assert asyncio.run(main()) == ["0", "1", "2", "3", "4", "5"]


def test_a_stopped_up_socket_owes_so_much_and_no_more():
    async def main():
        line = Line()
        line.open.clear()
        socket = Socket(WORKER, line.send)
        return [socket.push("x") for _ in range(QUEUE + 1)]

    taken = asyncio.run(main())

    assert (taken.count(True), taken[-1]) == (QUEUE, False)


def test_who_is_sent_away_hears_why_and_nothing_of_what_waited():
    async def main():
        line = Line()
        line.open.clear()
        socket = Socket(WORKER, line.send)
        socket.push("a secret of a minute ago")
        await asyncio.sleep(0)
        socket.part(4401)
        line.open.set()
        await socket.worker
        return line.sent

    assert asyncio.run(main()) == [4401]


def test_who_does_not_even_take_that_is_dropped(monkeypatch):
    monkeypatch.setattr(live_socket, "PARTING", 0.0)

    async def serve(line):
        socket = Socket(WORKER, line.send)
        socket.part(1013)
        await asyncio.Event().wait()

    async def main():
        line = Line()
        line.open.clear()
        await asyncio.create_task(serve(line))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def test_recent_lines_are_complete_after_their_start(monkeypatch):
    monkeypatch.setattr(live_socket, "KEPT", 10)
    recent = Recent(0)
    for position in range(1, 30):
        recent.add((position, (), ""))

    kept = [line[0] for line in recent.after(recent.start, limit=100)]

    assert kept == list(range(recent.start + 1, 30))
    assert 10 <= len(kept) <= 11
