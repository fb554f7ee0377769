"""Every page of both apps, for everybody who may come: nothing in anybody's way, nothing overflows, no complaints."""

from collections.abc import Hashable

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


@pytest.mark.parametrize(("app", "size"), [("resident", PHONE), ("committee", DESK)])
def test_nothing_is_in_anybodys_way_on_any_page(app, size, open_window, town, cases, routes):
    seen: set[Hashable] = set()
    shown: set[str] = set()
    for role in (role for one, role in ROLES if one == app):
        walk = Walk(open_window(who(town, role, cases), app=app, size=size), seen)
        known = parameters(town, cases, role)
        statuses = {path: walk.visit(address(path, known), path) for path in routes[app]}

        # A page that is left open goes on listening and drawing.
        walk.page.context.close()

        assert walk.wrong == [], role
        assert role == "stranger" or statuses["/"] == 200
        shown |= {path for path, status in statuses.items() if status == 200}

    never = set(routes[app]) - shown
    assert {path for path in never if path not in NOT_FOR_THESE} == set(), "nobody was shown it"


#: Shown to who has begun to sign in, and there is nobody else: the tests of signing in look at it.
NOT_FOR_THESE = {"/sign-in/second-factor", "/sign-in/new-password"}
