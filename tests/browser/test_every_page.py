"""Every page of both apps, for everybody who may come: nothing in anybody's way, nothing overflows, no complaints."""

import pytest

from tests.browser.walks import Walk, address, parameters, who
from tests.browser.windows import DESK, PHONE

#: Everybody who may come, with the app he comes to.
ROLES = (
    ("resident", "stranger"), ("resident", "newcomer"), ("resident", "resident"), ("committee", "stranger"),
    ("committee", "worker"), ("committee", "secretary"), ("committee", "contractor"),
    ("committee", "town_dispatcher"), ("committee", "district_dispatcher"), ("committee", "analyst"),
    ("committee", "security_administrator"), ("committee", "system_administrator"), ("committee", "auditor"),
)  # fmt: skip


@pytest.fixture(scope="module")
def seen() -> dict[str, set[int]]:
    """What was looked at already, by app."""
    return {"resident": set(), "committee": set()}


@pytest.mark.parametrize(("app", "role"), ROLES, ids=[" ".join(one) for one in ROLES])
def test_nothing_is_in_anybodys_way_on_any_page(app, role, open_window, town, cases, routes, seen):
    size = PHONE if app == "resident" else DESK
    walk = Walk(open_window(who(town, role, cases), app=app, size=size), seen[app])
    known = parameters(town, cases, role)
    statuses = {path: walk.visit(address(path, known)) for path in routes[app]}

    assert not walk.wrong
    assert len(statuses) >= 8
    assert walk.looked_at or seen[app], "who sees the same as another before him is not looked at twice"
    assert role == "stranger" or statuses["/"] == 200


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_every_page_is_shown_to_somebody(app, open_window, town, cases, routes):
    shown: set[str] = set()
    for role in (role for one, role in ROLES if one == app):
        window, known = open_window(who(town, role, cases), app=app), parameters(town, cases, role)
        for path in set(routes[app]) - shown:
            if window.request.get(address(path, known), max_redirects=3).status == 200:
                shown.add(path)

    never = set(routes[app]) - shown
    assert {path for path in never if path not in NOT_FOR_THESE} == set()


#: Shown to who has begun to sign in, and there is nobody else: the tests of signing in look at it.
NOT_FOR_THESE = {"/sign-in/second-factor", "/sign-in/new-password"}
