"""What a scan of another program goes by: its hall, from what it begins, and how its words are read."""

import pytest

from tests.security.beginnings import asked_with, begun_with, knock_at
from tests.security.hall import Hall, planted_routes
from tests.security.scan import CONTROLS, Verdict, verdict_of, wanted

SAID = """\
[INFO] testing if GET parameter 'limit' is dynamic
[WARNING] GET parameter 'limit' does not seem to be injectable
[INFO] GET parameter 'q' appears to be 'AND boolean-based blind' injectable
sqlmap identified the following injection point(s) with a total of 290 HTTP(s) requests:
---
Parameter: q (GET)
    Type: boolean-based blind
---
"""


@pytest.fixture
def hall(stage):
    routes = stage.apps["committee"].router.routes
    before = list(routes)
    routes[:] = [*planted_routes().routes, *before]
    with Hall(stage).open() as opened:
        yield opened
    routes[:] = before


#: By name: what holds of every row, and what of none.
EITHER = {
    "sort": ("name", "CASE WHEN 1=2 THEN name END"),
    "q": ("%' OR '1' LIKE '1", "无' AND '1' LIKE '"),
}


def test_what_was_planted_for_a_scan_lets_statements_in(hall):
    for app, method, path, name in CONTROLS:
        knock = knock_at(hall.stage.world, (app, method, path))
        true, false = (hall.status_of(knock, asked_with({name: said})) for said in EITHER[name])

        assert (true[0], false[0]) == (200, 200)
        assert true[1] != false[1]


def test_a_scan_asks_as_whoever_is_let_in_with_words_that_are_taken(hall):
    world = hall.stage.world

    def tried(knock, words):
        return hall.status_of(knock, asked_with(words))

    for route, names in (
        (("committee", "GET", "/api/v1/people"), {"q", "limit"}),
        (("committee", "GET", "/reads"), {"after"}),
        (("committee", "POST", "/api/v1/plugins/{plugin_id}/settings"), {"at"}),
        (("resident", "GET", "/cases"), {"after", "show"}),
        (("resident", "WS", "/live"), {"after"}),
    ):
        knock = knock_at(world, route)
        taken, refused = begun_with(world, knock, names, tried)

        assert (tried(knock, taken)[0], set(taken) & names, refused) == (200, names, {}), route


def test_what_a_scan_asks_changes_nothing(hall):
    before = hall.stage.digest()
    knock = knock_at(hall.stage.world, ("committee", "POST", "/api/v1/plugins/{plugin_id}/disabling"))

    assert [hall.status_of(knock, "")[0] for _ in range(2)] == [200, 200]
    assert hall.stage.digest() == before


def test_a_parameter_was_asked_to_its_end_when_a_scan_says_what_it_came_to():
    assert verdict_of(SAID) == Verdict(frozenset({"limit", "q"}), frozenset({"q"}))
    assert verdict_of("[CRITICAL] connection timed out") == Verdict(frozenset(), frozenset())


def test_what_was_not_asked_since_a_day_is_wanted_again_on_each_database():
    for database in ("sqlite", "postgres"):
        every = {(*route, name) for route, names in wanted(database, "2999-01-01", []) for name in names}
        late = {(*route, name) for route, names in wanted(database, "", []) for name in names}

        assert late <= every
        assert len(every) > 200
