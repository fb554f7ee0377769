"""What plugins show on our pages: after the page, to whoever may see what it is about, and nothing where none does."""

import pytest

from app_shell.plugged import Shown
from tests.installs.conftest import enabled, installed
from tests.mydata.childhood import child_of
from tests.plugged import card, text

__all__ = ["enabled", "installed"]

PANEL = "committee.case.panels"
STATUS, NOTES = "committee.plugin.status", "resident.consents.notes"
CHOSEN = "elder-care.elder_visit"


@pytest.fixture
def shown(host):
    """`shown(slot)`: two plugins fill it, one of them is away."""

    def fill(slot):
        host.shown[slot] = [
            Shown(plugin_id="elder-care", name="独居老人探访", card=card("探访", text("下次 12月3日"))),
            Shown(plugin_id="broken-x", name="坏掉的", card=None, is_away=True),
        ]

    return fill


def test_a_page_has_a_place_for_plugins_only_where_one_shows_something(given, at, shown):
    case_id, worker = given.a_case().case.id, at(given.worker())

    before = worker.get(f"/cases/{case_id}").text
    shown(PANEL)
    after = worker.get(f"/cases/{case_id}").text

    assert "data-slot" not in before
    assert f'data-slot="/x/slots/{PANEL}?subject={case_id}"' in after
    assert f'<noscript><p><a class="way" href="/x/slots/{PANEL}?subject={case_id}">' in after


def test_the_page_itself_asks_no_plugin(given, at, shown, host):
    case_id = given.a_case().case.id
    shown(PANEL)

    at(given.worker()).get(f"/cases/{case_id}")

    assert host.asked == []


def test_a_committee_reads_what_plugins_show_and_which_of_them_is_away(given, at, shown, host):
    case_id = given.a_case().case.id
    shown(PANEL)

    answer = at(given.worker()).get(f"/x/slots/{PANEL}?subject={case_id}")

    assert answer.status_code == 200
    assert "下次 12月3日" in answer.text
    assert "来自应用：独居老人探访" in answer.text
    assert "应用“坏掉的”暂时不可用" in answer.text
    assert host.asked == [(PANEL, case_id, given.community.id)]


def test_a_resident_is_not_bothered_with_a_plugin_that_is_away(given, at, shown):
    shown("resident.home.cards")

    page = at(given.resident()).get("/x/slots/resident.home.cards").text

    assert "下次 12月3日" in page
    assert "坏掉的" not in page


@pytest.mark.parametrize("subject", ["of another neighbourhood", "of nobody", "no id", ""])
def test_what_one_cannot_see_no_plugin_is_asked_about(given, at, shown, host, subject):
    foreign = given.a_case(by=given.resident_next_door()).case.id
    its_id = {"of another neighbourhood": foreign, "of nobody": foreign[:-4] + "0000", "no id": "x", "": ""}[
        subject
    ]
    shown(PANEL)

    answer = at(given.worker()).get(f"/x/slots/{PANEL}?subject={its_id}")

    assert answer.status_code == 404
    assert host.asked == []


def test_a_resident_asks_about_his_own_case_and_not_about_a_neighbours(given, at, shown, host):
    aunt = given.resident()
    mine, his = given.a_case(by=aunt).case.id, given.a_case(by=given.neighbour()).case.id
    shown("resident.case.panels")

    answers = [
        at(aunt).get(f"/x/slots/resident.case.panels?subject={one}").status_code for one in (mine, his)
    ]

    assert answers == [200, 404]
    assert host.asked == [("resident.case.panels", mine, given.community.id)]


@pytest.mark.both
@pytest.mark.parametrize("slot", ["committee.household.panels", "committee.resident.panels"])
def test_people_and_households_next_door_do_not_exist_here(given, at, shown, host, slot):
    person = given.resident_next_door().person_id
    shown(slot)

    assert at(given.worker()).get(f"/x/slots/{slot}?subject={person}").status_code == 404
    assert host.asked == []


def test_a_person_of_the_register_is_asked_about_by_his_page(given, at, shown, host):
    person = given.resident().person_id
    shown("committee.resident.panels")

    page = at(given.worker()).get(f"/people/{person}").text

    assert f"/x/slots/committee.resident.panels?subject={person}" in page
    answer = at(given.worker()).get(f"/x/slots/committee.resident.panels?subject={person}")
    assert answer.status_code == 200
    assert "王阿姨" in answer.text


def test_a_column_comes_for_the_rows_that_are_visible_and_for_no_others(given, at, host):
    here = given.a_case().case
    foreign = given.a_case(by=given.resident_next_door()).case
    cell = {"kind": "cell", "text": "约好了", "tone": "good"}
    host.columns["committee.case.list.columns"] = [("探访", {here.id: cell, foreign.id: cell})]
    worker = at(given.worker())

    page = worker.get("/cases").text
    cells = worker.get(f"/x/slots/committee.case.list.columns?subject={here.id}&subject={foreign.id}").text

    assert 'data-columns="/x/slots/committee.case.list.columns"' in page
    assert f'data-cells-of="{here.id}"' in cells
    assert "探访：" in cells
    assert f'data-cells-of="{foreign.id}"' not in cells
    assert host.asked == [("committee.case.list.columns", (here.id,), given.community.id)]


