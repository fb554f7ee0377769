"""T06: which fields of an answer each role gets was judged by a person, and nobody gets another one."""

import pytest

from tests.security.keys import beyond, fields_by_role, fields_of, locked


def test_nobody_gets_a_field_that_was_not_judged_for_his_role(stage):
    """What is new is told as it is: judge it, then put it into `keys.lock.csv`."""
    found = fields_by_role(stage.cells)

    assert len(found) > 150
    assert beyond(found, locked()) == []


@pytest.mark.either
def test_no_field_is_judged_that_nobody_gets_any_more(stage):
    assert beyond(locked(), fields_by_role(stage.cells)) == []


def test_a_field_more_would_be_noticed():
    """A control: also deep within, and where it stands for each of several."""
    asked = ("resident", "GET", "/api/v1/cases", "own")
    known = {asked: {*fields_of({"items": [{"id": 1, "place": {"label": "1-101"}}], "next": None})}}
    found = {asked: {*fields_of({"items": [{"id": 1}, {"place": {"label": "", "phone": ""}}], "next": []})}}

    assert beyond(found, known) == ["resident GET /api/v1/cases own: items[].place.phone"]
    assert beyond(known, found) == []
