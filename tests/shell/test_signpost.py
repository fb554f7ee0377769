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


def asked(method, path):
    return {"type": "http", "path": path, "method": method, "root_path": ""}


def chosen(router, method, path):
    """What the framework would choose, and what it would note of it."""
    matches = ((route, *route.matches(asked(method, path))) for route in router.routes)
    return next(((route, more) for route, match, more in matches if match is Match.FULL), None)


def test_every_route_is_found_by_its_own_path(routed):
    router, signpost = routed
    known = [
        (method, route.path.replace("{", "x-").replace("}", ""))
        for route in router.routes
        for method in sorted(getattr(route, "methods", None) or ())
    ]

    assert len(known) > 60
    for method, path in known:
        found = signpost._found(asked(method, path))
        assert found is not None
        assert found == chosen(router, method, path)


def test_no_route_that_fits_an_address_is_left_out_so_a_405_names_every_method(routed):
    router, signpost = routed
    for path in {route.path.replace("{", "x-").replace("}", "") for route in router.routes}:
        every = [one for one in router.routes if one.matches(asked("TRACE", path))[0] is not Match.NONE]

        assert [one for one in signpost.fitting(path) if one in every] == every


def test_what_lies_below_a_mount_is_found(routed):
    _router, signpost = routed

    assert isinstance(signpost._found(asked("GET", "/static/css/a.css"))[0], Mount)


def test_an_address_without_parameters_is_known_and_what_is_noted_of_it_is_each_requests_own(routed):
    _router, signpost = routed
    notes = [signpost._found(asked("GET", "/cases"))[1] for _request in range(2)]

    assert ("GET", "/cases") in signpost._known
    assert notes[0] == notes[1]
    assert notes[0]["path_params"] is not notes[1]["path_params"]


def test_below_another_root_the_path_is_what_is_left_of_it(routed):
    _router, signpost = routed

    assert signpost._found({**asked("GET", "/cases"), "root_path": "/cases"}) is None


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_path_goes_the_same_way(routed, data):
    router, signpost = routed
    words = sorted({part for route in router.routes for part in route.path.split("/")})
    parts = data.draw(st.lists(st.sampled_from([*words, "", "x", "a.b", "{case_id}"]), max_size=7))
    path = "/" + "/".join(parts)
    method = data.draw(st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]))

    assert signpost._found(asked(method, path)) == chosen(router, method, path)
