"""Under overload few compute, some wait a moment, the rest are told when to come back."""

import asyncio

import httpx2
import pytest
from starlette.responses import PlainTextResponse, Response

from app_shell.limits import Place, Places
from app_shell.routing import Access, ApiRouter, SecureRouter
from app_shell.work import Work
from core_db.foundation.errors import Busy
from tests.shell.conftest import BASE


def places(computing: int = 1, waiting: int = 1, waiting_ms: int = 5000) -> Places:
    return Places(computing=computing, waiting=waiting, waiting_ms=waiting_ms)


def test_who_comes_when_all_places_are_taken_waits_his_turn():
    async def scene():
        three = places(waiting=2)
        await three.take()
        order = []
        others = [asyncio.create_task(_queue(three, order, name)) for name in ("first", "second")]
        await asyncio.sleep(0)
        assert (three.computing, three.waiting, order) == (1, 2, [])
        three.give_back()
        await asyncio.gather(*others)
        return order, three

    order, three = asyncio.run(scene())
    assert order == ["first", "second"]
    assert (three.computing, three.waiting) == (0, 0)


async def _queue(three: Places, order: list[str], name: str) -> None:
    await three.take()
    order.append(name)
    three.give_back()


def test_a_full_queue_is_busy_at_once():
    async def scene():
        two = places(waiting=1)
        await two.take()
        waiting = asyncio.create_task(two.take())
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await two.take()
        two.give_back()
        await waiting

    asyncio.run(scene())


def test_patience_ends():
    async def scene():
        one = places(waiting_ms=1)
        await one.take()
        with pytest.raises(Busy):
            await one.take()
        one.give_back()
        assert (one.computing, one.waiting) == (0, 0)

    asyncio.run(scene())


def test_who_goes_away_while_waiting_takes_no_place():
    async def scene():
        one = places(waiting=3)
        await one.take()
        gone = asyncio.create_task(one.take())
        stays = asyncio.create_task(one.take())
        await asyncio.sleep(0)
        gone.cancel()
        one.give_back()
        await stays
        assert one.computing == 1

    asyncio.run(scene())


def test_who_goes_away_in_the_moment_of_his_turn_hands_it_on():
    async def scene():
        one = places(waiting=3)
        await one.take()
        gone = asyncio.create_task(one.take())
        stays = asyncio.create_task(one.take())
        await asyncio.sleep(0)
        one.give_back()
        gone.cancel()
        await asyncio.wait_for(stays, 1)
        assert one.computing == 1

    asyncio.run(scene())


def test_waiting_for_a_commit_holds_no_place():
    async def scene():
        one = places(waiting=0)
        await one.take()
        work = Work(door=None, actor=None, clock=None, came=None, place=Place(one))
        with work.waiting_for_commit():
            assert one.computing == 0
            await one.take()
        # Who comes back from his commit does not wait again.
        assert one.computing == 2

    asyncio.run(scene())


class Gate:
    """A route that answers when it is told to."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.inside = asyncio.Event()

    def routers(self):
        pages, api = SecureRouter(), ApiRouter()

        async def slow() -> Response:
            self.inside.set()
            await self.open.wait()
            return PlainTextResponse("done")

        pages.get("/slow", access=Access.PUBLIC)(slow)
        api.get("/slow", access=Access.PUBLIC)(slow)
        return {"pages": [pages], "api": [api]}


def test_past_the_limit_the_answer_is_503_with_retry_after(make):
    async def scene():
        gate = Gate()
        app = make(**gate.routers(), computing=1, waiting=0)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            held = asyncio.create_task(client.get("/slow"))
            await gate.inside.wait()
            refused = await client.get("/api/v1/slow")
            page = await client.get("/slow", headers={"Accept": "text/html"})
            health = await client.get("/healthz")
            style = await client.get("/static/css/base.css")
            gate.open.set()
            return await held, refused, page, health, style

    held, refused, page, health, style = asyncio.run(scene())
    assert held.status_code == health.status_code == style.status_code == 200
    assert refused.status_code == page.status_code == 503
    assert refused.headers["retry-after"] == page.headers["retry-after"] == "1"
    assert refused.json()["code"] == "busy"
    assert "现在人多" in page.text
    assert "content-security-policy" in refused.headers


def test_after_the_overload_everything_is_served_again(make):
    async def scene():
        gate = Gate()
        gate.open.set()
        app = make(**gate.routers(), computing=1, waiting=0)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            statuses = [
                answer.status_code
                for answer in await asyncio.gather(*(client.get("/slow") for _ in range(20)))
            ]
            return statuses, (await client.get("/slow")).status_code

    statuses, afterwards = asyncio.run(scene())
    assert set(statuses) <= {200, 503}
    assert afterwards == 200
