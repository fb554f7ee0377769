"""Delegation: within one's own right, for a while, never lent on; both names stand below everything done in it."""

import contextlib
import threading
from datetime import timedelta
from functools import partial

import pytest

from core_db.accounts import (
    DelegationDraft,
    RoleAssignment,
    RoleDraft,
    assign_role,
    delegate_role,
    end_delegation,
    end_role,
    my_delegations,
)
from core_db.accounts.errors import (
    DelegationTooLong,
    FirmApart,
    LastSecretary,
    NotYoursToDelegate,
    RoleNotYours,
)
from core_db.accounts.sessions import grants_now
from core_db.cases import VERBS, Verb, case_file, case_timeline
from core_db.cases.errors import OwnRequest
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import facts_after
from core_db.relay import accounts_whose_roles_turned
from core_db.upkeep.doctor import examine
from tests.databases import open_door


@pytest.fixture
def now_of(given, clock):
    """Somebody of the staff with the rights he has at this moment."""

    def worked_out(actor):
        grants = given.door.read_now(lambda session: grants_now(session, actor.id, now=clock.now()))
        return Actor(kind=ActorKind.STAFF, id=actor.id, name=actor.name, grants=grants)

    return worked_out


@pytest.fixture
def lend(given, clock, days, post_of):
    def lending(giver, delegate, **more):
        words = {"assignment_id": post_of(giver), "delegate_id": delegate.id, "reason": "出差"}
        draft = DelegationDraft(**words | {"valid_to": clock.now() + days(7)} | more)
        return given.do(delegate_role, draft, by=giver)

    return lending


def roles(actor):
    return [(grant.role, grant.giver_name) for grant in actor.grants]


def test_a_delegate_has_the_right_for_its_days_and_not_a_moment_longer(given, lend, now_of, clock, days):
    secretary, worker = given.secretary(), given.worker_next_door()
    lend(secretary, worker, valid_from=clock.now() + days(1), valid_to=clock.now() + days(2))

    assert roles(now_of(worker)) == [(Role.WORKER, "")]
    clock.advance(days(1))
    assert roles(now_of(worker)) == [(Role.WORKER, ""), (Role.SECRETARY, "周书记")]
    clock.advance(days(1) - timedelta(microseconds=1))
    assert len(now_of(worker).grants) == 2
    clock.advance(timedelta(microseconds=1))
    assert roles(now_of(worker)) == [(Role.WORKER, "")]


def test_it_ends_with_the_givers_own_role(given, lend, now_of, post_of):
    secretary, worker = given.secretary(), given.worker_next_door()
    given.secretary(name="吴书记")
    lend(secretary, worker)

    given.do(end_role, post_of(secretary), by=given.town_dispatcher())

    assert roles(now_of(worker)) == [(Role.WORKER, "")]
    told = [f.data["account_id"] for f in given.door.read_now(lambda s: facts_after(s, 0))
            if f.short_type == "account.roles_changed"]  # fmt: skip
    assert told[-2:] == [secretary.id, worker.id]


def test_thirty_days_and_no_more(given, lend, clock, days):
    secretary, worker = given.secretary(), given.worker_next_door()

    lend(secretary, worker, valid_to=clock.now() + days(30))
    with pytest.raises(DelegationTooLong):
        lend(secretary, worker, valid_to=clock.now() + days(30) + timedelta(seconds=1))
    with pytest.raises(CannotBeRead):
        lend(secretary, worker, valid_to=clock.now())


def test_what_was_lent_is_not_lent_on(given, lend, now_of, clock, days, post_of):
    secretary, worker = given.secretary(), given.worker_next_door()
    lend(secretary, worker)
    draft = DelegationDraft(
        assignment_id=post_of(secretary),
        delegate_id=given.worker().id,
        valid_to=clock.now() + days(1),
        reason="转",
    )

    with pytest.raises(NotFound):
        given.do(delegate_role, draft, by=now_of(worker))


def test_never_wider_than_ones_own(given, lend):
    worker, other = given.worker(), given.worker_next_door()

    with pytest.raises(NotYoursToDelegate):
        lend(worker, other, role=Role.SECRETARY)
    with pytest.raises(NotYoursToDelegate):
        lend(given.secretary(), other, role=Role.TOWN_DISPATCHER)
    with pytest.raises(NotFound):
        lend(worker, other, place_id=given.neighbouring_community.id)
    with pytest.raises(NotPermitted):
        lend(given.contractor(), other)
    with pytest.raises(NotYoursToDelegate):
        lend(worker, worker)


