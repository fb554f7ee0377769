"""An app with the chaos plugin on: whatever that does, each case that was acknowledged is there."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from core_db.cases.model import CASES
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.installs.words import RunMode
from tests.beside import DEEDS, install, set_to, switch_on
from tests.town import Town


@pytest.fixture
def client(given: Town, door: Door, clock: RehearsedClock, actor_client: Any) -> Any:
    """A resident at his app, which found the plugin installed and on when it started; it runs in a worker."""
    install(door, clock, RunMode.WORKER)
    switch_on(door, clock, given.community.id)
    return actor_client(given.resident(), bearer=True)


def test_each_case_that_was_acknowledged_is_there_whatever_the_plugin_does(client: Any, door: Door) -> None:
    acknowledged = set()
    for deed in DEEDS:
        door.write_now(partial(set_to, deed=deed))
        for _ in range(3):
            sent = client.post(
                "/api/v1/cases", json={"text": "灯坏了"}, headers={"Idempotency-Key": new_id()}
            )
            assert sent.status_code == 201, (deed, sent.text)
            acknowledged.add(sent.json()["id"])
            # It really is asked: what it does not break it changes.
            assert deed != "nothing" or sent.json()["category"]["code"] == "0806"
        assert client.get("/api/v1/cases").status_code == 200

    there = set(door.read_now(lambda s: s.execute(select(CASES.c.id)).scalars().all()))
    assert acknowledged == there
    assert len(acknowledged) == 3 * len(DEEDS)
