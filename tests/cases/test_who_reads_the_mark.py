"""In lists, too, a firm that still has a case does not read how it was judged, whoever asked for the list before."""

import json
from dataclasses import replace

import pytest

from core_db.cases import CaseFilter, Verb, case_shown, cases_as_json
from core_db.foundation.actor import Grant, Role

MARK = {"resolved": "no", "satisfied": 1}


@pytest.fixture
def judged(a_walk):
    """A case that its resident found not to be fixed, and that the firm still has."""
    walk = a_walk().to("verified")
    walk.try_(Verb.EVALUATION, walk.resident, **MARK)
    return walk


@pytest.fixture
def listed(given):
    """The mark as the reader's list says it."""

    def by(reader):
        (only,) = json.loads(given.see(cases_as_json, CaseFilter(), by=reader))["items"]
        return only["rating"]

    return by


@pytest.mark.parametrize("first", ["the firm", "the town"])
def test_the_town_reads_the_mark_and_the_firm_does_not_whoever_asks_first(first, judged, listed, given):
    town = given.town_dispatcher()
    expected = [(town, MARK), (judged.contractor, None)]

    for reader, mark in expected if first == "the town" else reversed(expected):
        assert listed(reader) == mark


def test_a_firms_man_who_sits_on_a_committee_elsewhere_reads_the_mark_no_more_than_the_firm(
    judged, listed, given
):
    seat = given.worker_next_door().grants
    both = replace(judged.contractor, grants=(*judged.contractor.grants, *seat))

    assert listed(both) is given.see(case_shown, judged.id, by=both)["rating"] is None


def test_what_a_seat_let_a_firms_man_read_is_read_no_more_once_he_has_it_no_more(judged, listed, given):
    seat = Grant(role=Role.TOWN_DISPATCHER, place_id=given.town.id)
    while_he_sat = replace(judged.contractor, grants=(*judged.contractor.grants, seat))

    assert [listed(one) for one in (while_he_sat, judged.contractor, while_he_sat)] == [MARK, None, MARK]