def test_a_firm_s_people_are_no_committee_where_their_firm_works(given, lend, now_of, post_of):
    worker, contractor = given.worker(), given.contractor()
    town_s = given.contractor(given.town_department)
    elsewhere = given.worker(given.neighbouring_community, name="小何")

    def post(who, role, place, **more):
        draft = RoleDraft(account_id=who.id, role=role, place_id=place.id, reason="调动", **more)
        return given.do(assign_role, draft, by=given.district_dispatcher())

    for one in (contractor, town_s):
        with pytest.raises(FirmApart):
            lend(worker, one)
        with pytest.raises(FirmApart):
            post(one, Role.WORKER, given.community)
    for place in (given.neighbouring_community, given.town):
        with pytest.raises(FirmApart):
            post(elsewhere, Role.CONTRACTOR, place, organisation_id=given.town_department.id)
    lend(worker, elsewhere)
    with pytest.raises(FirmApart):
        post(elsewhere, Role.CONTRACTOR, given.community, organisation_id=given.property_firm.id)
    # Next door his firm does not work: there he may.
    post(contractor, Role.WORKER, given.neighbouring_community)
    given.do(end_role, post_of(town_s), by=given.district_dispatcher())
    lend(worker, town_s)


@pytest.mark.postgres
def test_given_both_in_one_moment_he_holds_one_of_the_two(given, door, clock, settings, now_of, post_of):
    firm, him = given.organisation("区里的电梯公司", at=given.town), given.worker_next_door()
    given.do(end_role, post_of(him), by=given.district_dispatcher())
    posts = {
        "firm": RoleDraft(
            account_id=him.id,
            role=Role.CONTRACTOR,
            place_id=given.town.id,
            organisation_id=firm.id,
            reason="调动",
        ),
        "committee": RoleDraft(
            account_id=him.id, role=Role.WORKER, place_id=given.community.id, reason="调动"
        ),
    }
    said = []

    def give(session, post):
        return assign_role(session, posts[post], actor=given.system(), clock=clock)

    def other():
        with contextlib.closing(open_door(settings)) as second, contextlib.suppress(FirmApart):
            said.append(second.write_now(partial(give, post="committee")))

    meanwhile = threading.Thread(target=other)
    with door.one_transaction() as session:
        give(session, "firm")
        meanwhile.start()
        meanwhile.join(1)
    meanwhile.join()
    assert (said, [grant.role for grant in now_of(him).grants]) == ([], [Role.CONTRACTOR])


def test_a_district_dispatcher_lends_one_town_of_his_district(given, lend, now_of):
    delegate = given.worker()
    lend(given.district_dispatcher(), delegate, role=Role.TOWN_DISPATCHER, place_id=given.town.id)

    assert now_of(delegate).places_as({Role.TOWN_DISPATCHER}) == (given.town.id,)
    assert not now_of(delegate).has(Role.DISTRICT_DISPATCHER)


def test_both_names_stand_in_the_history_and_both_accounts_in_the_fact(given, lend, now_of):
    secretary, worker = given.secretary(), given.worker_next_door(name="李四")
    lend(secretary, worker)
    case_id = given.a_case().case.id

    accept = VERBS[Verb.ACCEPTANCE]
    given.do(accept.use_case, case_id, read_draft(accept.draft, {}), by=now_of(worker))

    lines = given.see(case_timeline, case_id, by=secretary)
    assert [line["by"]["name"] for line in lines if line["type"] == "accepted"] == ["李四（代周书记）"]
    (fact,) = (f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "case.accepted")
    assert (fact.data["acted_by"], fact.data["acted_for"]) == (worker.id, secretary.id)


def test_what_his_own_right_covers_he_does_in_his_own_name(given, lend, now_of):
    secretary, worker = given.secretary(), given.worker(name="李四")
    lend(secretary, worker)
    case_id = given.a_case().case.id

    accept = VERBS[Verb.ACCEPTANCE]
    given.do(accept.use_case, case_id, read_draft(accept.draft, {}), by=now_of(worker))

    lines = given.see(case_timeline, case_id, by=secretary)
    assert [line["by"]["name"] for line in lines if line["type"] == "accepted"] == ["李四"]
    (fact,) = (f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "case.accepted")
    assert "acted_for" not in fact.data


