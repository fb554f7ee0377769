"""The signpost sends every request where the framework, asking one route after the other, would have sent it."""

from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Match, Mount

from tests.databases import settings_for


@pytest.fixture(scope="module", params=["resident", "committee"])
def routed(request, tmp_path_factory):
    """An app's router and the signpost before it."""
    made = settings_for("sqlite:///nowhere.db", tmp_path_factory.mktemp("data"))
    router = import_module(f"{request.param}_app.main").create_app(made).router
    return router, router.middleware_stack


def chosen(routes, method, path):
    asked = {"type": "http", "path": path, "method": method, "root_path": ""}
    return next((route for route in routes if route.matches(asked)[0] is Match.FULL), None)


def test_every_route_is_found_by_its_own_path(routed):
    router, signpost = routed
    known = [
        (method, route.path.replace("{", "x-").replace("}", ""))
        for route in router.routes
        for method in sorted(getattr(route, "methods", None) or ())
    ]

    assert len(known) > 60
    for method, path in known:
        fitting = chosen(signpost._fitting(path), method, path)
        assert fitting is not None
        assert fitting is chosen(router.routes, method, path)


def test_what_lies_below_a_mount_is_found(routed):
    _router, signpost = routed

    assert isinstance(chosen(signpost._fitting("/static/css/a.css"), "GET", "/static/css/a.css"), Mount)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_path_goes_the_same_way(routed, data):
    router, signpost = routed
    words = sorted({part for route in router.routes for part in route.path.split("/")})
    parts = data.draw(st.lists(st.sampled_from([*words, "", "x", "a.b", "{case_id}"]), max_size=7))
    path = "/" + "/".join(parts)
    method = data.draw(st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]))

    assert chosen(signpost._fitting(path), method, path) is chosen(router.routes, method, path)
