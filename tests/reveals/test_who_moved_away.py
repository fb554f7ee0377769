"""Whoever moved reads who looked where he lives now and where he lived, asks about either, and is found under both."""

import pytest
from sqlmodel import select

from core_db.accounts import (
    BindingDraft,
    BindingStatus,
    approve_binding,
    ask_for_home,
    end_binding,
    my_bindings,
)
from core_db.accounts.model import HomeBinding
from core_db.accounts.sessions import RESIDENT, actor_for_token
from core_db.cases import OnBehalfDraft, case_file, submit_on_behalf
from core_db.emergency import EmergencyDraft, open_emergency, uncover_in_emergency
from core_db.foundation.errors import NotFound
from core_db.foundation.outbox import facts_after
from core_db.life_events import DeathDraft, register_death
from core_db.relay import audience_keys
from core_db.reveals import QuestionDraft, RevealDraft, ask_about_look, reveal_person, who_looked

REASON = "名册上的手机号打不通，核对一下"


@pytest.fixture
def now_known(given):
    """Who acts behind a new session: with the homes and entries of now."""

    def known(actor):
        token = given.token_of(actor)
        return given.door.read_now(lambda s: actor_for_token(s, token, app=RESIDENT, clock=given.clock))

    return known


@pytest.fixture
def moved(given, now_known):
    """王阿姨 lived here; she lives next door now and was bound there too: the binding there, and herself."""
    aunt, phone = given.resident(), "13700000001"
    given.door.write_now(lambda s: given._register(s, given.neighbouring_home, "王阿姨", phone))
    asked = given.do(ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="王阿姨"), by=aunt)
    bound = given.do(approve_binding, asked.id, by=given.worker_next_door())
    assert bound.person_id != aunt.person_id
    return bound, now_known(aunt)


def uncovered(given, person_id, by):
    draft = RevealDraft(fields=("phone",), purpose="registry-correction", reason=REASON)
    return given.do(reveal_person, person_id, draft, by=by)


def test_she_reads_and_hears_of_the_looks_of_both(given, moved, now_known):
    bound, aunt = moved
    there = given.worker_next_door()
    uncovered(given, bound.person_id, there)
    uncovered(given, aunt.person_id, given.worker())
    opened = given.do(
        open_emergency, EmergencyDraft(person_id=bound.person_id, reason_code="life", reason=REASON), by=there
    )
    given.do(uncover_in_emergency, opened.id, by=there)

    # Whoever bound her there looked whether her number is the one of the register.
    assert sorted(one.office for one in given.see(who_looked, by=aunt)) == [*["临江"] * 3, "牡丹一村"]
    facts = given.door.read_now(lambda s: facts_after(s, 0))
    told = [one.audience for one in facts if one.short_type == "access.data_read"]
    assert len(told) == 3
    assert all(set(keys) & audience_keys(aunt) for keys in told)
    assert given.see(who_looked, by=given.resident_next_door()) == []

    given.do(end_binding, bound.id, by=aunt)
    assert len(given.see(who_looked, by=now_known(aunt))) == 4


@pytest.mark.parametrize("lives", ["in both", "where she was not looked at", "nowhere"])
def test_what_she_asks_goes_to_the_office_that_looked(given, moved, now_known, lives):
    bound, aunt = moved
    here, there = given.secretary(), given.secretary(at=given.neighbouring_community)
    uncovered(given, bound.person_id, given.worker_next_door())
    look = given.see(who_looked, by=aunt)[0]
    if lives != "in both":
        given.do(end_binding, bound.id, by=aunt)
    if lives == "nowhere":
        (first,) = [one for one in given.see(my_bindings, by=aunt) if one.status is BindingStatus.BOUND]
        given.do(end_binding, first.id, by=aunt)
    aunt = now_known(aunt)
    assert len(aunt.homes) == ["nowhere", "where she was not looked at", "in both"].index(lives)

    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么要看？"), by=aunt)

    assert (
        given.see(case_file, asked.question_id, by=there).case.community_id == given.neighbouring_community.id
    )
    assert given.see(case_file, asked.question_id, by=aunt).case.text == "为什么要看？"
    with pytest.raises(NotFound):
        given.see(case_file, asked.question_id, by=here)
    facts = given.door.read_now(lambda s: facts_after(s, 0))
    told = next(one for one in facts if one.short_type == "access.questioned")
    assert set(told.audience) == {f"account:{aunt.id}", f"account:{there.id}"}


def test_what_is_raised_for_her_and_her_death_find_her_under_the_entry_of_where_she_lives(given, moved):
    bound, aunt = moved
    there = given.worker_next_door()
    draft = OnBehalfDraft(text="灯坏了", channel="phone", on_behalf_of=bound.person_id)

    case = given.do(submit_on_behalf, draft, by=there)
    # Of where she lived first the same is true, while she is bound in both.
    given.do(register_death, aunt.person_id, DeathDraft(died_on=given.clock.now().date()), by=given.worker())
    given.do(
        register_death, bound.person_id, DeathDraft(died_on=given.clock.now().date(), source="证明"), by=there
    )

    assert [party.account_id for party in case.parties] == [aunt.id]
    bindings = given.door.read_now(lambda s: s.execute(select(HomeBinding.status)).scalars().all())
    assert bindings == [BindingStatus.ENDED, BindingStatus.ENDED]
