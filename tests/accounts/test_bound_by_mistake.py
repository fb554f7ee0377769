"""Who was taken for another reads nothing of that other once it is found out, and she has learned of it before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.accounts import (
    BindingDraft,
    BindingRefusalDraft,
    BindingStatus,
    approve_binding,
    ask_for_home,
    end_binding,
    me,
    my_bindings,
    revoke_binding,
)
from core_db.accounts.errors import BindingDecided
from core_db.accounts.leaving import is_bound_elsewhere
from core_db.accounts.model import Account
from core_db.accounts.sessions import RESIDENT, actor_for_token
from core_db.cases import CaseDraft, CaseFilter, OnBehalfDraft, own_cases, submit_case, submit_on_behalf
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import facts_after
from core_db.foundation.reach import Across, across
from core_db.installs.consents import consents_of
from core_db.installs.model import PluginConsent
from core_db.installs.words import ConsentChannel
from core_db.mydata import (
    CorrectionDraft,
    ask_for_correction,
    ask_for_export,
    end_with_guardianships,
    my_corrections,
    my_exports,
    open_corrections,
)
from core_db.mydata.model import CORRECTIONS, CorrectionStatus
from core_db.mydata.subject import subject_of_account
from core_db.people import Person
from core_db.reveals import RevealDraft, reveal_person, who_looked
from tests.resident.conftest import Form

WHY = BindingRefusalDraft(reason="赵阿姨本人来说，这不是她的账号。")
LOOKED = RevealDraft(
    fields=("phone",), purpose="registry-correction", reason="名册上的手机号打不通，核对一下"
)


@pytest.fixture
def now_known(given):
    """The same account as it is known when it next asks for something."""

    def known(actor):
        token = given.token_of(actor)
        return given.door.read_now(
            lambda session: actor_for_token(session, token, app=RESIDENT, clock=given.clock)
        )

    return known


@pytest.fixture
def taken_for(given):
    """Somebody asks for a home under a name, and a worker there approves."""

    def taken(actor, home, name, worker):
        asked = given.do(ask_for_home, BindingDraft(home_id=home.id, name=name), by=actor)
        return given.do(approve_binding, asked.id, by=worker)

    return taken


@pytest.fixture
def aunt(given):
    return given.resident(given.home, name="赵阿姨")


@pytest.fixture(params=["newcomer", "resident_next_door"])
def stranger(request, given):
    return getattr(given, request.param)()


@pytest.fixture
def mistaken(given, aunt, stranger, taken_for):
    binding = taken_for(stranger, given.home, "赵阿姨", given.worker())
    assert binding.person_id == aunt.person_id
    return binding


def looks_at_her(given, actor):
    return sum(one.purpose == LOOKED.purpose for one in given.see(who_looked, by=actor))


@pytest.mark.parametrize("left_before", [False, True])
def test_who_was_taken_for_another_reads_nothing_of_her_any_more(
    given, aunt, stranger, mistaken, now_known, left_before
):
    given.do(reveal_person, aunt.person_id, LOOKED, by=given.worker())
    assert looks_at_her(given, now_known(stranger)) == 1
    assert [one.name for one in given.see(me, by=aunt).also] == [stranger.name or "赵阿姨"]
    if left_before:
        given.do(end_binding, mistaken.id, by=stranger)

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    known = now_known(stranger)
    assert looks_at_her(given, known) == 0
    assert aunt.person_id not in known.himself
    subject = given.door.read_now(lambda session: subject_of_account(session, stranger.id))
    assert aunt.person_id not in subject.person_ids
    assert given.see(me, by=aunt).also == ()
    assert looks_at_her(given, aunt) == 1
    (told,) = (one for one in given.see(my_bindings, by=known) if one.id == mistaken.id)
    assert (told.status, told.reason) == (BindingStatus.REVOKED, WHY.reason)
    assert all(home.home_id != given.home.id for home in known.homes)
    told_of_it = given.door.read_now(lambda session: facts_after(session, 0))[-2:]
    assert [one.short_type for one in told_of_it] == ["home.binding_refused", "account.roles_changed"]


def test_he_keeps_what_is_his_own(given, aunt, now_known, taken_for):
    """His own entry, where he lives."""
    neighbour = given.resident_next_door()
    own = neighbour.person_id
    mistaken = taken_for(neighbour, given.home, "赵阿姨", given.worker())

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert (now_known(neighbour).person_id, now_known(neighbour).entries) == (own, (own,))


def test_his_cases_are_his_and_hers_are_hers_again(given, aunt, stranger, mistaken, now_known):
    known = now_known(stranger)
    said = CaseDraft(text="我要反映楼道灯不亮", place_id=known.homes[0].building_id)
    his = given.do(submit_case, said, by=known).case.id
    entered = given.do(
        submit_on_behalf, OnBehalfDraft(text="赵阿姨来电：漏水", channel="phone", on_behalf_of=aunt.person_id),
        by=given.worker(),
    ).case.id  # fmt: skip

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    def listed(of):
        return {one["id"] for one in given.see(own_cases, CaseFilter(), by=now_known(of)).items}

    assert listed(stranger) == {his}
    assert listed(aunt) == {entered}


def test_a_copy_he_asked_for_as_her_is_not_handed_out(given, stranger, mistaken, now_known, clock):
    given.do(ask_for_export, lang="zh", by=now_known(stranger))
    assert len(given.see(my_exports, by=stranger)) == 1
    clock.advance(timedelta(hours=1))

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert given.see(my_exports, by=stranger) == []


def test_a_mistake_is_undone_once_and_by_the_committee_of_the_home(given, aunt, mistaken, stranger):
    for somebody, answer in ((given.worker_next_door(), NotFound), (stranger, NotFound), (aunt, NotFound)):
        with pytest.raises((answer, NotPermitted)):
            given.do(revoke_binding, mistaken.id, WHY, by=somebody)

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    with pytest.raises(BindingDecided):
        given.do(revoke_binding, mistaken.id, WHY, by=given.worker())


# -- whose entry it is learns of it ------------------------------------------------------------------


@pytest.fixture
def moved(given, taken_for, now_known):
    """王阿姨 lived here first and is bound next door now, to her entry of there."""
    aunt = given.resident()
    given.door.write_now(
        lambda session: given._register(session, given.neighbouring_home, "王阿姨", "13700000001")
    )
    bound = taken_for(aunt, given.neighbouring_home, "王阿姨", given.worker_next_door())
    return now_known(aunt), bound


def test_who_moved_learns_of_another_account_at_her_entry_of_now(given, moved, taken_for):
    aunt, bound = moved
    other = given.newcomer(name="冒名者")

    again = taken_for(other, given.neighbouring_home, "王阿姨", given.worker_next_door())

    assert again.person_id == bound.person_id
    told = [f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "home.bound"]
    assert f"account:{aunt.id}" in told[-1].audience
    assert [one.name for one in given.see(me, by=aunt).also] == ["冒名者"]


def test_what_was_entered_for_her_at_the_second_home_is_hers_once_she_is_bound_there(
    given, taken_for, now_known
):
    aunt = given.resident()
    person = given.door.write_now(
        lambda session: given._register(session, given.neighbouring_home, "王阿姨", "13700000001")
    )
    entered = given.do(
        submit_on_behalf, OnBehalfDraft(text="楼道灯不亮", channel="phone", on_behalf_of=person),
        by=given.worker_next_door(),
    ).case.id  # fmt: skip

    taken_for(aunt, given.neighbouring_home, "王阿姨", given.worker_next_door())

    assert [one["id"] for one in given.see(own_cases, CaseFilter(), by=now_known(aunt)).items] == [entered]


def test_a_closed_account_takes_no_case(given, now_known, taken_for):
    """A former account of hers is still known by her entry, and nobody reads it any more."""
    former = given.resident(given.home, name="赵阿姨")
    given.door.write_now(
        lambda session: setattr(session.get(Account, former.id), "closed_at", given.clock.now())
    )

    file = given.do(
        submit_on_behalf, OnBehalfDraft(text="楼道灯不亮", channel="phone", on_behalf_of=former.person_id),
        by=given.worker(),
    )  # fmt: skip
    assert [party.account_id for party in file.parties] == [None]
    again = given.newcomer(name="赵阿姨")
    taken_for(again, given.home, "赵阿姨", given.worker())

    found = given.see(own_cases, CaseFilter(), by=now_known(again)).items
    assert [one["id"] for one in found] == [file.case.id]


@pytest.mark.parametrize("left_before", [False, True])
def test_a_worker_finds_the_account_on_the_home_and_undoes_it(
    given, aunt, mistaken, stranger, actor_client, left_before
):
    """Also where he ended it himself: he reads on who looks at her."""
    if left_before:
        given.do(end_binding, mistaken.id, by=stranger)
    page = actor_client(given.worker(), page=True)
    address = f"/bindings/{mistaken.id}/revocation"
    assert address in page.get(f"/homes/{given.home.id}").text
    assert address in page.get(f"/people/{aunt.person_id}").text
    assert "这个账号绑错了" in page.get(address).text

    sent = Form(page.get(address).text, address).fields
    refused = page.post(address, data=sent | {"reason": ""})
    done = page.post(address, data=sent | {"reason": WHY.reason}, follow_redirects=False)

    assert (refused.status_code, done.status_code) == (422, 303)
    assert page.get(address).status_code == 404


def test_who_was_bound_twice_to_the_same_home_is_not_hers_in_either(
    given, aunt, mistaken, stranger, taken_for, now_known
):
    """He ended it himself and was approved again: the one that is undone is not the only one that names her."""
    given.do(end_binding, mistaken.id, by=stranger)
    again = taken_for(now_known(stranger), given.home, "赵阿姨", given.worker())

    given.do(revoke_binding, again.id, WHY, by=given.worker())

    assert aunt.person_id not in now_known(stranger).himself
    his = {one.id: one.status for one in given.see(my_bindings, by=now_known(stranger))}
    assert (his[mistaken.id], his[again.id]) == (BindingStatus.REVOKED, BindingStatus.REVOKED)


def test_what_he_asked_in_her_name_is_not_done(given, aunt, taken_for, now_known):
    """Neither what he wanted to have put right in her entry, nor what he let a plugin read of her."""
    stranger = given.newcomer(name="王五")
    mistaken = taken_for(stranger, given.home, "赵阿姨", given.worker())
    wanted = CorrectionDraft(field="phone", value="13911112222", note="换了号码")
    given.do(ask_for_correction, wanted, by=now_known(stranger))
    given.door.write_now(lambda session: session.add(agreed(given, stranger, aunt)))

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert given.see(open_corrections, by=given.worker()) == []
    ended = select(CORRECTIONS.c.status, CORRECTIONS.c.reason)
    told = given.door.read_now(lambda session: session.execute(ended).one(), reach=across(Across.JOB))
    assert tuple(told) == (CorrectionStatus.REFUSED, WHY.reason)
    (read,) = given.see(my_corrections, by=now_known(stranger))
    assert (read.name, read.status, read.reason) == (stranger.name, CorrectionStatus.REFUSED, WHY.reason)
    standing = given.door.read_now(lambda session: consents_of(session, [aunt.person_id]))
    assert [one.withdrawn_at is None for one in standing] == [False]


def agreed(given, account, person):
    """A consent that this account gave in the name of this person."""
    return PluginConsent(
        id=new_id(), plugin_id="lost-and-found", community_id=given.community.id, person_id=person.person_id,
        purpose="reading", text_version="1", channel=ConsentChannel.APP, given_by=account.id,
        given_at=given.clock.now(),
    )  # fmt: skip


def test_who_asked_for_a_copy_as_her_asks_for_his_own_afterwards(
    given, stranger, mistaken, now_known, clock, tmp_path
):
    given.do(ask_for_export, lang="zh", by=now_known(stranger))
    clock.advance(timedelta(minutes=1))
    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 1
    clock.advance(timedelta(minutes=1))

    asked = given.do(ask_for_export, lang="zh", by=now_known(stranger))
    assert [one.id for one in given.see(my_exports, by=stranger)] == [asked.id]
    assert end_with_guardianships(given.door, tmp_path, clock=clock) == 0


def test_whoever_leaves_takes_no_entry_along_to_which_another_account_came_second(given, taken_for):
    """王阿姨 has a second telephone, which was bound next door first; the first of the two leaves."""
    first, second = given.newcomer(name="王阿姨"), given.newcomer(name="王阿姨")
    here = taken_for(first, given.home, "王阿姨", given.worker())
    taken_for(second, given.neighbouring_home, "王阿姨", given.worker_next_door())
    assert taken_for(second, given.home, "王阿姨", given.worker()).person_id == here.person_id

    def is_kept(session):
        return is_bound_elsewhere(session, here.person_id, first.id)

    assert given.door.read_now(is_kept, reach=across(Across.JOB))


def test_who_moved_away_reads_who_else_is_at_her_entry_of_before(given, moved, taken_for, now_known):
    aunt, _bound = moved
    here = next(one for one in given.see(my_bindings, by=aunt) if one.home_id == given.home.id)
    given.do(end_binding, here.id, by=aunt)
    other = given.resident_next_door(name="王五")

    taken_for(other, given.home, "王阿姨", given.worker())

    assert [one.name for one in given.see(me, by=now_known(aunt)).also] == ["王五"]


# -- and stays so ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [None, "13700000002"])
def test_who_was_taken_for_her_is_not_taken_for_her_by_the_register_afterwards(
    given, now_known, taken_for, number
):
    """Also where his number stands in her entry: as her son's, or because the mistaken approval wrote it there."""
    entry = given.door.write_now(lambda session: entered(given, session, number))
    stranger = given.resident(of=None, name="王五", phone="13700000002")
    mistaken = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=stranger)
    if number is None:
        mistaken = given.do(approve_binding, mistaken.id, by=given.worker())
    assert (mistaken.status, mistaken.person_id) == (BindingStatus.BOUND, entry)

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    again = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=now_known(stranger))
    assert again.status is BindingStatus.ASKED
    has_number = given.door.read_now(lambda session: session.get(Person, entry).phone_sealed is not None)
    assert has_number is (number is not None)


