"""Plugins take turns at the writer: whatever they ask, people find room in its line."""

import asyncio
import threading

from core_db.foundation.came import BY_JOB
from core_db.foundation.reach import Across, across
from plugins.host.gateway.turns import SHARE, Turns

PLUGIN = "elder-care"
EVERYTHING = across(Across.JOB)


async def until(come):
    """Until it has come; each look lets the loop do one round."""
    async with asyncio.timeout(30):
        while not come():  # noqa: ASYNC110 - who comes is in another thread or task and says nothing
            await asyncio.sleep(0)


async def take(turns, taken, number, let_go):
    async with turns:
        taken.append(number)
        await let_go.wait()


def test_so_many_have_a_turn_and_the_others_wait_in_the_order_they_came():
    async def five():
        turns, taken, let_go = Turns(2), [], asyncio.Event()
        asking = [asyncio.create_task(take(turns, taken, number, let_go)) for number in range(5)]
        await until(lambda: turns.waiting == 3)
        first = list(taken)
        let_go.set()
        await asyncio.gather(*asking)
        return first, taken, turns.waiting

    assert asyncio.run(five()) == ([0, 1], [0, 1, 2, 3, 4], 0)


def test_who_went_away_while_he_waited_takes_no_turn_from_anybody():
    async def three():
        turns, taken, let_go = Turns(1), [], asyncio.Event()
        asking = [asyncio.create_task(take(turns, taken, number, let_go)) for number in range(3)]
        await until(lambda: turns.waiting == 2)
        asking[1].cancel()
        let_go.set()
        await asyncio.gather(*asking, return_exceptions=True)
        async with asyncio.timeout(30), turns:
            return taken

    assert asyncio.run(three()) == [0, 2]


def test_a_turn_goes_from_one_event_loop_to_another():
    turns, held, let_go = Turns(1), threading.Event(), threading.Event()

    async def hold():
        async with turns:
            held.set()
            await asyncio.to_thread(let_go.wait, 30)

    async def wait_for_it():
        async with asyncio.timeout(30), turns:
            return "mine"

    elsewhere = threading.Thread(target=lambda: asyncio.run(hold()))
    elsewhere.start()
    assert held.wait(30)
    said = []
    here = threading.Thread(target=lambda: said.append(asyncio.run(wait_for_it())))
    here.start()
    while not turns.waiting:
        here.join(0.001)
    let_go.set()
    for one in (elsewhere, here):
        one.join(30)

    assert said == ["mine"]


def test_while_a_plugin_floods_people_find_room_in_the_line(on, gateway, door, given):
    on()
    asks = gateway.ask(PLUGIN, given.community.id, "slot:card", None)
    held, let_go = threading.Event(), threading.Event()

    def hold(_session):
        held.set()
        let_go.wait(30)

    async def beside_a_flood():
        keeps = [
            asyncio.create_task(door.write(hold, reach=EVERYTHING, came=BY_JOB))
            for _ in range(door.engines.writers)
        ]
        await until(held.is_set)
        floods = [asyncio.create_task(asks("once", {"key": f"{n}"})) for n in range(200)]
        await until(lambda: gateway._turns.waiting >= 200 - door.queue_limit // SHARE)
        waiting = door.waiting
        people = [
            asyncio.create_task(door.write(lambda _session: "done", reach=EVERYTHING, came=BY_JOB))
            for _ in range(door.queue_limit // 2)
        ]
        await asyncio.sleep(0)
        let_go.set()
        said = await asyncio.gather(*people)
        answers = await asyncio.gather(*floods, *keeps, return_exceptions=True)
        return waiting, set(said), [one for one in answers if isinstance(one, Exception)]

    waiting, said, refused = asyncio.run(beside_a_flood())

    assert waiting <= door.queue_limit // SHARE
    assert (said, refused) == ({"done"}, [])
