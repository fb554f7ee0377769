"""Whoever was looked at may ask: a private case that the secretary and the town have at once, in 15 working days."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.access import note_read
from core_db.cases import VERBS, Verb, case_file, case_shown, case_timeline, reference_of
from core_db.cases.calendar import ClockUnit
from core_db.foundation.actor import plugin_actor
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.outbox import facts_after
from core_db.reveals import QuestionDraft, ask_about_look, looks_to_review, uncover_contact, who_looked
from core_db.reveals.errors import AskedAboutIt
from core_db.reveals.model import LookQuestion


@pytest.fixture
def looked(given):
    """A resident, the worker who looked at her number, and the look."""
    aunt, worker = given.resident(), given.worker()
    given.do(uncover_contact, given.a_case(by=aunt).case.id, by=worker)
    (look,) = given.see(who_looked, by=aunt)
    return aunt, worker, look


def test_the_question_is_a_case_before_secretary_and_town_due_in_fifteen_working_days(
    looked, given, door, clock
):
    aunt, _worker, look = looked
    secretary, town = given.secretary(), given.town_dispatcher()

    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么要看我的号码？"), by=aunt)

    case = given.see(case_file, asked.question_id, by=secretary).case
    assert (case.category_code, case.visibility, case.status, case.escalated_to) == (
        "1209",
        "private",
        "accepted",
        "town",
    )
    calendar = door.read_now(lambda session: reference_of(session).calendar)
    assert case.due_at == calendar.add(clock.now(), 15, ClockUnit.WORKDAY)
    assert given.see(case_file, asked.question_id, by=town).case.text == "为什么要看我的号码？"
    (again,) = given.see(who_looked, by=aunt)
    assert (again.question_id, again.question_number) == (case.id, case.number)


def test_the_worker_who_is_asked_about_does_not_read_who_asks(looked, given):
    aunt, worker, look = looked
    asked = given.do(ask_about_look, look.seq, QuestionDraft(), by=aunt)

    shown = given.see(case_shown, asked.question_id, by=worker)
    told = given.see(case_timeline, asked.question_id, by=worker)

    assert "reporter" not in shown
    assert aunt.name not in str(shown) + str(told)


def test_overseers_are_told_at_once(looked, given, door):
    aunt, _worker, look = looked
    secretary = given.secretary()
    given.do(ask_about_look, look.seq, QuestionDraft(), by=aunt)

    told = [f for f in door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "access.questioned"]
    assert [fact.audience for fact in told] == [
        tuple(sorted((f"account:{aunt.id}", f"account:{secretary.id}")))
    ]


def test_one_asks_once_and_only_about_oneself(looked, given, door):
    aunt, _worker, look = looked
    with pytest.raises(NotFound):
        given.do(ask_about_look, look.seq, QuestionDraft(), by=given.neighbour())
    given.do(ask_about_look, look.seq, QuestionDraft(), by=aunt)

    with pytest.raises(AskedAboutIt):
        given.do(ask_about_look, look.seq, QuestionDraft(), by=aunt)
    assert len(door.read_now(lambda s: s.exec(select(LookQuestion)).all())) == 1


def test_of_one_household_each_adult_reads_what_concerns_him(looked, given):
    aunt, _worker, _look = looked
    husband = given.resident(of=given.home, name="王伯")

    assert len(given.see(who_looked, by=aunt)) == 1
    assert given.see(who_looked, by=husband) == []


def test_over_the_api_it_says_when_who_why_what_and_through_what(looked, given, actor_client, key):
    aunt, _worker, look = looked
    client = actor_client(aunt, bearer=True)

    (item,) = client.get("/api/v1/me/seen").json()["items"]
    assert (item["office"], item["role"], item["purpose"]["code"]) == ("牡丹一村", "居委干部", "case")
    assert item["fields"] == [{"code": "phone", "name": "手机号码"}]
    assert item["case"]["number"] == look.case_number
    for nobodys in (0, 10**30):
        unknown = client.post(f"/api/v1/me/seen/{nobodys}/question", json={}, headers=key())
        assert unknown.status_code == 404
    asked = client.post(f"/api/v1/me/seen/{item['id']}/question", json={}, headers=key())
    assert asked.status_code == 201
    assert asked.json()["question"]["number"].startswith("BS-")


def test_what_plugins_read_hides_no_look_of_people_and_the_oldest_can_still_be_asked_about(
    looked, given, door, actor_client, key, send_form, monkeypatch
):
    monkeypatch.setattr("core_db.reveals.seen.READ_AT_ONCE", 60)
    monkeypatch.setattr("resident_app.pages.seen.AT_A_TIME", 20)
    aunt, _worker, look = looked
    plugin, fields = (
        plugin_actor("elder-care", "综合为老", given.community.id, ()),
        ("name", "sex", "building", "tags"),
    )

    def read(session):
        for _ in range(30):
            given.clock.advance(timedelta(minutes=1))
            for field in fields:
                said = {"field_class": FieldClass.F1, "subject_id": aunt.person_id, "purpose": "plugin"}
                said |= {
                    "reference": "plugin/elder-care/visit",
                    "actor": plugin,
                    "clock": given.clock,
                    "right": None,
                }
                note_read(session, f"persons.{field}", given.community.id, **said)

    door.write_now(read)
    client, after, seen = actor_client(aunt, bearer=True), "", []
    while after is not None:
        page = client.get(f"/api/v1/me/seen?limit=20{after and f'&after={after}'}").json()
        seen, after = [*seen, *page["items"]], page["next"]

    assert [len(seen), len({one["id"] for one in seen})] == [31, 31]
    assert all(len(one["fields"]) == 4 for one in seen[:-1])
    assert seen[-1]["id"] == look.seq
    assert [one.seq for one in given.see(looks_to_review, by=given.secretary())] == [look.seq]
    page, last = actor_client(aunt, page=True), f"/me/seen?after={seen[29]['id']}"
    assert f"/me/seen?after={seen[19]['id']}" in page.get("/me/seen").text
    assert f"/me/seen/{look.seq}/question" in page.get(last).text
    refused = send_form(page, last, f"/me/seen/{look.seq}/question", {"text": "长" * 1_001})
    assert (refused.status_code, f'id="look-{look.seq}"' in refused.text) == (422, True)
    asked = client.post(f"/api/v1/me/seen/{look.seq}/question", json={}, headers=key())
    assert asked.status_code == 201


def test_on_the_page_a_question_leads_to_its_case(looked, given, actor_client, send_form):
    aunt, _worker, look = looked
    client = actor_client(aunt, page=True)

    sent = send_form(client, "/me/seen", f"/me/seen/{look.seq}/question", {"text": "是谁看的？"})

    assert sent.status_code == 303
    assert "是谁看的" in client.get(sent.headers["location"]).text
    assert sent.headers["location"] in client.get("/me/seen").text


def test_no_look_is_dropped_between_two_pages_though_two_were_written_in_turns(given, door, clock):
    aunt, one, other = given.resident(), given.worker(), given.worker(name="小李")
    about = {"field_class": FieldClass.F2, "subject_id": aunt.person_id, "purpose": "case", "clock": clock}
    about |= {"right": None}

    def in_turns(session):
        for who, field in ((one, "phone_sealed"), (other, "phone_sealed"), (one, "id_number_sealed")):
            note_read(
                session,
                f"persons.{field}",
                given.community.id,
                reference=f"case/{who.id}",
                actor=who,
                **about,
            )
            session.flush()

    door.write_now(in_turns)
    (first,) = given.see(who_looked, limit=1, by=aunt)
    (second,) = given.see(who_looked, after=first.seq, limit=1, by=aunt)

    assert [sorted(look.fields) for look in (first, second)] == [
        ["id_number_sealed", "phone_sealed"],
        ["phone_sealed"],
    ]
    assert given.see(who_looked, after=second.seq, by=aunt) == []


@pytest.mark.parametrize(
    ("verb", "said", "contacted"),
    [
        ("self-handling", {"text": "我们自己来查。"}, True),
        ("dispatch", {"lead": "the firm"}, True),
        ("progress", {"text": "正在查。"}, True),
        ("messages", {"text": "我们在查。"}, True),
        ("progress", {"text": "正在查。", "visible_to_resident": False}, False),
        ("note", {"text": "问过了。"}, False),
    ],
)
def test_whatever_she_first_reads_from_the_committee_contacts_her(
    verb, said, contacted, looked, given, clock
):
    aunt, _worker, look = looked
    secretary = given.secretary()
    asked = given.do(ask_about_look, look.seq, QuestionDraft(), by=aunt).question_id
    of = VERBS[Verb(verb)]
    filled = {name: given.property_firm.id if what == "the firm" else what for name, what in said.items()}

    given.do(of.use_case, asked, of.draft.model_validate(filled), by=secretary)

    at = given.see(case_file, asked, by=secretary).case.contacted_at
    assert at == (clock.now() if contacted else None)
