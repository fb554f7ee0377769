"""What a plugin asked for and is hidden is uncovered through the case, for what the case allows, recorded and told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core_db.access import Purpose
from core_db.access.model import AccessEvent
from core_db.cases import NothingDraft, withdraw_case
from core_db.cases.commands.submitting import submit_case
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.idempotency import IdempotencyRecord
from core_db.foundation.outbox import facts_after
from core_db.reveals import FieldsDraft, budget, uncover_fields, who_looked
from core_db.reveals.errors import LookedTooOften, NoLiveReference, TooLateToUncover
from resident_app.looks import look_shown
from tests.installs.fields import CODE, FIELDS, FILLED_IN, WHY, draft, handed_to
from tests.resident.conftest import Form

SECRET = "刚出院"


@pytest.fixture
def uncover(given):
    """`uncover(file)`: a worker uncovers what is hidden; `for_="subsidy"` for something else than the case."""

    def look(file, for_="case", *, by=None):
        draft_ = FieldsDraft(purpose=for_)
        return given.do(uncover_fields, file.case.id, draft_, lang="zh", by=by or given.worker())

    return look


@pytest.fixture
def looks_of(given):
    """What somebody reads of who looked at her data, in Chinese."""
    return lambda actor: [look_shown(one, "zh") for one in given.see(who_looked, by=actor)]


def reads(door):
    return door.read_now(lambda s: s.execute(select(AccessEvent)).scalars().all())


def to_reveal(file):
    return f"/api/v1/cases/{file.case.id}/reveal"


def test_the_committee_uncovers_it_for_the_case_and_it_is_recorded_and_told(given, filed, uncover, door):
    file, aunt = filed
    worker = given.worker()

    found = uncover(file, by=worker)

    assert [tuple(one) for one in found.fields] == [(WHY, "身体怎么样", SECRET, SECRET)]
    (read,) = [one for one in reads(door) if one.actor_id == worker.id]
    assert (read.field, read.field_class, read.subject_id) == (
        "case_filled_fields.sensitive_sealed",
        "F3",
        aunt.id,
    )
    assert (read.purpose, read.reference) == ("case", f"case/{file.case.id}")
    fact = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert (fact.short_type, fact.audience) == ("access.data_read", (f"account:{aunt.id}",))


def test_she_reads_what_for_and_that_nobody_called_her(filed, uncover, looks_of):
    file, aunt = filed

    uncover(file)

    (look,) = looks_of(aunt)
    assert (look.why, look.case_number) == ("为办理您的诉求", file.case.number)
    assert look.fields == [("sensitive", "您在诉求里另外填的内容")]


def test_what_it_was_for_is_what_she_reads(given, asking, uncover, looks_of, door):
    asking(fields=[{**FIELDS[-1], "form": "case.1104"}])
    aunt, said = given.resident(), {WHY: SECRET}
    relief = given.do(submit_case, draft(said, category="1104", text="想申请临时救助"), by=aunt)

    found = uncover(relief, "subsidy")

    assert found.purpose is Purpose.SUBSIDY
    assert [one.why for one in looks_of(aunt)] == ["为办理补助或救助"]
    assert [(one.purpose, one.reference) for one in reads(door)] == [("subsidy", f"case/{relief.case.id}")]


def test_an_urgent_case_is_looked_into_as_an_emergency(given, asking, uncover, looks_of):
    asking()
    aunt = given.resident()
    urgent = given.do(submit_case, draft(text="我母亲昏倒了，快来人，有生命危险"), by=aunt)
    assert urgent.case.urgent

    uncover(urgent, "emergency")

    assert [one.why for one in looks_of(aunt)] == ["紧急情况下查看"]


@pytest.mark.parametrize("purpose", ["subsidy", "emergency"])
def test_what_the_case_is_not_it_is_not_uncovered_for(purpose, filed, uncover, door):
    file, _aunt = filed

    with pytest.raises(NoLiveReference):
        uncover(file, purpose)

    assert reads(door) == []


def test_nobody_else_uncovers_it_and_nobody_long_after_its_end(given, filed, uncover, clock):
    file, raised_by = filed
    other = given.do(submit_case, draft(), by=given.neighbour())
    firm = handed_to(given, other)
    with pytest.raises(NotPermitted):
        uncover(other, by=firm)
    with pytest.raises(NotFound):
        uncover(other, by=given.worker_next_door())

    given.do(withdraw_case, file.case.id, NothingDraft(), by=raised_by)
    clock.advance(timedelta(days=8))

    with pytest.raises(TooLateToUncover):
        uncover(file)


def test_each_look_counts_and_the_days_last_one_is_the_last(given, filed, uncover, monkeypatch, door):
    monkeypatch.setattr(budget, "A_DAY", 1)
    (file, _aunt), worker = filed, given.worker()
    uncover(file, by=worker)

    with pytest.raises(LookedTooOften):
        uncover(file, by=worker)

    assert len(reads(door)) == 1


def test_the_committee_page_hides_it_until_it_is_asked_for(given, filed, actor_client):
    file, _aunt = filed
    client = actor_client(given.worker(), page=True)

    page = client.get(f"/cases/{file.case.id}").text
    to = f"/cases/{file.case.id}/fields"
    uncovered = client.post(to, data=Form(page, to).fields).text

    assert SECRET not in page
    assert 'name="purpose"' not in page
    assert SECRET in uncovered


def test_the_page_of_an_urgent_case_asks_what_for(given, asking, actor_client, looks_of):
    asking()
    aunt = given.resident()
    file = given.do(submit_case, draft(text="我母亲昏倒了，快来人，有生命危险"), by=aunt)
    client, to = actor_client(given.worker(), page=True), f"/cases/{file.case.id}/fields"

    page = client.get(f"/cases/{file.case.id}").text
    uncovered = client.post(to, data=Form(page, to).fields | {"purpose": "emergency"}).text
    odd = client.post(to, data=Form(page, to).fields | {"purpose": "subsidy"})

    assert "紧急情况，马上联系" in page
    assert "办理补助、救助" not in page
    assert SECRET in uncovered
    assert odd.status_code == 409
    assert [one.why for one in looks_of(aunt)] == ["紧急情况下查看"]


def test_over_the_api_a_retry_is_the_same_look_and_nothing_is_kept_in_the_clear(
    given, filed, actor_client, key, door
):
    file, _aunt = filed
    program, headers, said = actor_client(given.worker(), bearer=True), key(), {"purpose": "case"}

    first = program.post(to_reveal(file), json=said, headers=headers)
    again = program.post(to_reveal(file), json=said, headers=headers)

    field = {"key": WHY, "label": "身体怎么样", "value": SECRET, "shown": SECRET}
    assert first.json() == {
        "case_id": file.case.id,
        "purpose": "case",
        "reference": f"case/{file.case.id}",
        "fields": [field],
    }
    assert again.content == first.content
    assert len(reads(door)) == 1
    kept = door.read_now(lambda s: s.execute(select(IdempotencyRecord)).scalars().all())
    assert kept
    assert SECRET.encode() not in b"".join(one.body or b"" for one in kept)


def test_whoever_filled_it_in_gets_it_again_and_what_is_kept_for_that_is_sealed(
    given, asking, actor_client, key, door
):
    program, headers = actor_client(given.resident(), bearer=True), key()
    asking()
    raised = {"text": "请来看看我母亲", "category": CODE, "fields": FILLED_IN}

    first, again = (program.post("/api/v1/cases", json=raised, headers=headers) for _ in range(2))
    said, more = key(), {"text": "还有一点不舒服"}
    path = f"/api/v1/cases/{first.json()['id']}/messages"
    told, told_again = (program.post(path, json=more, headers=said) for _ in range(2))

    assert (first.status_code, told.status_code) == (201, 200)
    assert SECRET in first.text
    assert SECRET in told.text
    assert (again.content, told_again.content) == (first.content, told.content)
    assert (again.headers["etag"], again.status_code) == (first.headers["etag"], 201)
    kept = door.read_now(lambda s: s.execute(select(IdempotencyRecord)).scalars().all())
    assert len(kept) == 2
    assert all(SECRET.encode() not in one.body and b"{" not in one.body[:1] for one in kept)


def test_over_the_api_a_case_with_nothing_hidden_answers_with_nothing_and_records_nothing(
    given, asking, actor_client, key, door
):
    asking()
    file = given.a_case(by=given.resident())
    program = actor_client(given.worker(), bearer=True)

    answer = program.post(to_reveal(file), json={"purpose": "case"}, headers=key())

    assert (answer.status_code, answer.json()["fields"]) == (200, [])
    assert reads(door) == []


@pytest.mark.parametrize("said", [{}, {"purpose": "visit"}, {"purpose": "case", "also": 1}])
def test_over_the_api_a_look_says_what_for(said, given, filed, actor_client, key, door):
    file, _aunt = filed

    answer = actor_client(given.worker(), bearer=True).post(to_reveal(file), json=said, headers=key())

    assert answer.status_code == 422
    assert reads(door) == []


def test_without_a_record_nothing_is_uncovered(given, filed, actor_client, send_form, key, door):
    file, _aunt = filed
    page, program = actor_client(given.worker(), page=True), actor_client(given.worker(), bearer=True)
    with door.operator.write.begin() as connection:
        connection.execute(text("DROP TABLE access_events"))

    answers = [
        send_form(page, f"/cases/{file.case.id}", f"/cases/{file.case.id}/fields", {}),
        program.post(to_reveal(file), json={"purpose": "case"}, headers=key()),
    ]

    assert [answer.status_code for answer in answers] == [503] * 2
    assert [SECRET in answer.text for answer in answers] == [False] * 2
