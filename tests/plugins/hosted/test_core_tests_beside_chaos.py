"""Beside a plugin that does everything wrong the residents' API is as its contract has it: the core's own tests.

All of the core's tests are held beside it by `pytest --beside chaos` (`make drill`); these at each push.
"""

import threading

import pytest
from sqlalchemy import select

from core_db.relay.model import DELIVERIES
from tests.resident import test_cases_api as core

pytestmark = pytest.mark.usefixtures("chaos")
AGAIN = {name: test for name, test in vars(core).items() if name.startswith("test_")}
globals().update(AGAIN)


def test_there_are_tests_to_hold_again() -> None:
    assert len(AGAIN) > 20


def test_it_hears_what_happens_beside_the_app(given, actor_client, door):
    aunt = actor_client(given.resident(), bearer=True)

    raised = aunt.post("/api/v1/cases", json={"text": "楼道的灯坏了"}, headers={"Idempotency-Key": "heard-1"})

    assert raised.status_code == 201, raised.text
    # That it is tried is written before it is told, and what came of it afterwards.
    tried = select(DELIVERIES.c.listener, DELIVERIES.c.last_error).where(DELIVERIES.c.last_error.is_not(None))
    found = heard(lambda: door.read_now(lambda session: session.execute(tried).all()))
    assert [one.listener for one in found] == ["x:chaos:overhear"]
    assert "broken on purpose" in found[0].last_error


def heard(look):
    """What there is as soon as there is anything; nothing after ten seconds."""
    pause = threading.Event()
    for _ in range(200):
        if (found := look()) or pause.wait(0.05):
            return found
    return []
