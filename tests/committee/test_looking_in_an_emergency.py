"""T47, 紧急查看: half an hour to the second, told at once, reviewed by somebody else, and blocked where nobody did."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.access import AccessEvent
from core_db.accounts import DelegationDraft, RoleAssignment, delegate_role
from core_db.accounts.sessions import grants_now
from core_db.emergency import (
    EmergencyDraft,
    EmergencyReason,
    ReviewDraft,
    Verdict,
    emergencies,
    emergency_opened,
    open_emergency,
    review_emergency,
    reviews_waiting,
    uncover_in_emergency,
)
from core_db.emergency.errors import (
    EmergencyOver,
    EmergencyReviewedAlready,
    EmergencyUnreviewed,
    OwnEmergency,
)
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import local_date
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted, TooMany
from core_db.foundation.outbox import facts_after
from core_db.people import Person
from core_db.people.changing import set_id_number
from core_db.relay import audience_keys
from core_db.reveals import DeferralDraft, budget, defer_look, looks_to_review, who_looked
from core_db.reveals.words import Oddness

WHY = "老人三天没有出门，敲门没人应"
RIGHT = ReviewDraft(verdict=Verdict.JUSTIFIED, text="情况属实")


@pytest.fixture
def resident(given):
    return given.resident(name="王阿姨", phone="13812345678")


@pytest.fixture
def look(given, resident):
    def looking(by, person_id=None):
        draft = EmergencyDraft(
            person_id=person_id or resident.person_id, reason_code=EmergencyReason.MISSING, reason=WHY
        )
        return given.do(open_emergency, draft, by=by)

    return looking


@pytest.fixture
def deputy(given, clock):
    """Somebody who acts for another, with the rights he has now."""

    def acting(giver, delegate):
        mine = select(RoleAssignment.id).where(RoleAssignment.account_id == giver.id)
        post = given.door.read_now(lambda session: session.exec(mine).one())
        until = clock.now() + timedelta(days=5)
        draft = DelegationDraft(assignment_id=post, delegate_id=delegate.id, valid_to=until, reason="出差")
        given.do(delegate_role, draft, by=giver)
        grants = given.door.read_now(lambda session: grants_now(session, delegate.id, now=clock.now()))
        return Actor(kind=ActorKind.STAFF, id=delegate.id, name=delegate.name, grants=grants)

    return acting


def test_it_lasts_half_an_hour_to_the_second(given, look, clock):
    worker = given.worker()
    access = look(worker)

    clock.advance(timedelta(minutes=30) - timedelta(microseconds=1))
    assert given.do(uncover_in_emergency, access.id, by=worker).phone == "13812345678"
    clock.advance(timedelta(microseconds=1))
    with pytest.raises(EmergencyOver):
        given.do(uncover_in_emergency, access.id, by=worker)
    assert given.see(emergency_opened, access.id, by=worker).cases == []


def test_who_was_looked_at_before_has_no_request_on_her_page(given, look, resident):
    before = given.neighbour()
    his, hers = (given.a_case(by=by).case for by in (before, resident))
    worker = given.worker()

    opened = {one.person_id: look(worker, one.person_id) for one in (before, resident)}

    def listed(of):
        return [one.id for one in given.see(emergency_opened, opened[of.person_id].id, by=worker).cases]

    assert (listed(before), listed(resident)) == ([his.id], [hers.id])


def test_a_reason_has_a_code_and_ten_characters(resident):
    words = {"person_id": resident.person_id, "reason_code": "life"}
    for reason in ("", "太急了", "   一二三四五六七八九   "):
        with pytest.raises(CannotBeRead):
            read_draft(EmergencyDraft, words | {"reason": reason})
    with pytest.raises(CannotBeRead):
        read_draft(EmergencyDraft, {"person_id": resident.person_id, "reason": WHY})


def test_secretary_and_town_hear_of_it_at_once_and_nobody_else_of_the_staff(given, look):
    secretary, dispatcher, colleague = given.secretary(), given.town_dispatcher(), given.worker(name="小吴")
    contractor, district = given.contractor(), given.district_dispatcher()
    look(given.worker())

    (fact,) = given.door.read_now(lambda session: facts_after(session, 0))
    assert fact.short_type == "emergency.opened"
    hears = {
        actor.name for actor in (secretary, dispatcher, colleague, contractor, district)
        if audience_keys(actor) & set(fact.audience)
    }  # fmt: skip
    assert hears == {secretary.name, dispatcher.name}
    assert WHY not in str(fact.data)


def test_every_number_read_is_recorded_and_read_by_the_resident(given, look, resident):
    worker = given.worker()
    access = look(worker)
    given.do(uncover_in_emergency, access.id, by=worker)

    (event,) = given.door.read_now(lambda session: session.exec(select(AccessEvent)).all())
    assert (event.subject_id, event.purpose) == (resident.person_id, "emergency")
    assert (event.field, event.reference) == ("persons.phone_sealed", f"emergency/{access.id}")
    (seen,) = given.see(who_looked, by=resident)
    assert seen.purpose == "emergency"
    told = [f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "access.data_read"]
    assert [set(fact.audience) for fact in told] == [{f"person:{resident.person_id}"}]


def test_it_opens_one_resident_and_his_open_cases_but_not_what_he_raised_unnamed(given, look, resident):
    worker = given.worker()
    private = given.a_case(by=resident, text="家里的事").case.id
    given.a_case(by=resident, text="不署名的事", anonymous=True)
    given.a_case(by=given.neighbour(), text="别人的事")

    access = look(worker)
    opened = given.see(emergency_opened, access.id, by=worker)

    assert [one.id for one in opened.cases] == [private]
    assert given.see(emergency_opened, access.id, by=given.secretary()).cases == []


@pytest.mark.parametrize("who", ["contractor", "town_dispatcher", "worker_next_door", "auditor"])
def test_a_resident_one_does_not_look_after_is_not_there(given, look, who):
    with pytest.raises(NotFound):
        look(getattr(given, who)())


def test_nobody_uses_what_another_opened(given, look):
    access = look(given.worker())
    for somebody in (given.worker(name="小吴"), given.secretary(), given.town_dispatcher()):
        with pytest.raises(NotFound):
            given.do(uncover_in_emergency, access.id, by=somebody)


# -- the review ---------------------------------------------------------------------------------------


def test_it_is_no_way_around_the_measure_of_looks(given, look, monkeypatch):
    monkeypatch.setattr(budget, "A_DAY", 2)
    worker = given.worker()
    opened = look(worker)
    for _again in range(2):
        given.do(uncover_in_emergency, opened.id, by=worker)

    with pytest.raises(TooMany):
        given.do(uncover_in_emergency, opened.id, by=worker)
    with pytest.raises(TooMany):
        given.do(uncover_in_emergency, look(worker).id, by=worker)
    read = given.door.read_now(lambda session: session.exec(select(AccessEvent)).all())
    assert len([one for one in read if one.field == "persons.phone_sealed"]) == 2, (
        "what was refused was not read"
    )


class Ticking:
    """A clock as machines have it: no two looks at it show the same."""

    def __init__(self, start):
        self.moment = start

    def now(self):
        self.moment += timedelta(microseconds=1)
        return self.moment


def test_both_numbers_are_one_look_with_a_review_of_its_own(given, resident, look, clock):
    worker = given.worker()

    def register(session):
        person = session.get(Person, resident.person_id)
        set_id_number(session, person, "310113194912310028")
        session.add(person)

    given.door.write_now(register)
    access, ticking = look(worker), Ticking(clock.now())
    given.door.write_now(
        lambda session: uncover_in_emergency(session, access.id, actor=worker, clock=ticking)
    )

    (seen,) = given.see(who_looked, by=resident)
    (listed,) = given.see(looks_to_review, by=given.secretary())
    assert set(seen.fields) == {"phone_sealed", "id_number_sealed"}
    assert Oddness.NO_WORK not in listed.odd


def test_an_unreviewed_one_blocks_the_next_after_three_days(given, look, clock):
    worker, secretary = given.worker(), given.secretary()
    access = look(worker)
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    second = look(worker)

    clock.advance(timedelta(seconds=1))
    with pytest.raises(EmergencyUnreviewed):
        look(worker)
    look(given.worker(name="小吴"))
    given.do(review_emergency, access.id, RIGHT, by=secretary)
    assert look(worker).id
    clock.advance(timedelta(days=3))
    with pytest.raises(EmergencyUnreviewed):
        look(worker)
    assert second.id


def test_acting_for_another_is_no_way_around_the_block(given, look, deputy, clock):
    secretary, helper = given.secretary(), given.worker_next_door()
    look(secretary)
    clock.advance(timedelta(days=3))

    with pytest.raises(EmergencyUnreviewed):
        look(deputy(secretary, helper))


def test_nobody_reviews_his_own_nor_does_who_acts_for_him(given, look, deputy):
    secretary, helper = given.secretary(), given.worker(name="李四")
    own = look(secretary)

    with pytest.raises(OwnEmergency):
        given.do(review_emergency, own.id, RIGHT, by=secretary)
    acting = deputy(secretary, helper)
    with pytest.raises(OwnEmergency):
        given.do(review_emergency, own.id, RIGHT, by=acting)
    assert (given.see(reviews_waiting, by=secretary), given.see(reviews_waiting, by=acting)) == (0, 0)

    dispatcher = given.town_dispatcher()
    assert given.see(reviews_waiting, by=dispatcher) == 1
    given.do(review_emergency, own.id, RIGHT, by=dispatcher)
    assert given.see(reviews_waiting, by=dispatcher) == 0


def test_a_deputy_reviews_what_others_opened_and_bears_both_names(given, look, deputy):
    secretary, helper, worker = given.secretary(), given.worker_next_door(name="李四"), given.worker()
    access = look(worker)

    review = given.do(review_emergency, access.id, RIGHT, by=deputy(secretary, helper))

    assert (review.reviewed_by, review.reviewed_for) == (helper.id, secretary.id)


def test_one_review_is_enough_and_only_a_reviewer_gives_it(given, look):
    worker, secretary = given.worker(), given.secretary()
    access = look(worker)

    with pytest.raises(NotPermitted):
        given.do(review_emergency, access.id, RIGHT, by=worker)
    for stranger in (given.worker(name="小吴"), given.worker_next_door(), given.contractor()):
        with pytest.raises(NotFound):
            given.do(review_emergency, access.id, RIGHT, by=stranger)
    given.do(review_emergency, access.id, RIGHT, by=secretary)
    with pytest.raises(EmergencyReviewedAlready):
        given.do(review_emergency, access.id, RIGHT, by=secretary)
    told = [
        f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "emergency.reviewed"
    ]
    assert f"account:{worker.id}" in told[0].audience


def test_the_town_reads_no_whole_name(given, look):
    look(given.worker())

    assert [one.person for one in given.see(emergencies, by=given.secretary())] == ["王阿姨"]
    assert [one.person for one in given.see(emergencies, by=given.town_dispatcher())] == ["王**"]
    assert given.see(emergencies, by=given.worker(name="小吴")) == []


# -- on the page and over the API ---------------------------------------------------------------------


@pytest.fixture
def at(actor_client):
    def opened(actor):
        client = actor_client(actor, page=True)
        word = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/me").text)[1]
        client.fill_in = lambda path, **words: client.post(
            path, data={"csrf_token": word} | words, follow_redirects=False
        )
        return client

    return opened


def test_from_the_door_to_the_review_on_the_page(given, at, resident):
    secretary, page = at(given.secretary()), at(given.worker(name="小张"))

    assert "王阿姨" in page.get("/emergency/new?q=王阿姨").text
    asking = page.get(f"/emergency/new?q=王阿姨&person={resident.person_id}").text
    assert "13812345678" not in asking
    # Not “at once” where telling him was put off.
    assert asking.count("到期才看得到") == 2
    assert "决定暂缓告知的，到期才读得到" in page.get("/emergency").text
    short = page.fill_in(
        "/emergency", person_id=resident.person_id, q="王阿姨", reason_code="life", reason="急"
    )
    assert (short.status_code, "至少 10 个字" in short.text) == (422, True)
    opened = page.fill_in("/emergency", person_id=resident.person_id, reason_code="life", reason=WHY)
    look = opened.headers["location"]
    assert "13812345678" not in page.get(look).text
    assert "13812345678" in page.fill_in(f"{look}/uncovering").text.replace(" ", "")

    assert "紧急查看待审核" in secretary.get("/desk").text
    assert WHY in secretary.get(look).text
    assert (
        secretary.fill_in(f"{look}/review", verdict="not_justified", text="可以先打电话").status_code == 303
    )
    assert "紧急查看待审核" not in secretary.get("/desk").text
    assert "可以先打电话" in page.get(look).text


def test_the_resident_reads_why_it_was(given, look, resident, actor_client):
    worker = given.worker()
    given.do(uncover_in_emergency, look(worker).id, by=worker)

    page = actor_client(resident, page=True).get("/me/seen").text
    assert "紧急情况下查看" in page
    assert WHY in page
    (told,) = actor_client(resident, bearer=True).get("/api/v1/me/seen").json()["items"]
    assert told["reason"] == WHY


def test_each_look_bears_its_own_words(given, look, resident):
    worker, colleague = given.worker(), given.worker(name="小吴")
    first = look(worker)
    for by, access in ((worker, first), (worker, first), (colleague, look(colleague))):
        given.do(uncover_in_emergency, access.id, by=by)

    assert [one.reason for one in given.see(who_looked, by=resident)] == [WHY] * 3


def test_the_words_wait_with_the_look_where_telling_has_to_wait(given, look, resident, clock):
    worker, secretary = given.worker(), given.secretary()
    given.do(uncover_in_emergency, look(worker).id, by=worker)
    (seen,) = given.see(who_looked, by=resident)
    draft = DeferralDraft(reason_code="domestic_violence", until=local_date(clock.now() + timedelta(days=3)))
    given.do(defer_look, seen.seq, draft, by=secretary)
    assert given.see(who_looked, by=resident) == []

    clock.advance(timedelta(days=4))

    assert [one.reason for one in given.see(who_looked, by=resident)] == [WHY]


def test_who_had_nothing_to_be_read_has_no_look_and_no_words(given, look, resident):
    def unknown(session):
        person = session.get(Person, resident.person_id)
        person.phone_sealed = person.phone_blind = None
        session.add(person)

    given.door.write_now(unknown)
    worker = given.worker()

    assert given.do(uncover_in_emergency, look(worker).id, by=worker).phone is None
    assert given.see(who_looked, by=resident) == []


def test_the_same_over_the_api(given, actor_client, key, resident):
    client, secretary = (actor_client(one, bearer=True) for one in (given.worker(), given.secretary()))
    body = {"person_id": resident.person_id, "reason_code": "life", "reason": WHY}

    made = client.post("/api/v1/emergencies", json=body, headers=key())
    assert made.status_code == 201, made.text
    address = f"/api/v1/emergencies/{made.json()['id']}"
    numbers = client.post(f"{address}/uncovering")
    assert numbers.json()["phone"] == "13812345678"
    assert secretary.get("/api/v1/emergencies").json()["items"][0]["may_review"] is True
    verdict = {"verdict": "justified", "text": "情况属实"}
    assert client.post(f"{address}/review", json=verdict, headers=key()).status_code == 403
    assert secretary.post(f"{address}/review", json=verdict, headers=key()).json()["verdict"] == "justified"
    assert client.get(address).json()["review"] == "情况属实"
    assert actor_client(given.contractor(), bearer=True).get(address).status_code == 403
    assert actor_client(given.worker_next_door(), bearer=True).get(address).status_code == 404
