"""Every page of both apps, for everybody who may come: nothing in anybody's way, nothing overflows, no complaints.

At a push each page is opened in one look, chosen by its address, for the first who is shown something new on it;
`--throughout` opens each for everybody who may see it, light, dark and in large print, on a phone and at a desk.
"""

from collections.abc import Hashable

import pytest

from tests.browser.eye import Walk
from tests.browser.looks import LOOKS, every_look, one_for_each_route
from tests.browser.walks import address, parameters, who

#: Everybody who may come, with the app he comes to.
ROLES = (
    ("resident", "stranger"), ("resident", "newcomer"), ("resident", "resident"), ("committee", "stranger"),
    ("committee", "worker"), ("committee", "secretary"), ("committee", "contractor"),
    ("committee", "town_dispatcher"), ("committee", "district_dispatcher"), ("committee", "analyst"),
    ("committee", "security_administrator"), ("committee", "system_administrator"), ("committee", "auditor"),
)  # fmt: skip


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_nothing_is_in_anybodys_way_on_any_page(app, open_window, town, cases, routes):
    seen: set[Hashable] = set()
    shown: set[str] = set()
    worn = set()
    for role in (role for one, role in ROLES if one == app):
        window = open_window(who(town, role, cases), app=app)
        walk = Walk(window, seen, looks=one_for_each_route)
        known = parameters(town, cases, role)
        statuses = {path: walk.visit(address(path, known), path) for path in routes[app]}

        # A page that is left open goes on listening and drawing.
        walk.page.context.close()

        assert walk.wrong == [], role
        assert role == "stranger" or statuses["/"] == 200
        shown |= {path for path, status in statuses.items() if status == 200}
        worn |= walk.worn

    never = set(routes[app]) - shown
    assert {path for path in never if path not in NOT_FOR_THESE} == set(), "nobody was shown it"
    assert worn == set(LOOKS)


@pytest.mark.throughout
@pytest.mark.parametrize(("app", "role"), ROLES)
def test_nothing_is_in_anybodys_way_in_any_look(app, role, open_window, town, cases, routes):
    walk = Walk(open_window(who(town, role, cases), app=app), looks=every_look)
    known = parameters(town, cases, role)
    statuses = [walk.visit(address(path, known), path) for path in routes[app]]

    assert walk.wrong == []
    # Whoever is sent elsewhere meets a page that he was shown already.
    assert walk.looked_at >= len(LOOKS)
    assert walk.worn == set(LOOKS)
    assert 200 in statuses


#: Shown to who has begun to sign in, and there is nobody else: the tests of signing in look at it.
NOT_FOR_THESE = {"/sign-in/second-factor", "/sign-in/new-password"}
