"""Trust: whoever holds several rights acts in the one that reaches, his own before another's, and it is written so."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from core_db.access.model import AccessEvent
from core_db.accounts import BindingDraft, RoleDraft, approve_binding, ask_for_home, assign_role
from core_db.accounts.sessions import grants_now
from core_db.audit import record
from core_db.audit.model import EVENTS
from core_db.audit.pseudonyms import pseudonym
from core_db.doubles import DistinctionDraft, keep_apart
from core_db.experiences import ExperienceDraft, propose_experience, share_experience
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.errors import NotPermitted
from core_db.foundation.outbox import OUTBOX, emit
from core_db.groups import GroupDraft, save_group
from core_db.guides import GuideDraft, keep_guide
from core_db.life_events import approve_proposal
from core_db.mydata import GuardianDraft, approve_guardian, ask_to_be_guardian
from core_db.people import (
    PersonCorrection,
    PersonDraft,
    RuleDraft,
    correct_person,
    register_person,
    set_rule,
    verify_person,
)
from core_db.people.model import CHANGES
from core_db.places import PLACE_CHANGES, BuildingDraft, found_building, verify_place
from core_db.reveals import DeferralDraft, defer_look, looks_to_review, uncover_contact
from core_db.reveals.budget import raise_alarm
from core_db.tags import DefinitionDraft, define_tag
from core_db.tags.words import TagClass
from plugins.sdk.events import RolesChanged
from tests.town import NEXT_DOOR

OFFERED = ExperienceDraft(title="楼道灯", problem="灯常坏", steps="换成感应灯")
CORRECTED = PersonCorrection(field="phone", value="13987654321", source="电话")


@pytest.fixture
def secretary(given):
    return given.secretary()


@pytest.fixture
def deputy(given, lends_to, secretary):
    """He keeps a post next door, first among what he holds: here her right alone reaches."""
    return lends_to(secretary, given.worker_next_door(name="小甲"), all_of_it=True)


@pytest.fixture
def asked_for_two(given, secretary, clock):
    """A change of somebody's number, which needs a second person; returns a function that asks for it."""
    rule = RuleDraft(
        place_id=given.community.id, field="phone", needs_second=True, valid_from=clock.now().date()
    )
    given.do(set_rule, rule, by=secretary)
    person_id = given.resident(name="孙伯").person_id
    return lambda by: given.do(correct_person, person_id, CORRECTED, by=by).proposal


def looks_of(given, actor):
    looked = select(AccessEvent).where(AccessEvent.actor_id == actor.id)
    return given.door.read_now(
        lambda session: {(one.acted_for, one.actor_role) for one in session.execute(looked).scalars()}
    )


def test_what_is_read_to_confirm_a_guardian_is_read_in_the_right_that_confirms(given, secretary, deputy):
    born = date(2019, 5, 1)
    child = PersonDraft(community_id=given.community.id, name="小宝", birth=born)
    given.do(register_person, child, by=given.worker())
    draft = GuardianDraft(child_name="小宝", birth=born, relation="50")
    asked = given.do(ask_to_be_guardian, draft, by=given.resident(name="李叔", phone="13811112222"))

    given.do(approve_guardian, asked.id, by=deputy)

    assert looks_of(given, deputy) == {(secretary.id, "secretary")}


def test_what_is_read_to_approve_a_binding_is_read_in_the_right_that_approves(given, secretary, deputy):
    stranger = given.resident(None, name="小林", phone="13700001234")
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="小林"), by=stranger)

    given.do(approve_binding, asked.id, by=deputy)

    assert looks_of(given, deputy) == {(secretary.id, "secretary")}


def test_the_record_says_in_whose_right_a_change_was_approved(given, secretary, deputy, asked_for_two, door):
    proposal = asked_for_two(by=given.worker())

    given.do(approve_proposal, proposal.id, by=deputy)

    approved = select(EVENTS.c.acts_for).where(EVENTS.c.action == "register.proposal-approved")
    acts_for = door.read_now(lambda session: session.execute(approved).scalar_one())
    assert acts_for == door.write_now(lambda session: pseudonym(session, secretary.id))