def entered(given, session, number):
    """赵阿姨 in the register of here, with this number or none."""
    entry = given._register(session, given.home, "赵阿姨", number or "13700000009")
    if number is None:
        person = session.get(Person, entry)
        person.phone_sealed, person.phone_blind = None, None
    return entry


def test_what_is_his_elsewhere_stays_his_and_leaves_her(given, aunt, taken_for, now_known):
    """Next door, where the worker reaches nothing: his entry of there, and what he raised there as her."""
    stranger = given.newcomer(name="王五")
    mistaken = taken_for(stranger, given.home, "赵阿姨", given.worker())
    rightly = taken_for(stranger, given.neighbouring_home, "王五", given.worker_next_door())
    raised = CaseDraft(text="我要反映楼道灯不亮", place_id=given.neighbouring_home.id)
    case_id = given.do(submit_case, raised, by=now_known(stranger)).case.id

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert now_known(stranger).person_id == rightly.person_id
    of_her, of_him = (
        given.door.read_now(lambda session, one=one: subject_of_account(session, one.id))
        for one in (aunt, stranger)
    )
    assert case_id not in of_her.case_ids
    assert case_id in of_him.case_ids


def test_she_learns_that_he_is_gone(given, aunt, mistaken):
    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    told = [
        f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "home.binding_refused"
    ]
    assert f"account:{aunt.id}" in told[-1].audience
