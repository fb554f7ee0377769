"""What readers of the whole found: words not meant for them, people who were not found again, days that are none."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from committee_app import journey as committees
from core_db.accounts.leaving import shut_account
from core_db.accounts.sessions import ACCOUNTS
from core_db.cases import (
    CaseFilter,
    Verb,
    case_shown,
    cases,
    cases_as_json,
    public_cases,
    submit_on_behalf,
)
from core_db.cases.drafts import OnBehalfDraft
from core_db.cases.model import CASES, PARTIES
from core_db.cases.points import raised_in_category
from core_db.cases.queries import awaiting_word
from core_db.doubles import MergeDraft, merge_entries, part_entries
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.points import Asked
from resident_app import journey as residents
from tests.town import HERE, HOMES

IN_HOSPITAL = "王阿姨住院，家里没人，等她回来。"


def test_neighbours_do_not_read_why_it_was_put_off(a_walk, given):
    walk = a_walk(visibility="public").to("in_progress")
    walk.try_(Verb.EXTENSION, walk.worker, until="2027-02-01", reason=IN_HOSPITAL)

    shown = given.see(case_shown, walk.id, by=walk.neighbour)
    (listed,) = given.see(public_cases, CaseFilter(), by=walk.neighbour).items

    assert IN_HOSPITAL not in str((shown, listed))
    assert shown["clock"]["reason"] == listed["clock"]["reason"] != ""
    assert given.see(case_shown, walk.id, by=walk.resident)["clock"]["reason"] == IN_HOSPITAL


def test_a_plugin_that_files_elsewhere_drops_the_condition_and_refuses_no_worker(given):
    draft = OnBehalfDraft(
        text="墙裂了", channel="phone", category="0206", condition="danger", place_id=HERE.id
    )
    answer = Asked(community_id=HERE.id, draft={"category": "0101"}, about=None)

    (changed,) = given.door.read_now(lambda session: raised_in_category(session, (draft,), answer))

    assert (changed.category, changed.condition) == ("0101", None)
    assert given.do(submit_on_behalf, changed, by=given.worker()).case.category_code == "0101"


def test_what_was_entered_under_either_entry_is_his_once_they_are_one(given, door):
    resident = given.resident(phone="13900000003")
    other = door.write_now(lambda session: given._register(session, HOMES[1], resident.name, "13900000009"))
    draft = OnBehalfDraft(text="楼下漏水", channel="phone", on_behalf_of=other, place_id=HERE.id)
    filed = given.do(submit_on_behalf, draft, by=given.worker()).case.id

    def party():
        of_it = select(PARTIES.c.account_id, PARTIES.c.person_id).where(PARTIES.c.case_id == filed)
        return tuple(door.read_now(lambda session: session.execute(of_it).one()))

    merged = given.do(
        merge_entries, MergeDraft(kept_id=resident.person_id, behind_id=other), by=given.secretary()
    )
    assert party() == (resident.id, resident.person_id)
    given.do(part_entries, merged.id, by=given.secretary())
    assert party() == (None, other)


def test_taking_ones_case_off_the_board_takes_back_no_urging(a_walk, given):
    walk = a_walk(visibility="public").to("in_progress")
    walk.try_(Verb.URGING, walk.resident)

    walk.try_(Verb.HIDING, walk.resident)

    assert [one["id"] for one in given.see(cases, CaseFilter(urged=True), by=walk.worker).items] == [walk.id]


def test_what_nobody_can_be_asked_about_is_to_be_closed(a_walk, given):
    """A worker wrote down a call without a name: verified, it waits for nobody's word, and nobody reads it does."""
    walk = a_walk(visibility="public").to("verified")

    def waits_for(reader, listing=cases):
        rows = [given.see(case_shown, walk.id, by=reader), *given.see(listing, CaseFilter(), by=reader).items]
        shown = (
            committees.holder_of if listing is cases else lambda row, *_: residents.held_by(row, mine=False)
        )
        return {shown(row, walk.case, "zh") for row in rows}

    assert waits_for(walk.worker) == {"等诉求人评价"}
    assert waits_for(walk.neighbour, public_cases) == {"等反映的人评价"}
    assert [one["id"] for one in given.see(cases, CaseFilter(awaits_word=True), by=walk.worker).items] == [
        walk.id
    ]
    given.door.write_now(
        lambda session: session.execute(PARTIES.delete().where(PARTIES.c.case_id == walk.id))
    )

    assert given.see(cases, CaseFilter(awaits_word=True), by=walk.worker).items == []
    assert [one["id"] for one in given.see(cases, CaseFilter(to_close=True), by=walk.worker).items] == [
        walk.id
    ]
    assert given.see(awaiting_word, by=walk.worker) == 0
    assert waits_for(walk.worker) == {"居委会"}
    assert waits_for(walk.neighbour, public_cases) == {"现在由居委会办"}
    read = given.see(case_shown, walk.id, by=walk.neighbour)
    assert residents.meaning_of(read, "zh") == "已核实，接下来由居委会结案。"


def test_a_list_says_within_a_minute_whether_anybody_is_still_waited_for(given, door, clock, a_walk):
    walk = a_walk().to("verified")

    def listed():
        return json.loads(given.see(cases_as_json, CaseFilter(), by=walk.worker))["items"][0]["awaits_word"]

    assert listed() is True
    door.write_now(lambda s: shut_account(s, walk.resident.id, actor=given.system(), at=clock.now()))
    clock.advance(timedelta(minutes=1))
    assert listed() is False
    # A child's account opens again once somebody has agreed for him anew.
    door.write_now(lambda s: s.execute(update(ACCOUNTS).values(closed_at=None)))
    clock.advance(timedelta(minutes=1))
    assert listed() is True


def test_a_number_said_without_its_letters_is_found_under_those_of_before(given, door):
    case = given.a_case(text="旧的").case
    number = update(CASES).where(CASES.c.id == case.id).values(number="BS-20261120-0007")
    door.write_now(lambda session: session.execute(number))

    def found(said):
        return [one["id"] for one in given.see(cases, CaseFilter(q=said), by=given.worker()).items]

    assert (found("20261120-0007"), found("BS-20261120-0007"), found("JA-20261120-0007")) == (
        [case.id], [case.id], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    "said", ["9999-12-31T23:59:59-12:00", "9999-12-31T20:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_that_no_calendar_has_is_refused_beside_its_field(a_walk, said):
    walk = a_walk().to("in_progress")

    with pytest.raises(CannotBeRead):
        walk.try_(Verb.EXTENSION, walk.worker, until=said, reason="等配件")


def test_odd_days_of_an_address_are_refused_in_words(given, actor_client):
    client, page = actor_client(given.worker(), bearer=True), actor_client(given.worker(), page=True)

    for address in (
        "/api/v1/cases?due_before=9999-12-31T23:59:59-12:00",
        "/api/v1/cases?due_before=0001-01-01T00:00:00%2B14:00", "/api/v1/figures?until=0001-01-01",
    ):  # fmt: skip
        assert client.get(address).status_code == 422, address
    assert page.get("/figures?until=0001-01-01").status_code == 422
