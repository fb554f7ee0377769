"""Under overload few compute, some wait a moment, the rest are told when to come back."""

import asyncio
import threading

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from starlette.responses import PlainTextResponse, Response

import committee_app.main
import resident_app.main
from app_shell.front import FRONT_KEY
from app_shell.limits import REPORTING, Place, Places
from app_shell.routing import Access, ApiRouter, SecureRouter
from app_shell.work import Work
from core_db.foundation.actor import system_actor
from core_db.foundation.came import BY_COMMAND
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.errors import Busy
from tests.conftest import START
from tests.databases import open_door
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


def test_where_nobody_may_wait_a_free_place_is_still_one():
    async def scene():
        one = places(waiting=0)
        assert not one.is_full
        await one.take()
        assert one.is_full
        one.give_back()
        assert not one.is_full

    asyncio.run(scene())


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
        with work.standing_aside():
            assert one.computing == 0
            await one.take()
        # Who comes back from his commit does not wait again.
        assert one.computing == 2

    asyncio.run(scene())


# -- who reports something --------------------------------------------------------------------------


def two_lines(*, for_reports: int = 1, waiting: int = 1) -> tuple[Places, Places]:
    """Places of which one computes, and those of reports beside them."""
    others = places(waiting=waiting)
    return others, Places(computing=for_reports, waiting=waiting, waiting_ms=5000, others=others)


def test_a_report_has_a_place_that_nobody_else_can_take():
    async def scene():
        others, reports = two_lines()
        await others.take()
        waiting = asyncio.create_task(others.take())
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await others.take()
        assert await reports.take() is reports
        waiting.cancel()

    asyncio.run(scene())


def test_a_report_takes_a_free_place_of_the_others_too_and_gives_it_back_to_them():
    async def scene():
        others, reports = two_lines()
        taken = [await reports.take(), await reports.take()]
        assert taken == [reports, others]
        waiting = asyncio.create_task(reports.take())
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await reports.take()
        others.give_back()
        assert await waiting is others
        assert (reports.computing, others.computing) == (1, 1)

    asyncio.run(scene())


def test_a_report_that_waits_goes_before_nobody_who_waits_for_his_own():
    async def scene():
        others, reports = two_lines()
        await reports.take()
        await others.take()
        report = asyncio.create_task(reports.take())
        other = asyncio.create_task(others.take())
        await asyncio.sleep(0)
        others.give_back()
        assert await other is others
        assert not report.done()
        reports.give_back()
        assert await report is reports

    asyncio.run(scene())


def test_a_report_whose_writer_went_away_in_the_moment_of_his_turn_leaves_no_place_behind():
    async def scene():
        others, reports = two_lines()
        await reports.take()
        await others.take()
        gone = asyncio.create_task(reports.take())
        await asyncio.sleep(0)
        others.give_back()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert (reports.computing, others.computing) == (1, 0)

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

        async def report() -> Response:
            return PlainTextResponse("reported")

        pages.get("/slow", access=Access.PUBLIC)(slow)
        pages.get("/report", access=Access.PUBLIC)(report)
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


def test_past_the_limit_a_report_is_let_in(make):
    async def scene():
        gate = Gate()
        app = make(**gate.routers(), computing=1, waiting=0)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            held = asyncio.create_task(client.get("/slow"))
            await gate.inside.wait()
            refused, report = await client.get("/slow"), await client.get("/report")
            gate.open.set()
            await held
            return refused.status_code, report.status_code

    assert asyncio.run(scene()) == (503, 200)


def test_at_the_socket_a_report_is_turned_away_only_where_its_own_line_is_full(make, door):
    async def scene():
        gate = Gate()
        app = make(**gate.routers(), door=door, computing=1, waiting=1, waiting_ms=30_000)
        transport = httpx2.ASGITransport(app)
        async with (
            app.router.lifespan_context(app) as state,
            httpx2.AsyncClient(transport=transport, base_url=BASE) as client,
        ):
            is_full = state[FRONT_KEY].is_full
            held = [asyncio.create_task(client.get("/slow")) for _ in range(2)]
            await gate.inside.wait()
            await asyncio.sleep(0)
            seen = [is_full("GET", path, 2) for path in ("/slow", "/report")]
            # As many under way as all lines and the writer's queue hold.
            seen += [is_full("POST", "/report", 1 + 1 + 64), is_full("POST", "/report", 1 + 1 + 64 + 2 + 1)]
            gate.open.set()
            await asyncio.gather(*held)
            return seen

    assert asyncio.run(scene()) == [True, False, False, True]


def test_what_room_the_writer_has_left_is_kept_for_reports(settings):
    """Of a queue of eight the eighth waits for somebody who reports something."""
    door = open_door(settings.model_copy(update={"write_queue": 8}))
    began, held, seven = threading.Event(), threading.Event(), []
    clock, lines = RehearsedClock(START), Places(computing=9, waiting=0, waiting_ms=1)

    def work(*, is_for_report: bool) -> Work:
        place = Place(lines, is_for_report=is_for_report)
        return Work(door=door, actor=system_actor("tests"), clock=clock, came=BY_COMMAND, place=place)

    def nothing(session, *, actor, clock):
        return "written"

    def hold(_session):
        began.set()
        held.wait(30)

    async def scene():
        seven.append(asyncio.create_task(door.write(hold)))
        await asyncio.to_thread(began.wait, 30)
        seven.extend(asyncio.create_task(work(is_for_report=False).write(nothing)) for _ in range(7))
        await asyncio.sleep(0)
        assert door.keeps_room
        with pytest.raises(Busy):
            await work(is_for_report=False).write(nothing)
        report = asyncio.create_task(work(is_for_report=True).write(nothing))
        await asyncio.sleep(0)
        assert door.is_full
        with pytest.raises(Busy):
            await work(is_for_report=True).write(nothing)
        held.set()
        await asyncio.gather(*seven)
        return await report

    try:
        assert asyncio.run(scene()) == "written"
    finally:
        held.set()
        door.close()


def test_every_address_with_a_line_of_its_own_is_one_of_an_app(settings, clock):
    known = {
        (method, route.path)
        for make_it in (resident_app.main.create_app, committee_app.main.create_app)
        for route in iter_route_contexts(make_it(settings, clock=clock).routes)
        for method in getattr(route, "methods", None) or ()
    }

    assert known
    assert known >= REPORTING


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
