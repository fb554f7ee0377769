"""The categories an organisation handles: ticked anew by whoever keeps it, in its history, offered at once."""

import re

import pytest

from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.recorded import SaysSoAlready
from core_db.neighbourhood import HandlingDraft, categories_handled, entry_history, say_what_it_handles
from core_db.neighbourhood.errors import HandlesNothing
from core_db.people import organisations_for
from tests.neighbourhood.conftest import ORGANISATION


@pytest.fixture
def handle(given, worker):
    def said(organisation, *codes, by=None):
        draft = HandlingDraft(categories=codes)
        return given.do(say_what_it_handles, organisation.id, draft, by=by or worker)

    return said


def test_it_is_offered_for_what_it_handles_and_for_nothing_else(given, worker, handle):
    firm = given.lift_firm
    handle(firm, "03", "0401")

    def offered(code):
        found = given.see(organisations_for, code, given.community.id, by=worker)
        return firm.id in [one.id for one in found]

    assert [offered(code) for code in ("0302", "0401", "0402")] == [True, True, False]
    handle(firm, "0402")
    assert [offered(code) for code in ("0302", "0401", "0402")] == [False, False, True]
    line = given.see(entry_history, ORGANISATION, firm.id, by=worker)[0]
    assert (line.field, line.before, line.after, line.may_undo) == ("categories", "03 0401", "0402", False)


def test_the_same_again_changes_nothing_and_none_is_allowed(given, worker, handle):
    handle(given.lift_firm, "03")
    with pytest.raises(SaysSoAlready):
        handle(given.lift_firm, "03", "03")

    handle(given.lift_firm)

    assert given.see(categories_handled, given.lift_firm.id, by=worker) == []


def test_to_an_organisation_of_the_area_nothing_is_dispatched(given, worker, enter, handle, actor_client):
    pharmacy = enter(ORGANISATION, name="便民药房")

    with pytest.raises(HandlesNothing):
        handle(pharmacy, "03")
    client = actor_client(worker, page=True)
    assert "办哪些类别" not in client.get(f"/neighbourhood/organisations/{pharmacy.id}").text
    assert client.get(f"/neighbourhood/organisations/{pharmacy.id}/categories").status_code == 404


def test_what_is_no_category_is_refused():
    for wrong in ("3", "abc", "030201", "03 "):
        with pytest.raises(ValueError, match="categories"):
            HandlingDraft(categories=(wrong.rstrip() + "x" if wrong == "03 " else wrong,))


@pytest.mark.parametrize("who", ["worker_next_door", "contractor"])
def test_others_do_not_say_it(given, handle, who):
    with pytest.raises((NotFound, NotPermitted)):
        handle(given.lift_firm, "03", by=getattr(given, who)())


def test_the_page_shows_them_by_name_and_what_is_ticked(given, worker, handle, actor_client):
    firm = given.lift_firm
    handle(firm, "03")
    client = actor_client(worker, page=True)

    page = client.get(f"/neighbourhood/organisations/{firm.id}/categories").text

    assert re.search(r'value="03"[^>]* checked', page)
    assert 'value="0401"' in page
    assert "办哪些类别" in client.get(f"/neighbourhood/organisations/{firm.id}").text