def test_a_secretary_next_door_who_is_a_worker_here_proposes_as_a_worker(given, secretary, asked_for_two):
    next_door = given.worker_next_door(name="小甲")
    posts = (
        Grant(role=Role.SECRETARY, place_id=next_door.grants[0].place_id),
        Grant(role=Role.WORKER, place_id=given.community.id),
    )
    proposal = asked_for_two(by=Actor(kind=ActorKind.STAFF, id=next_door.id, name="小甲", grants=posts))

    assert proposal.proposed_role == "worker"
    with pytest.raises(NotPermitted):
        given.do(approve_proposal, proposal.id, by=given.worker(name="小乙"))
    given.do(approve_proposal, proposal.id, by=secretary)


def test_an_experience_offered_in_ones_own_right_is_no_secretarys(given, secretary, lends_to):
    worker = lends_to(secretary, given.worker(name="小甲"), all_of_it=True)

    proposal = given.do(propose_experience, OFFERED, by=worker)

    assert (proposal.proposed_role, proposal.acted_for) == (Role.WORKER, None)
    with pytest.raises(NotPermitted):
        given.do(share_experience, proposal.id, by=given.worker(name="小乙"))
    given.do(share_experience, proposal.id, by=secretary)


@pytest.mark.parametrize("what", ["a change", "an experience"])
def test_what_came_in_a_secretarys_right_is_hers_though_she_lent_a_workers_post(
    given, secretary, lends_to, asked_for_two, what
):
    """She is no second person to it, and there is no other secretary: somebody of the committee is."""
    deputy = lends_to(secretary, given.worker_next_door(name="小甲"), role=Role.WORKER)
    colleague = given.worker(name="小乙")

    if what == "a change":
        given.do(approve_proposal, asked_for_two(by=deputy).id, by=colleague)
    else:
        given.do(share_experience, given.do(propose_experience, OFFERED, by=deputy).id, by=colleague)


# -- the office of a look ---------------------------------------------------------------------------


def test_a_look_in_a_lent_right_is_of_the_office_that_lent_it(given, secretary, deputy):
    """Her own post stands next door, and an account's number is kept in no neighbourhood."""
    given.do(uncover_contact, given.a_case().case.id, by=deputy)

    assert given.see(looks_to_review, by=given.secretary(at=NEXT_DOOR, name="邻书记")) == []
    assert len(given.see(looks_to_review, by=given.town_dispatcher())) == 1


def test_of_two_own_posts_a_look_is_of_the_one_where_the_case_is(given, secretary, clock):
    worker = given.worker_next_door(name="小甲")
    draft = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=given.community.id, reason="轮岗")
    given.do(assign_role, draft, by=secretary)
    grants = given.door.read_now(lambda session: grants_now(session, worker.id, now=clock.now()))

    given.do(uncover_contact, given.a_case().case.id, by=replace(worker, grants=grants))

    assert [one.who for one in given.see(looks_to_review, by=secretary)] == ["小甲"]


@pytest.mark.parametrize("who", ["secretary", "town_dispatcher"])
def test_nobody_is_offered_to_note_an_alarm_or_renew_a_deferral_of_his_own_right(
    given, secretary, deputy, clock, actor_client, who
):
    """What the use case refuses her, the page does not offer."""
    reader = secretary if who == "secretary" else given.town_dispatcher()
    case_id = given.a_case().case.id
    given.do(uncover_contact, case_id, by=given.worker())
    seq = given.see(looks_to_review, by=secretary)[0].seq
    later = DeferralDraft(reason_code="investigation", until=clock.now().date() + timedelta(days=20))
    given.do(defer_look, seq, later, by=deputy)
    alarm = partial(raise_alarm, community_id=given.community.id, actor=deputy, now=clock.now())
    given.door.write_now(alarm)

    page = actor_client(reader, page=True).get("/looks").text

    offered = ("/noted" in page, "/renewal" in page)
    assert offered == ((False, False) if who == "secretary" else (True, True))


def _keeps_a_group(given, by):
    given.do(save_group, GroupDraft(place_id=given.community.id, name="长者", age_from=70), by=by)


def _defines_a_tag(given, by):
    draft = DefinitionDraft(place_id=given.community.id, code="alone", name="独居", kind=TagClass.SERVICE)
    given.do(define_tag, draft, by=by)


