"""R-08: two machines whose clocks differ, and one that steps under load: order is counted, not timed."""

import asyncio
import json
from datetime import timedelta

from websockets.asyncio.client import connect

from tests.drills.house import size, submit, together

BESIDE, STEP = timedelta(seconds=5), timedelta(seconds=90)
RESIDENTS, EACH = 4, size(quick=12, long=1_000)


def test_under_load_at_two_machines_a_clock_that_steps_changes_no_order_and_loses_nothing(place):
    """One machine is five seconds behind, the other steps 90 seconds back and forth while both are busy."""
    people = place.residents(RESIDENTS)
    other = place.beside(behind=BESIDE)
    place.skew_by(timedelta())
    place.start()
    other.start()
    kept, heard = [], []

    async def resident(number, token):
        async with (place, other)[number % 2].client(token) as client:
            for n in range(EACH):
                text = f"第 {number}-{n} 件：楼道灯不亮"
                said = await submit(client, f"skew-{number}-{n}", text)
                assert said.status_code == 201, said.text
                kept.append(text)
                if len(kept) == RESIDENTS * EACH // 3:
                    place.skew_by(-STEP)
                elif len(kept) == RESIDENTS * EACH * 2 // 3:
                    place.skew_by(timedelta())

    async def listen(token):
        at = f"ws://127.0.0.1:{other.port}/live?after=0"
        async with connect(at, additional_headers={"Cookie": f"shequyun_resident={token}"}) as socket:
            while len(heard) < EACH:
                said = json.loads(await asyncio.wait_for(socket.recv(), 60))
                if said.get("type") == "case.submitted":
                    heard.append(said["position"])

    async def scene():
        await together(
            listen(people[0][1]), *(resident(n, token) for n, (_actor, token) in enumerate(people))
        )

    try:
        asyncio.run(scene())
    finally:
        other.kill()

    his = place.stored(
        "SELECT position FROM outbox WHERE type = 'cn.shequyun.case.submitted.v1' "
        f"AND audience LIKE '%account:{people[0][0].id}%' ORDER BY position"
    )
    assert heard == [position for (position,) in his]
    of_all = RESIDENTS * EACH
    assert place.stored("SELECT count(*), count(DISTINCT text), count(DISTINCT number) FROM cases") == [
        (of_all, of_all, of_all)
    ]
    moments = place.stored("SELECT occurred_at FROM outbox ORDER BY position")
    assert moments != sorted(moments), "no clock has stepped at all"
