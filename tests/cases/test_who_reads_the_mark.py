"""In lists, too, a firm that still has a case does not read how it was judged, whoever asked for the list before."""

import json
from dataclasses import replace

import pytest

from core_db.cases import CaseFilter, Verb, case_shown, cases_as_json

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
