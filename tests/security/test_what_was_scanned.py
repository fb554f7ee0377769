"""Whatever is read from an address stands on the list of what a scan asks, so that no new parameter is forgotten."""

import re

import pytest
from starlette.responses import PlainTextResponse, Response

from app_shell.routing import Access, SecureRouter, walk
from committee_app.main import create_app as committees
from resident_app.main import create_app as residents
from tests.security.queries import BY_HAND, called_in, listed, queries_of


@pytest.fixture(scope="module")
def apps():
    """Both as they serve, with what plugins bring."""
    return {"resident": residents(), "committee": committees()}


def test_every_parameter_of_an_address_is_listed_and_no_other(apps):
    found = {one for name, app in apps.items() for one in queries_of(name, app)}

    assert len(found) > 150
    assert sorted(found - set(listed())) == [], "python -m tests.security.queries prints their lines"
    assert sorted(set(listed()) - found) == []


def test_what_a_handler_reads_from_the_address_by_hand_is_listed_too(apps):
    by_hand = {
        (name, method, path)
        for name, app in apps.items()
        for method, path, route in walk(app.routes)
        if {"query_params", "query_string"} & set(called_in(route))
    }
    searched = {one[1:3] for one in listed() if one[0] == "committee" and one[3] == "handler"}

    assert by_hand <= {one[:3] for one in BY_HAND}
    assert searched == {("GET", "/api/v1/cases"), ("GET", "/cases"), ("GET", "/cases/{case_id}")}


def test_a_list_says_of_each_when_it_was_asked_or_nothing():
    days = {day for asked in listed().values() for day in asked.values()}

    assert {re.sub(r"20\d\d-\d\d-\d\d", "", day) for day in days} == {""}


def test_a_parameter_that_nobody_listed_is_found(apps):
    router = SecureRouter()

    @router.get("/planted", access=Access.PUBLIC)
    async def planted(sort: str = "") -> Response:
        return PlainTextResponse(sort)

    app = apps["resident"]
    before = list(app.router.routes)
    app.router.routes[:] = [*router.routes, *before]
    try:
        assert set(queries_of("resident", app)) - set(listed()) == {("resident", "GET", "/planted", "sort")}
    finally:
        app.router.routes[:] = before
