"""Posts: filled by whoever stands above, never by oneself; a neighbourhood is never without a secretary."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.accounts import (
    HandOverDraft,
    HiringDraft,
    RoleAssignment,
    RoleDraft,
    actor_for_token,
    assign_role,
    close_account,
    end_role,
    hand_over,
    hire,
    posts_held,
    seats,
)
from core_db.accounts.errors import LastSecretary, NameTaken, RoleNotYours
from core_db.accounts.sessions import grants_now
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import facts_after


@pytest.fixture
def post_of(given):
    def found(actor):
        mine = select(RoleAssignment).where(RoleAssignment.account_id == actor.id)
        return given.door.read_now(lambda session: session.exec(mine).one())

    return found


@pytest.fixture
def roles_of(given, clock):
    return lambda account_id: [
        grant.role for grant in given.door.read_now(lambda s: grants_now(s, account_id, now=clock.now()))
    ]


def draft_for(actor, role, place, **more):
    return RoleDraft(account_id=actor.id, role=role, place_id=place.id, reason="换届", **more)


def test_each_fills_the_posts_below_his_own_and_no_other(given, clock):
    def roles_open_to(actor):
        found = given.see(seats, by=actor)
        return {role for seat in found for role in seat.roles if role is not Role.BUILDING_LEAD}

    assert roles_open_to(given.worker()) == set()
    assert roles_open_to(given.secretary()) == {Role.WORKER, Role.CONTRACTOR}
    assert roles_open_to(given.town_dispatcher()) == {Role.WORKER, Role.CONTRACTOR, Role.SECRETARY}
    assert Role.TOWN_DISPATCHER in roles_open_to(given.district_dispatcher())
    assert {Role.AUDITOR, Role.DISTRICT_DISPATCHER} <= roles_open_to(given.security_administrator())


def test_the_town_appoints_a_secretary_and_the_town_next_door_does_not(given, roles_of):
    worker = given.worker()
    given.do(assign_role, draft_for(worker, Role.SECRETARY, given.community), by=given.town_dispatcher())

    assert roles_of(worker.id) == [Role.WORKER, Role.SECRETARY]
    with pytest.raises(RoleNotYours):
        given.do(assign_role, draft_for(worker, Role.TOWN_DISPATCHER, given.town), by=given.town_dispatcher())


def test_a_post_is_held_at_its_own_kind_of_place(given):
    worker = given.worker()
    for role, place in ((Role.SECRETARY, given.building), (Role.TOWN_DISPATCHER, given.community)):
        with pytest.raises(CannotBeRead):
            given.do(assign_role, draft_for(worker, role, place), by=given.system())


def test_the_list_says_who_holds_what_given_by_whom_and_stays_within_the_neighbourhood(given):
    secretary, handler = given.secretary(), given.worker_next_door(name="小张")
    given.worker_next_door(name="小吴")
    given.do(assign_role, draft_for(handler, Role.CONTRACTOR, given.community,
                                    organisation_id=given.property_firm.id), by=secretary)  # fmt: skip

    seen, following = given.see(posts_held, by=secretary)

    assert following is None
    assert {one.name for one in seen} == {"周书记", "小张"}
    contractor = next(one for one in seen if one.role is Role.CONTRACTOR)
    assert (contractor.given_by, contractor.reason, contractor.organisation_name) == (
        "周书记",
        "换届",
        "牡丹物业",
    )
    assert contractor.may_change
    assert not next(one for one in seen if one.name == "周书记").may_change
    assert given.see(posts_held, by=given.worker()) == ([], None)


def test_the_list_goes_on_where_it_stopped(given):
    secretary = given.secretary()
    for number in range(4):
        given.worker(name=f"小张{number}")

    first, following = given.see(posts_held, limit=3, by=secretary)
    rest, end = given.see(posts_held, limit=3, after=following, by=secretary)

    assert len({one.id for one in (*first, *rest)}) == 5
    assert end is None


def test_somebody_new_comes_with_a_post_and_a_password_for_one_sign_in(given, roles_of):
    draft = HiringDraft(
        username="XiaoLi", name="李四", role=Role.WORKER, place_id=given.community.id, reason="新来的"
    )
    post = given.do(hire, draft, password_hash="x", by=given.secretary())

    assert roles_of(post.account_id) == [Role.WORKER]
    with pytest.raises(NameTaken):
        given.do(hire, draft, password_hash="x", by=given.secretary())
    above = draft.model_copy(update={"username": "other", "role": Role.SECRETARY})
    with pytest.raises(RoleNotYours):
        given.do(hire, above, password_hash="x", by=given.secretary())
    with pytest.raises(NotPermitted):
        given.do(hire, above, password_hash="x", by=given.worker())
    elsewhere = draft.model_copy(update={"username": "other", "place_id": given.neighbouring_community.id})
    with pytest.raises(NotFound):
        given.do(hire, elsewhere, password_hash="x", by=given.secretary())


# -- a secretary is always there ----------------------------------------------------------------------


def test_the_last_secretary_is_not_dismissed_and_does_not_close_his_account(given, post_of, roles_of):
    secretary = given.secretary()

    with pytest.raises(LastSecretary):
        given.do(end_role, post_of(secretary).id, by=given.town_dispatcher())
    with pytest.raises(LastSecretary):
        given.do(close_account, secretary.id, by=secretary)

    assert roles_of(secretary.id) == [Role.SECRETARY]


def test_one_of_two_secretaries_may_go(given, post_of, roles_of):
    first, second = given.secretary(), given.secretary(name="吴书记")

    given.do(end_role, post_of(first).id, by=given.town_dispatcher())

    assert (roles_of(first.id), roles_of(second.id)) == ([], [Role.SECRETARY])


def test_a_secretary_for_a_few_days_does_not_stand_in_for_one_who_stays(given, post_of, clock):
    first, worker = given.secretary(), given.worker()
    soon = clock.now() + timedelta(days=5)
    given.do(assign_role, draft_for(worker, Role.SECRETARY, given.community, valid_to=soon),
             by=given.town_dispatcher())  # fmt: skip

    with pytest.raises(LastSecretary):
        given.do(end_role, post_of(first).id, by=given.town_dispatcher())


def test_the_only_secretary_is_not_given_an_end(given, clock):
    soon = clock.now() + timedelta(days=5)
    with pytest.raises(LastSecretary):
        given.do(assign_role, draft_for(given.worker(), Role.SECRETARY, given.community, valid_to=soon),
                 by=given.town_dispatcher())  # fmt: skip


def test_somebody_who_closes_his_account_leaves_his_posts(given, post_of, clock):
    worker = given.worker()

    given.do(close_account, worker.id, by=worker)

    assert post_of(worker).valid_to == clock.now()


# -- hand-over ----------------------------------------------------------------------------------------


def test_a_hand_over_is_one_moment_for_both(given, post_of, roles_of, clock):
    old, new = given.secretary(), given.worker(name="吴书记")
    token = given.token_of(old)

    given.do(hand_over, post_of(old).id, HandOverDraft(account_id=new.id, reason="退休"),
             by=given.town_dispatcher())  # fmt: skip

    assert (roles_of(old.id), roles_of(new.id)) == ([], [Role.WORKER, Role.SECRETARY])
    assert given.door.read_now(lambda s: actor_for_token(s, token, app="committee", clock=clock)) is None
    told = [(f.short_type, f.data["account_id"]) for f in given.door.read_now(lambda s: facts_after(s, 0))]
    assert told == [
        ("session.revoked", old.id), ("account.roles_changed", old.id), ("account.roles_changed", new.id),
    ]  # fmt: skip


def test_a_hand_over_that_is_refused_changes_nothing(given, post_of, roles_of):
    old, worker = given.secretary(), given.worker()
    for to, by, refusal in (
        (old.id, given.town_dispatcher(), CannotBeRead),
        (given.resident().id, given.town_dispatcher(), CannotBeRead),
        (worker.id, given.secretary(name="吴书记"), RoleNotYours),
        (worker.id, worker, NotPermitted),
        (worker.id, given.worker_next_door(), NotFound),
    ):
        with pytest.raises(refusal):
            given.do(hand_over, post_of(old).id, HandOverDraft(account_id=to, reason="退休"), by=by)

    assert (roles_of(old.id), roles_of(worker.id)) == ([Role.SECRETARY], [Role.WORKER])
    assert given.door.read_now(lambda s: facts_after(s, 0)) == []


def test_nobody_hands_a_post_to_himself(given, post_of):
    dispatcher = given.town_dispatcher()
    with pytest.raises(RoleNotYours):
        given.do(hand_over, post_of(given.secretary()).id, HandOverDraft(account_id=dispatcher.id, reason="代管"),
                 by=dispatcher)  # fmt: skip


def test_a_post_that_is_over_is_not_handed_over_again(given, post_of):
    old, new = given.secretary(), given.worker()
    post = post_of(old).id
    draft = HandOverDraft(account_id=new.id, reason="退休")
    given.do(hand_over, post, draft, by=given.town_dispatcher())

    with pytest.raises(NotFound):
        given.do(hand_over, post, draft, by=given.town_dispatcher())
