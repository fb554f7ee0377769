"""Beside a plugin that does everything wrong the residents' API is as its contract has it: the core's own tests.

All of the core's tests are held beside it by `pytest --beside chaos` (`make drill`); at each push one of each kind.
"""

import threading

import pytest
from sqlalchemy import select

from core_db.relay.model import DELIVERIES
from tests.resident import test_cases_api as core

pytestmark = pytest.mark.usefixtures("chaos")
AGAIN = (
    core.test_a_resident_raises_a_case,
    core.test_the_same_key_and_body_gets_the_same_bytes_and_one_case,
    core.test_an_emergency_word_gets_advice_and_the_case_is_filed_too,
    core.test_what_cannot_be_read_is_said_beside_its_field,
    core.test_neighbours_see_public_cases_without_the_reporter_and_join_them,
    core.test_who_lives_elsewhere_finds_nothing,
    core.test_the_changing_verbs_demand_the_version,
    core.test_no_opens_a_review_and_allows_reopening,
    core.test_urging_is_once_a_day_and_messages_are_free,
)
globals().update({test.__name__: test for test in AGAIN})


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