def test_a_slot_nobody_knows_or_fills_is_no_page(given, at, host):
    worker = at(given.worker())

    assert worker.get("/x/slots/committee.secrets").status_code == 404
    assert worker.get("/x/slots/committee.home.cards").status_code == 404


def test_whoever_belongs_to_no_neighbourhood_sees_no_place_for_plugins(given, at, shown):
    shown("resident.home.cards")

    assert "data-slot" not in at(given.newcomer()).get("/").text


# -- on a page about one plugin ---------------------------------------------------------------------


def test_on_the_page_of_a_plugin_it_alone_says_how_it_does(given, at, shown, host, installed, enabled):
    installed()
    enabled()
    shown(STATUS)
    worker = at(given.worker())

    page = worker.get("/plugins/elder-care").text
    own = worker.get(f"/x/slots/{STATUS}?subject=elder-care")

    assert f'data-slot="/x/slots/{STATUS}?subject=elder-care"' in page
    assert 'id="slot-committee-plugin-status-elder-care"' in page
    assert 'id="slot-committee-plugin-status-elder-care"' in own.text
    assert "下次 12月3日" in own.text
    assert "应用“坏掉的”暂时不可用" in own.text
    assert host.asked == [(STATUS, "elder-care", given.community.id)]


@pytest.mark.parametrize("subject", ["", "another-x", "Elder Care", "../elder-care"])
def test_a_plugin_that_says_nothing_there_has_no_place_there(given, at, shown, host, subject):
    shown(STATUS)

    answer = at(given.worker()).get(f"/x/slots/{STATUS}", params={"subject": subject})

    assert answer.status_code == 404
    assert host.asked == []


def test_a_plugin_that_is_off_says_nothing_on_its_page(given, at, shown, installed):
    installed()
    shown(STATUS)

    assert "data-slot" not in at(given.worker()).get("/plugins/elder-care").text


@pytest.mark.both
def test_beside_what_a_plugin_asks_of_a_resident_it_alone_adds_a_note(
    given, at, shown, host, installed, enabled
):
    installed()
    enabled()
    shown(NOTES)
    aunt = at(given.resident())

    page = aunt.get("/me/plugins").text
    note = aunt.get(f"/x/slots/{NOTES}?subject=elder-care&at={given.community.id}").text

    assert page.index("谁做的") < page.index('id="slot-resident-consents-notes-elder-care"')
    assert f"/x/slots/{NOTES}?subject=elder-care&amp;at={given.community.id}" in page
    assert "来自应用：独居老人探访" in note
    assert host.asked == [(NOTES, "elder-care", given.community.id)]


def test_beside_what_it_asks_of_a_child_no_plugin_adds_a_note(given, at, shown, installed, enabled):
    installed()
    enabled()
    shown(NOTES)
    aunt = given.resident()
    child = child_of(given, aunt)

    page = at(aunt).get(f"/me/plugins?child={child}").text

    assert "替孩子授权" in page
    assert "data-slot" not in page


def test_of_a_plugin_that_is_away_residents_read_nothing_beside_their_consents(given, at, host):
    host.shown[NOTES] = [Shown(plugin_id="elder-care", name="探访", card=None, is_away=True)]

    answer = at(given.resident()).get(f"/x/slots/{NOTES}?subject=elder-care")

    assert answer.status_code == 200
    assert "暂时不可用" not in answer.text


def test_notes_of_a_neighbourhood_one_does_not_live_in_are_not_there(given, at, shown, host):
    shown(NOTES)
    elsewhere = given.worker_next_door().grants[0].place_id

    answer = at(given.resident()).get(f"/x/slots/{NOTES}?subject=elder-care&at={elsewhere}")

    assert answer.status_code == 404
    assert host.asked == []


# -- beside what is about to be done ----------------------------------------------------------------


def test_what_can_be_done_besides_stands_with_what_can_be_done(given, at, shown, host):
    case_id, worker = given.a_case().case.id, at(given.worker())
    slot = "committee.case.actions"
    shown(slot)

    page = worker.get(f"/cases/{case_id}").text
    answer = worker.get(f"/x/slots/{slot}?subject={case_id}")

    verbs = page[page.index('id="verbs"') : page.index('id="journey"')]
    assert f'data-slot="/x/slots/{slot}?subject={case_id}"' in verbs
    assert "下次 12月3日" in answer.text
    assert host.asked == [(slot, case_id, given.community.id)]


@pytest.mark.both
def test_before_the_form_of_a_category_that_was_chosen_plugins_say_what_helps(
    given, at, shown, host, installed, enabled
):
    installed()
    enabled()
    shown("resident.case.form")
    aunt = at(given.resident())

    chosen, unchosen = aunt.get(f"/report?category={CHOSEN}").text, aunt.get("/report").text
    answer = aunt.get(f"/x/slots/resident.case.form?subject={CHOSEN}")

    assert chosen.index("/x/slots/resident.case.form?subject=" + CHOSEN) < chosen.index('action="/report"')
    assert "data-slot" not in unchosen
    assert answer.status_code == 200
    assert host.asked == [("resident.case.form", CHOSEN, given.community.id)]


@pytest.mark.parametrize("code", ["0806", "elder-care.nothing", ""])
def test_a_category_that_nobody_can_choose_here_is_asked_about_of_no_plugin(given, at, shown, host, code):
    shown("resident.case.form")

    answer = at(given.resident()).get(f"/x/slots/resident.case.form?subject={code}")

    assert answer.status_code == 404
    assert host.asked == []
