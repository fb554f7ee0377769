"""Where no look can be recorded, every way to what is sealed is closed: all of them, not those somebody thought of."""

import asyncio

import pytest
from sqlalchemy import text

from tests.security.asks import asks_of
from tests.security.canaries import SEALED, UNCOVERING
from tests.security.conftest import stage_on
from tests.security.lock import locked

#: Opened to be compared or kept elsewhere: nobody is shown it, and it is recorded all the same.
COMPARED = {
    ("POST", "/bindings/{binding_id}/approval"), ("POST", "/api/v1/bindings/{binding_id}/approval"),
    ("POST", "/data-requests/corrections/{request_id}/approval"),
    ("POST", "/api/v1/data-requests/corrections/{request_id}/approval"),
}  # fmt: skip


@pytest.fixture(scope="module")
def own_stage(request):
    with stage_on(request, "sqlite") as made:
        yield made


def those_let_in(stage):
    """Of each way one ask by somebody whom the lock lets in, who is shown it or has it compared."""
    known = locked()
    ways = {(app, *one) for app, *one in (key[:3] for key in known) if tuple(one) in UNCOVERING | COMPARED}
    for app, method, route in sorted(ways):
        for ask in asks_of(stage.world, app, method, route):
            roles = [
                key[3]
                for key, outcome in known.items()
                if key[:3] == (app, method, route)
                and key[4] == ask.relation
                and outcome[:3] in ("200", "201", "303")
                and "sign-in" not in outcome
            ]
            if roles:
                yield app, method, route, roles[0], ask
                break


def test_every_way_to_what_is_sealed_is_closed(own_stage):
    asks = list(those_let_in(own_stage))
    ways = {(method, route) for _app, method, route, _role, _ask in asks}
    assert ways == UNCOVERING | COMPARED

    def given():
        return {ask[2]: asyncio.run(own_stage.matrices[ask[0]].ask(*ask[1:4], ask[4])) for ask in asks}

    before = given()
    assert {cell.answer.status for cell in before.values()} <= {200, 201, 303}
    with own_stage.door.operator.write.begin() as connection:
        connection.execute(text("DROP TABLE access_events"))
    with own_stage.door.for_good():
        after = given()

    assert {route: cell.answer.status for route, cell in after.items()} == dict.fromkeys(after, 503)
    for cells, shown in ((before, True), (after, False)):
        found = {one for cell in cells.values() for one in cell.canaries if SEALED.fullmatch(one)}
        assert bool(found) is shown