def _writes_a_guide(given, by):
    draft = GuideDraft(place_id=given.community.id, title="办居住证", about="带上身份证到居委会")
    given.do(keep_guide, draft, by=by)


def _verifies_a_home(given, by):
    given.do(verify_place, given.home.id, by=by)


def _enters_a_building(given, by):
    given.do(found_building, BuildingDraft(parent_id=given.community.id, name="99号"), by=by)


def _registers_somebody(given, by):
    given.do(register_person, PersonDraft(community_id=given.community.id, name="新来的"), by=by)


def _verifies_somebody(given, by):
    given.do(verify_person, given.resident(name="孙伯", phone="13700001111").person_id, by=by)


def _makes_two_of_one(given, by):
    one, other = (given.resident(name=name, phone=f"1370000{name}").person_id for name in ("2222", "3333"))
    given.do(keep_apart, DistinctionDraft(one_id=one, other_id=other), by=by)


TELLS = (
    _keeps_a_group, _defines_a_tag, _writes_a_guide, _verifies_a_home, _registers_somebody, _verifies_somebody,
    _enters_a_building,
)  # fmt: skip


@pytest.mark.parametrize("does", [*TELLS, _makes_two_of_one])
def test_a_deed_stands_in_the_record_with_the_post_that_reached_and_whose_it_is(
    given, secretary, deputy, does
):
    does(given, deputy)

    his = given.door.write_now(lambda session: pseudonym(session, deputy.id))
    hers = given.door.write_now(lambda session: pseudonym(session, secretary.id))
    done = given.door.read_now(
        lambda session: session.execute(select(EVENTS).where(EVENTS.c.actor == his)).all()
    )
    assert done
    assert {(one.node, one.role, one.acts_for) for one in done} == {(given.community.id, "secretary", hers)}


@pytest.mark.parametrize("does", TELLS)
def test_a_fact_is_told_with_the_post_that_reached_and_whose_it_is(given, secretary, deputy, does):
    before = {one.id for one in _told(given)}

    does(given, deputy)

    told = [one for one in _told(given) if one.id not in before and one.data.get("acted_by") == deputy.id]
    assert told
    assert {(one.actor_role, one.data["acted_for"]) for one in told} == {("secretary", secretary.id)}


@pytest.mark.parametrize(
    ("does", "lines"), [(_registers_somebody, CHANGES), (_enters_a_building, PLACE_CHANGES)]
)
def test_a_line_of_a_history_says_both_names_and_the_post_that_reached(given, deputy, does, lines):
    does(given, deputy)

    written = select(lines.c.by_name, lines.c.by_role, lines.c.office_id).where(lines.c.by_id == deputy.id)
    found = given.door.read_now(lambda session: {tuple(one) for one in session.execute(written)})
    assert found == {("小甲（代周书记）", "secretary", given.community.id)}


def test_of_two_own_posts_a_history_says_the_one_that_reached(given):
    """Her first is of next door, and a secretary's: here she is a worker."""
    next_door = given.secretary(at=NEXT_DOOR, name="小甲")
    posts = (*next_door.grants, Grant(role=Role.WORKER, place_id=given.community.id))
    _registers_somebody(given, replace(next_door, grants=posts))

    written = select(CHANGES.c.by_name, CHANGES.c.by_role, CHANGES.c.office_id)
    assert given.door.read_now(lambda session: {tuple(one) for one in session.execute(written)}) == {
        ("小甲", "worker", given.community.id)
    }


def test_no_fact_is_told_without_a_word_about_the_right(given, clock):
    fact = RolesChanged(community_id=given.community.id, account_id="1")
    with pytest.raises(TypeError, match="right"):
        given.door.write_now(
            lambda session: emit(session, fact, actor=given.system(), at=clock.now(), audience=())
        )


def _told(given):
    return given.door.read_now(lambda session: session.execute(select(OUTBOX)).all())


def test_no_deed_is_recorded_without_a_word_about_the_right(given, clock):
    with pytest.raises(TypeError, match="right"):
        given.door.write_now(
            lambda session: record(session, action="test", actor=given.system(), clock=clock)
        )
