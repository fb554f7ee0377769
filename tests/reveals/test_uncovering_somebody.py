"""Somebody's data stay masked until a purpose with something under way uncovers them, recorded and told to him."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.access import AccessEvent, Purpose
from core_db.cases import withdraw_case
from core_db.cases.drafts import NothingDraft
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead, NotFound, TooMany
from core_db.foundation.idempotency import IdempotencyRecord
from core_db.foundation.outbox import facts_after
from core_db.people import PersonDraft, register_person
from core_db.reveals import RevealDraft, budget, person_shown, reveal_person, who_looked
from core_db.reveals.errors import NoLiveReference, NotRegistered
from core_db.reveals.model import LookAlarm

PHONE, ID_NUMBER = "13812345678", "11010519491231002X"


@pytest.fixture
def aunt(given):
    return given.resident(name="赵阿姨", phone=PHONE)


@pytest.fixture
def looking(given, aunt):
    """`looking(purpose, case, by)`: uncovers the aunt's telephone."""

    def look(purpose, case=None, *, by, reason=None, fields=("phone",)):
        said = {"fields": fields, "purpose": purpose, "reason": reason}
        said["reference"] = f"case/{case.id}" if case is not None else None
        return given.do(reveal_person, aunt.person_id, read_draft(RevealDraft, said), by=by)

    return look


def events(door):
    return door.read_now(lambda session: session.exec(select(AccessEvent).order_by(AccessEvent.seq)).all())


def test_a_page_shows_everything_masked_and_looks_at_nothing(given, aunt, door):
    case = given.a_case(by=aunt).case

    shown = given.see(person_shown, aunt.person_id, by=given.worker())

    assert (shown.person.name, shown.person.phone) == ("赵阿姨", "138****5678")
    assert [(one.number, Purpose.CASE in one.purposes) for one in shown.cases] == [(case.number, True)]
    assert events(door) == []


def test_for_a_case_under_way_it_is_uncovered_recorded_and_told(given, aunt, looking, door, clock):
    case, worker = given.a_case(by=aunt).case, given.worker()

    found = looking("case", case, by=worker)

    assert found.values == {"phone": PHONE}
    (event,) = events(door)
    assert (event.subject_id, event.reference) == (aunt.person_id, f"case/{case.id}")
    assert (event.office_id, event.actor_id, event.purpose) == (given.community.id, worker.id, "case")
    fact = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert (fact.short_type, fact.audience) == ("access.data_read", (f"person:{aunt.person_id}",))
    (look,) = given.see(who_looked, by=aunt)
    assert (look.office, look.role, look.case_number) == ("牡丹一村", "worker", case.number)


def test_several_fields_at_once_are_one_look(given, door):
    draft = PersonDraft(community_id=given.community.id, name="孙伯", phone=PHONE, id_number=ID_NUMBER)
    person, worker = given.do(register_person, draft, by=given.worker()), given.worker()
    draft = RevealDraft(
        fields=("phone", "id_number", "birth"),
        purpose="registry-correction",
        reason="名册上的出生日期和证件对不上",
    )

    found = given.do(reveal_person, person.id, draft, by=worker)

    assert dict(found.values) == {"phone": PHONE, "id_number": ID_NUMBER, "birth": "1949-12-31"}
    assert len({event.at for event in events(door)}) == 1
    assert len(events(door)) == 3


@pytest.mark.parametrize("purpose", ["case", "subsidy", "emergency", "subject-request"])
def test_without_something_under_way_nothing_is_uncovered(purpose, given, aunt, looking, door):
    others = given.a_case(by=given.neighbour()).case

    for case in (None, others):
        with pytest.raises(NoLiveReference):
            looking(purpose, case, by=given.worker())
    assert events(door) == []


def test_a_week_after_its_end_a_case_is_no_reason_any_more(given, aunt, looking, clock):
    case, worker = given.a_case(by=aunt).case, given.worker()
    given.do(withdraw_case, case.id, NothingDraft(), by=aunt)
    clock.advance(timedelta(days=6))
    looking("case", case, by=worker)
    clock.advance(timedelta(days=2))

    with pytest.raises(NoLiveReference):
        looking("case", case, by=worker)