def test_a_delegate_fills_posts_but_never_his_own_nor_the_givers(given, lend, now_of, staff):
    secretary, worker = given.secretary(), given.worker()
    lend(secretary, worker)

    def draft(account_id):
        return RoleDraft(account_id=account_id, role=Role.WORKER, place_id=given.community.id)

    assignment = given.do(assign_role, draft(staff.id), by=now_of(worker))
    assert (assignment.granted_by, assignment.granted_for) == (worker.id, secretary.id)
    for account_id in (worker.id, secretary.id):
        with pytest.raises(RoleNotYours):
            given.do(assign_role, draft(account_id), by=now_of(worker))


@pytest.mark.parametrize("who", ["giver", "delegate"])
def test_either_sees_it_and_may_end_it_and_nobody_else(given, lend, now_of, who):
    secretary, worker = given.secretary(), given.worker_next_door()
    delegation = lend(secretary, worker)
    ending = {"giver": secretary, "delegate": worker}[who]

    for stranger in (given.worker(), given.town_dispatcher()):
        assert given.see(my_delegations, by=stranger) == []
        with pytest.raises(NotFound):
            given.do(end_delegation, delegation.id, by=stranger)
    (seen,) = given.see(my_delegations, by=ending)
    assert (seen.giver_name, seen.delegate_name, seen.in_force) == ("周书记", "小吴", True)
    given.do(end_delegation, delegation.id, by=ending)

    assert roles(now_of(worker)) == [(Role.WORKER, "")]
    assert given.see(my_delegations, by=ending) == []


def test_a_delegate_is_no_secretary_when_it_comes_to_having_one(given, lend, post_of):
    secretary = given.secretary()
    lend(secretary, given.worker())

    with pytest.raises(LastSecretary):
        given.do(end_role, post_of(secretary), by=given.town_dispatcher())


def test_a_case_next_door_is_seen_only_while_the_right_is_lent(given, lend, now_of, clock, days):
    case_id = given.a_case().case.id
    worker = given.worker_next_door()
    lend(given.secretary(), worker)

    assert given.see(case_file, case_id, by=now_of(worker)).case.id == case_id
    clock.advance(days(8))
    with pytest.raises(NotFound):
        given.see(case_file, case_id, by=now_of(worker))


def test_nobody_approves_in_anothers_right_what_he_asked_for_himself(given, lend, now_of, post_of):
    worker, contractor = given.worker(), given.contractor()
    case_id = given.a_case().case.id

    def do(verb, by, **words):
        registered = VERBS[verb]
        given.do(registered.use_case, case_id, read_draft(registered.draft, words), by=by)

    later = {"until": "2026-12-20", "reason": "等配件"}
    do(Verb.ACCEPTANCE, worker)
    do(Verb.DISPATCH, worker, lead=given.property_firm.id)
    do(Verb.EXTENSION, contractor, **later)
    # He leaves the firm and comes to the committee: what he asked for himself is still his own asking.
    given.do(end_role, post_of(contractor), by=given.town_dispatcher())
    lend(given.secretary(), contractor)

    with pytest.raises(OwnRequest):
        do(Verb.EXTENSION, now_of(contractor), **later)
    do(Verb.EXTENSION, worker, **later)


def test_open_sockets_are_looked_at_again_when_the_givers_day_comes(given, lend, post_of, clock, days):
    secretary, worker = given.secretary(), given.worker_next_door()
    delegation = lend(secretary, worker, valid_to=clock.now() + days(20))
    began, ends = clock.now() - days(1), clock.now() + days(5)

    def set_end(session):
        session.get(RoleAssignment, post_of(secretary)).valid_to = ends

    given.door.write_now(set_end)

    def turned(since, now):
        return given.door.read_now(lambda s: accounts_whose_roles_turned(s, since=since, now=now))

    assert worker.id in turned(began, clock.now())
    assert turned(clock.now(), ends - timedelta(seconds=1)) == set()
    assert turned(clock.now(), ends) == {secretary.id, worker.id}
    assert worker.id in turned(ends, delegation.valid_to)


def test_who_was_both_before_they_were_kept_apart_is_counted_by_the_doctor(given, door, settings, clock):
    him = given.contractor()

    def said():
        return [one.zh for one in examine(settings, clock=clock) if "承办单位" in one.zh]

    def as_before(session):
        post = {"account_id": him.id, "role": Role.WORKER, "place_id": given.community.id}
        session.add(
            RoleAssignment(id=new_id(), valid_from=clock.now(), granted_by="tests", reason="", **post)
        )

    assert said() == []
    door.write_now(as_before)
    assert said() == ["1 个账号既在居委会任职，又在那里的承办单位任职：请结束其中一个。"]
