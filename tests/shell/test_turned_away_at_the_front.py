"""Under a load that cannot be carried a program is refused at the socket, in full and in its language."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect

from app_shell.front import FRONT_KEY, Front, FrontDoor
from app_shell.limits import Places
from app_shell.security import CSP

ASKED = "POST /api/v1/cases HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n{more}\r\n{{}}"


@contextlib.asynccontextmanager
async def serving(is_full: Callable[[str, str, int], bool], line: Places | None = None) -> AsyncIterator[int]:
    """A small app behind the front door, with one line or one that is never full; yields its port."""
    line = line or Places(computing=100, waiting=100, waiting_ms=1000)

    async def served(_request):
        await line.take()
        return PlainTextResponse("served")

    @contextlib.asynccontextmanager
    async def lifespan(_app):
        yield {FRONT_KEY: Front(is_full, line_of=lambda _method, _path: line)}

    async def open_line(socket):
        await socket.accept()
        await socket.send_text("open")
        await socket.receive()

    routes = [WebSocketRoute("/live", open_line), Route("/{path:path}", served, methods=["GET", "POST"])]
    app = Starlette(routes=routes, lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, http=FrontDoor, log_level="critical", lifespan="on"))
    # It listens already: who connects before the server has started waits a moment.
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def ask(port: int, *requests: str) -> list[tuple[int, dict[str, str], bytes]]:
    """The answers to requests sent one after the other on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for said in requests:
        writer.write(said.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:-2])}
        body = await reader.readexactly(int(headers["content-length"]))
        answers.append((int(head[0].split()[1]), headers, body))
    writer.close()
    return answers


def asked(more: str = "") -> str:
    return ASKED.format(more=more)


def full(_method: str, _path: str, _under_way: int) -> bool:
    return True


@pytest.mark.parametrize(("wished", "words"), [("zh", "现在人多"), ("en", "Busy just now")])
def test_a_program_is_refused_in_its_language_and_told_when_to_come_again(wished, words):
    async def scene():
        async with serving(full) as port:
            return await ask(port, asked(f"Accept-Language: {wished}\r\n"))

    ((status, headers, body),) = asyncio.run(scene())

    assert (status, headers["retry-after"]) == (503, "1")
    assert headers["content-type"] == "application/problem+json"
    assert (headers["content-security-policy"], headers["cache-control"]) == (CSP, "no-store")
    assert words in json.loads(body)["detail"]


def test_the_same_connection_is_served_once_there_is_room():
    busy = iter([True, False, True])

    async def scene():
        async with serving(lambda _method, _path, _under_way: next(busy)) as port:
            return await ask(port, asked(), asked(), asked())

    answers = asyncio.run(scene())

    assert [status for status, _headers, _body in answers] == [503, 200, 503]
    assert answers[1][2] == b"served"


def test_of_those_who_come_in_one_moment_as_many_are_let_in_as_have_room():
    """All are read before any of them stands in line, and whoever is let in for nothing costs ten times as much."""
    let_in, line = [], Places(computing=1, waiting=2, waiting_ms=10_000)

    def is_full(_method, _path, _under_way):
        let_in.append(not line.is_full)
        return line.is_full

    async def scene():
        async with serving(is_full, line) as port:
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
            for _reader, writer in opened:
                writer.write(asked().encode())
            answers = asyncio.as_completed([reader.readline() for reader, _writer in opened])
            at_once = [await next(answers) for _ in range(8)]
            line.give_back()
            line.give_back()
            later = [await one for one in answers]
            for _reader, writer in opened:
                writer.close()
            return [[int(one.split()[1]) for one in said] for said in (at_once, later)]

    at_once, later = asyncio.run(scene())

    assert let_in == [True] * 3 + [False] * 7
    assert (sorted(at_once), later) == ([200, *[503] * 7], [200, 200])


def test_who_wants_no_second_answer_is_let_go():
    async def scene():
        async with serving(full) as port:
            return await ask(port, asked("Connection: close\r\n"))

    ((status, headers, _body),) = asyncio.run(scene())

    assert (status, headers["connection"]) == (503, "close")


@pytest.mark.parametrize(
    "said",
    [
        "GET /cases HTTP/1.1\r\nHost: here\r\nAccept: text/html\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n",
        "GET /static/app.css HTTP/1.1\r\nHost: here\r\n\r\n",
    ],
)
def test_people_and_watchers_go_the_long_way(said):
    async def scene():
        async with serving(full) as port:
            return await ask(port, said)

    assert asyncio.run(scene())[0][2] == b"served"


def test_it_knows_what_is_asked_and_how_much_is_under_way():
    """An open line is nothing under way: a thousand of them keep nobody out."""
    heard = []

    def is_full(method, path, under_way):
        heard.append((method, path, under_way))
        return False

    async def scene():
        async with serving(is_full) as port, connect(f"ws://127.0.0.1:{port}/live") as line:
            assert await line.recv() == "open"
            heard.clear()
            await ask(port, asked(), asked())

    asyncio.run(scene())

    assert heard == [("POST", "/api/v1/cases", 0), ("POST", "/api/v1/cases", 0)]
