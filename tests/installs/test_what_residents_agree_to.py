"""What residents let plugins read: each purpose by itself, for oneself, for a child, on paper, and taken back."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from core_db.foundation.errors import NotFound
from core_db.foundation.outbox import facts_after
from core_db.installs import (
    NothingAgreed,
    PluginIsOff,
    RestsOnDuty,
    TextChanged,
    approve_duty,
    disable_plugin,
    due_erasures,
    end_with_their_time,
    pair_of,
    plugin_report,
    remove_plugin,
)
from core_db.installs.words import ConsentChannel
from core_db.mydata import (
    GuardianDraft,
    PurposeOf,
    agree_on_paper,
    agree_to_purpose,
    approve_guardian,
    ask_to_be_guardian,
    my_consents,
    my_plugin_consents,
    plugin_consents_of,
    withdraw_from_purpose,
    withdraw_on_paper,
)
from core_db.mydata.errors import NeedsAGuardian, NotInRegister
from core_db.people import Person, Residency
from core_db.people.changing import set_birth
from core_db.places import PLACES
from tests.cases import for_another
from tests.town import Town

PLUGIN = "elder-care"
known = for_another.known


@pytest.fixture(autouse=True)
def it_is_on(installed, enabled):
    installed()
    enabled()


def counted(given, secretary):
    report = given.see(plugin_report, PLUGIN, given.community.id, by=secretary)
    return [one.agreed for one in report.purposes]


def told(door):
    found = door.read_now(lambda session: facts_after(session, 0))
    return [one.short_type for one in found if one.short_type.startswith("plugin.consent")]


def test_a_resident_reads_who_wants_what_and_agrees(given, agreed, secretary, door):
    aunt = given.resident()
    (before,) = given.see(my_plugin_consents, by=aunt)

    agreed(aunt)
    agreed(aunt)

    (after,) = given.see(my_plugin_consents, by=aunt)
    assert (before.name[0], before.contact) == ("独居老人探访", "dev@example.org")
    assert [one.agreed_at for one in before.purposes] == [None]
    assert [one.agreed_at for one in after.purposes] == [given.clock.now()]
    assert counted(given, secretary) == [1]
    assert told(door) == ["plugin.consent_given"]


def test_taken_back_it_counts_no_more_and_the_plugin_is_made_to_forget(
    given, agreed, purpose_of, secretary, door
):
    aunt = given.resident()
    agreed(aunt)
    pair = door.write_now(
        lambda session: pair_of(session, PLUGIN, given.community.id, "person", aunt.person_id)
    )

    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)

    assert counted(given, secretary) == [0]
    assert told(door) == ["plugin.consent_given", "plugin.consent_withdrawn"]
    assert [one.pair for one in given.see(due_erasures, by=given.system())] == [pair]
    with pytest.raises(NothingAgreed):
        given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)


def test_another_text_is_agreed_to_anew(given, agreed, purpose_of, installed, enabled, secretary):
    aunt = given.resident()
    agreed(aunt)
    read_before = purpose_of(aunt)

    installed(purpose={"fields": ["name", "health"]})
    enabled()

    (seen,) = given.see(my_plugin_consents, by=aunt)
    assert [(one.agreed_at, one.reads_otherwise) for one in seen.purposes] == [(None, True)]
    assert counted(given, secretary) == [0]
    with pytest.raises(TextChanged):
        given.do(agree_to_purpose, read_before, by=aunt)
    agreed(aunt)
    assert counted(given, secretary) == [1]


def test_what_rests_on_an_approved_duty_is_shown_and_not_asked(given, installed, enabled, purpose_of):
    installed(purpose={"basis": "public_duty"})
    given.do(approve_duty, PLUGIN, by=given.system())
    enabled()
    aunt = given.resident()

    (seen,) = given.see(my_plugin_consents, by=aunt)

    assert [one.purpose.is_duty for one in seen.purposes] == [True]
    with pytest.raises(RestsOnDuty):
        given.do(agree_to_purpose, purpose_of(aunt), by=aunt)


def test_a_duty_that_no_operator_approved_is_asked_like_any_other(given, installed, enabled, agreed):
    installed(purpose={"basis": "public_duty"})
    enabled()

    assert agreed(given.resident()).agreed_at is not None


def test_nobody_agrees_to_what_is_not_on_where_he_lives(given, purpose_of, secretary):
    aunt, stranger = given.resident(), given.resident_next_door()
    read = purpose_of(aunt)

    assert given.see(my_plugin_consents, by=stranger) == []
    with pytest.raises(NotFound):
        given.do(agree_to_purpose, read, by=stranger)
    given.do(disable_plugin, PLUGIN, given.community.id, by=secretary)
    with pytest.raises(PluginIsOff):
        given.do(agree_to_purpose, read, by=aunt)


def test_whoever_is_in_no_register_is_told_so(given, purpose_of, monkeypatch):
    aunt = given.resident()
    read = purpose_of(aunt)
    monkeypatch.setattr(
        "core_db.mydata.agreeing_to_plugins.as_whom", lambda *_a, **_k: {read.community_id: None}
    )

    with pytest.raises(NotInRegister):
        given.do(agree_to_purpose, read, by=aunt)


def test_a_member_of_the_committee_enters_what_was_signed_on_paper(given, purpose_of, secretary):
    aunt, worker = given.resident(), given.worker()
    read = purpose_of(aunt)

    done = given.do(agree_on_paper, aunt.person_id, read, by=worker)

    assert done.channel is ConsentChannel.PAPER
    (seen,) = given.see(my_plugin_consents, by=aunt)
    assert [one.channel for one in seen.purposes] == [ConsentChannel.PAPER]
    (listed,) = given.see(plugin_consents_of, aunt.person_id, by=worker)
    assert listed.purposes == seen.purposes
    given.do(withdraw_on_paper, aunt.person_id, read, by=worker)
    assert counted(given, secretary) == [0]


def test_nobody_from_elsewhere_enters_anything(given, purpose_of):
    aunt = given.resident()
    read = purpose_of(aunt)

    for stranger in (given.worker_next_door(), given.neighbour(), given.town_dispatcher()):
        with pytest.raises(NotFound):
            given.do(agree_on_paper, aunt.person_id, read, by=stranger)
        with pytest.raises(NotFound):
            given.see(plugin_consents_of, aunt.person_id, by=stranger)


def test_below_fourteen_a_guardian_agrees(given, purpose_of, door, secretary):
    child = given.resident(name="小明")
    mother = given.resident(name="小明妈妈")
    born = date(2016, 5, 1)
    door.write_now(lambda s: set_birth(s, s.get(Person, child.person_id), born))

    with pytest.raises(NeedsAGuardian):
        given.do(agree_to_purpose, purpose_of(child), by=child)
    with pytest.raises(NotFound):
        given.do(agree_to_purpose, purpose_of(mother), child_id=child.person_id, by=mother)
    asked = given.do(
        ask_to_be_guardian, GuardianDraft(child_name="小明", birth=born, relation="50"), by=mother
    )
    given.do(approve_guardian, asked.id, by=given.worker())
    done = given.do(agree_to_purpose, purpose_of(mother), child_id=child.person_id, by=mother)

    assert done.channel is ConsentChannel.GUARDIAN
    assert counted(given, secretary) == [1]


def test_a_removal_ends_what_everybody_agreed_to(given, agreed, secretary, door):
    agreed(given.resident())
    agreed(given.neighbour())

    given.do(remove_plugin, PLUGIN, given.community.id, keep=True, by=secretary)

    assert told(door).count("plugin.consent_withdrawn") == 2
    assert counted(given, secretary) == [0]


def test_a_purpose_that_is_not_there_is_not_found(given, purpose_of):
    aunt = given.resident()
    read = purpose_of(aunt)
    other = PurposeOf(
        plugin_id=PLUGIN, community_id=read.community_id, purpose="other", text_version=read.text_version
    )

    with pytest.raises(NotFound):
        given.do(agree_to_purpose, other, by=aunt)


def test_it_stands_in_the_ledger_of_all_that_was_agreed_to(given, agreed, purpose_of):
    aunt = given.resident()
    agreed(aunt)
    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)
    agreed(aunt)

    ledger = given.see(my_consents, by=aunt)

    assert [(one.purpose, one.about, one.withdrawn_at is None) for one in ledger] == [
        ("plugin", "独居老人探访：安排独居老人的定期探访", True),
        ("plugin", "独居老人探访：安排独居老人的定期探访", False),
    ]


def test_it_ends_with_the_time_somebody_lives_here(given, agreed, secretary, clock, door):
    aunt, uncle = given.resident(), given.neighbour()
    agreed(aunt)
    agreed(uncle)
    stays = select(Residency).where(Residency.person_id == aunt.person_id)
    end = date(2026, 11, 30)
    door.write_now(lambda s: setattr(s.execute(stays).scalar_one(), "valid_to", end))

    assert given.do(end_with_their_time, by=given.system()) == 0
    clock.advance(timedelta(days=8))

    assert given.do(end_with_their_time, by=given.system()) == 1
    assert counted(given, secretary) == [1]


def tear_down(town, _who):
    """Her house is there no more; nobody has ended that she lives in it."""
    over = update(PLACES).where(PLACES.c.id == town.home.id).values(ended_at=town.clock.now())
    town.door.write_now(lambda session: session.execute(over))


@pytest.mark.parametrize("goes", [Town.moves_away, tear_down])
def test_whoever_lives_here_no_more_takes_back_what_she_agreed_to_and_agrees_to_nothing_more(
    given, agreed, purpose_of, secretary, known, goes
):
    aunt = given.resident()
    agreed(aunt)
    read = purpose_of(aunt)
    goes(given, aunt)
    aunt = known(aunt)

    (left,) = given.see(my_plugin_consents, by=aunt)
    assert (left.lives_there, left.community_name) == (False, given.community.label)
    assert [one.purpose.id for one in left.purposes] == ["visit"]
    with pytest.raises(NotFound):
        given.do(agree_to_purpose, read, by=aunt)

    given.do(withdraw_from_purpose, read, by=aunt)

    assert given.see(my_plugin_consents, by=aunt) == []
    assert counted(given, secretary) == [0]
    with pytest.raises(NothingAgreed):
        given.do(withdraw_from_purpose, read, by=aunt)


def test_of_two_neighbourhoods_each_is_called_by_its_name_on_the_page(
    given, agreed, enabled, actor_client, known
):
    aunt = given.resident(name="王阿姨")
    agreed(aunt)
    asked = given.do(ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="王阿姨"), by=aunt)
    given.do(approve_binding, asked.id, by=given.worker_next_door())
    enabled(by=given.secretary(at=given.neighbouring_community), at=given.neighbouring_community)

    page = actor_client(known(aunt), page=True).get("/me/plugins").text
    assert re.findall(r'<p class="mute small">(牡丹一村|临江)</p>', page) == ["牡丹一村", "临江"]
    assert len(set(re.findall(r' id="([^"]+)"', page))) == len(re.findall(r' id="([^"]+)"', page))

    with_the_text = f"/me/plugins/elder-care/visit?at={given.community.id}"
    given.moves_away(aunt, given.community)
    assert actor_client(known(aunt), page=True).get(with_the_text).status_code == 404
    page = actor_client(known(aunt), page=True).get("/me/plugins").text
    assert "您不住在这里了" in page
    assert re.findall(r'action="(/me/plugins/[^"]+)"', page) == ["/me/plugins/elder-care/visit/withdrawal"]