def test_an_urgent_case_in_the_building_is_an_emergency_for_everybody_in_it(given, aunt, looking):
    near = given.a_case(by=given.neighbour(), text="楼道里煤气味很重，快来人").case

    assert looking("emergency", near, by=given.worker()).values == {"phone": PHONE}
    with pytest.raises(NoLiveReference):
        looking("case", near, by=given.worker())


def test_a_subsidy_needs_a_case_of_care_and_welfare(given, aunt, looking):
    lamp, relief = (
        given.a_case(by=aunt).case,
        given.a_case(by=aunt, text="想申请临时救助", category="1104").case,
    )

    with pytest.raises(NoLiveReference):
        looking("subsidy", lamp, by=given.worker())
    assert looking("subsidy", relief, by=given.worker()).values == {"phone": PHONE}


def test_a_case_is_no_visit(given, aunt, looking):
    with pytest.raises(NoLiveReference):
        looking("visit", given.a_case(by=aunt).case, by=given.worker())


@pytest.mark.parametrize("reason", [None, "更正", "太短的原因"])
def test_a_correction_says_why_in_ten_characters(reason, given, looking):
    with pytest.raises(CannotBeRead):
        looking("registry-correction", by=given.worker(), reason=reason)


def test_whoever_it_is_about_reads_the_readers_own_words(given, aunt, looking):
    looking("registry-correction", by=given.worker(), reason="名册上的手机号打不通，核对一下")

    (look,) = given.see(who_looked, by=aunt)
    assert (look.purpose, look.reason) == ("registry-correction", "名册上的手机号打不通，核对一下")


def test_what_the_register_does_not_know_cannot_be_uncovered(given, aunt, looking):
    with pytest.raises(NotRegistered):
        looking("case", given.a_case(by=aunt).case, by=given.worker(), fields=("phone", "id_number"))


@pytest.mark.parametrize("who", ["worker_next_door", "neighbour", "contractor", "town_dispatcher", "analyst"])
def test_for_everybody_else_there_is_no_such_person(who, given, aunt, looking):
    case = given.a_case(by=aunt).case

    with pytest.raises(NotFound):
        looking("case", case, by=getattr(given, who)())


def test_an_unnamed_requesters_case_does_not_lead_a_worker_to_him(given, aunt, looking):
    case = given.a_case(by=aunt, anonymous=True).case

    assert given.see(person_shown, aunt.person_id, by=given.worker()).cases == []
    with pytest.raises(NoLiveReference):
        looking("case", case, by=given.worker())
    assert looking("case", case, by=given.secretary()).values == {"phone": PHONE}


# -- how much ---------------------------------------------------------------------------------------


# That PostgreSQL counts them so, the next ones ask with smaller figures.
@pytest.mark.either
def test_looks_end_at_two_hundred_and_the_secretary_hears_at_sixty(given, aunt, looking, door, clock):
    case, worker, secretary = given.a_case(by=aunt).case, given.worker(), given.secretary()
    for _ in range(200):
        looking("case", case, by=worker)

    for _ in range(8):
        with pytest.raises(TooMany, match="200 times in a day"):
            looking("case", case, by=worker)
    assert len(events(door)) == 200
    alarms = door.read_now(lambda session: session.exec(select(LookAlarm)).all())
    assert [(one.actor_id, one.looks) for one in alarms] == [(worker.id, 60)]
    facts = door.read_now(lambda session: facts_after(session, 0))
    told = [fact for fact in facts if fact.short_type == "access.many_looks"]
    assert [fact.audience for fact in told] == [(f"account:{secretary.id}",)]
    seen = [one.seq for one in given.see(who_looked, by=aunt)]
    assert len(seen) == len(set(seen)) == 200


