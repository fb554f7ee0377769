"""R-12: who has effects inside is killed again and again; each fact has had each of its effects once."""

import time
from threading import Thread

from sqlalchemy import text

from core_db.foundation.clock import SystemClock
from core_db.relay import begin_listening
from tests.drills import warm
from tests.drills.consumer import NAME, consume
from tests.drills.house import size
from tests.relay.telling import note_case

FACTS, AT_A_TIME = size(quick=60, long=6_000), 5
KILLS = size(quick=2, long=20)
PATIENCE = 120.0


def effects(door, which: str = "") -> int:
    """How many effects there were, those that happened twice counted twice."""
    said = text("SELECT coalesce(sum(next), 0) FROM running_numbers WHERE series LIKE :which")
    return door.read_now(lambda session: int(session.execute(said, {"which": f"{which}%:%-%"}).scalar()))


def wait_for(door, count: int, which: str = "") -> None:
    until = time.monotonic() + PATIENCE
    while effects(door, which) < count:
        assert time.monotonic() < until, f"{effects(door, which)} of {count}"
        time.sleep(0.005)


def test_each_effect_of_each_fact_happens_once_however_often_its_maker_is_killed(door, settings, tmp_path):
    door.write_now(lambda session: begin_listening(session, NAME))

    def telling():
        for _ in range(FACTS // AT_A_TIME):
            door.write_now(lambda s: [note_case(s, clock=SystemClock()) for _ in range(AT_A_TIME)])

    teller = Thread(target=telling)
    teller.start()
    for kill in range(KILLS):
        consumer = warm.begin_elsewhere(consume, settings.database_url, tmp_path)
        wait_for(door, 2 * FACTS * (2 * kill + 1) // (2 * KILLS))
        consumer.kill()
        consumer.join(60)
    teller.join()

    last = warm.begin_elsewhere(consume, settings.database_url, tmp_path)
    wait_for(door, FACTS, "first")
    wait_for(door, FACTS, "second")
    last.kill()
    last.join(60)

    assert (effects(door, "first"), effects(door, "second")) == (FACTS, FACTS)
    once = text("SELECT count(*), max(next) FROM running_numbers WHERE series LIKE '%:%-%'")
    assert tuple(door.read_now(lambda session: session.execute(once).one())) == (2 * FACTS, 1)