def test_the_alarm_rings_once_an_hour(given, aunt, looking, door, clock, monkeypatch):
    monkeypatch.setattr(budget, "AN_HOUR", 2)
    case, worker = given.a_case(by=aunt).case, given.worker()
    for _ in range(2):
        for _ in range(5):
            looking("case", case, by=worker)
        clock.advance(timedelta(hours=1))

    assert len(door.read_now(lambda session: session.exec(select(LookAlarm)).all())) == 2


def test_no_turn_of_an_hour_or_a_day_is_there_to_wait_for(given, aunt, looking, door, clock, monkeypatch):
    monkeypatch.setattr(budget, "AN_HOUR", 4)
    monkeypatch.setattr(budget, "A_DAY", 6)
    case, worker = given.a_case(by=aunt).case, given.worker()
    for looks, minutes in ((1, 55), (2, 10), (2, 23 * 60)):
        for _ in range(looks):
            looking("case", case, by=worker)
        clock.advance(timedelta(minutes=minutes))
    (alarm,) = door.read_now(lambda session: session.exec(select(LookAlarm)).all())
    assert alarm.actor_id == worker.id

    looking("case", case, by=worker)
    with pytest.raises(TooMany):
        looking("case", case, by=worker)


def test_of_a_secretary_alone_the_town_is_told(given, aunt, looking, door, monkeypatch):
    monkeypatch.setattr(budget, "AN_HOUR", 1)
    secretary, town = given.secretary(), given.town_dispatcher()

    looking("case", given.a_case(by=aunt).case, by=secretary)

    told = [f for f in door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "access.many_looks"]
    assert [fact.audience for fact in told] == [(f"account:{town.id}",)]


# -- over the API and on the page -------------------------------------------------------------------


def body(case):
    return {"fields": ["phone"], "purpose": "case", "reference": f"case/{case.id}"}


def test_over_the_api_a_retry_gets_the_same_answer_and_is_the_same_look(given, aunt, door, actor_client, key):
    case, client, header = given.a_case(by=aunt).case, actor_client(given.worker(), bearer=True), key()
    path = f"/api/v1/people/{aunt.person_id}/reveal"

    first = client.post(path, json=body(case), headers=header)
    again = client.post(path, json=body(case), headers=header)

    assert (first.status_code, first.json()["fields"]) == (200, {"phone": PHONE})
    assert again.content == first.content
    assert len(events(door)) == 1
    kept = door.read_now(lambda session: session.exec(select(IdempotencyRecord)).one())
    assert PHONE.encode() not in kept.body


def test_over_the_api_a_page_is_masked_and_names_the_references(given, aunt, actor_client):
    case = given.a_case(by=aunt).case

    answer = actor_client(given.worker(), bearer=True).get(f"/api/v1/people/{aunt.person_id}").json()

    assert (answer["phone"], answer["hidden"][0]["code"]) == ("138****5678", "phone")
    assert answer["cases"][0]["reference"] == f"case/{case.id}"
    assert PHONE not in str(answer)


def test_on_the_page_it_is_shown_on_the_answer_to_the_form_alone(given, aunt, actor_client, send_form):
    case = given.a_case(by=aunt).case
    client = actor_client(given.worker(), page=True)
    path = f"/people/{aunt.person_id}"
    assert f'href="{path}"' in client.get(f"/cases/{case.id}").text
    assert f'href="{path}"' in client.get("/people?q=赵阿姨").text

    answer = send_form(client, path, f"{path}/reveal", {"fields": "phone", "why": f"case case/{case.id}"})

    assert answer.status_code == 200
    assert PHONE in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert PHONE not in client.get(path).text


def test_a_form_that_says_no_reason_comes_back_with_a_sentence(given, aunt, actor_client, send_form):
    path = f"/people/{aunt.person_id}"
    client = actor_client(given.worker(), page=True)

    answer = send_form(client, path, f"{path}/reveal", {"fields": "phone"})

    assert answer.status_code == 422
    assert "fault-summary" in answer.text
    assert PHONE not in answer.text


def test_nobody_of_another_committee_finds_the_page(given, aunt, actor_client):
    client = actor_client(given.worker_next_door(), page=True)

    assert client.get(f"/people/{aunt.person_id}").status_code == 404
