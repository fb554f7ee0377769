"""Where it cannot be written down who looked, nothing is shown in full; masked work goes on."""

import pytest
from sqlalchemy import text

from core_db.accounts import BindingDraft, ask_for_home
from core_db.accounts.errors import HomeAlreadyAsked
from core_db.foundation.actor import Actor, ActorKind
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag

PHONE = "13812345678"


@pytest.fixture
def without_record(given, door):
    """A resident with a case and somebody who asks for a home; then the record of looks is gone."""
    aunt, newcomer = given.resident(name="赵阿姨", phone=PHONE), given.newcomer()
    case = given.a_case(by=aunt).case
    asked = given.do(ask_for_home, BindingDraft(home_id=given.other_home.id, name="小林"), by=newcomer)
    with door.operator.write.begin() as connection:
        connection.execute(text("DROP TABLE access_events"))
    return aunt, case, asked


def test_masked_pages_go_on(without_record, given, actor_client):
    aunt, case, _asked = without_record
    client = actor_client(given.worker(), page=True)

    pages = (
        "/desk",
        "/people?q=赵阿姨",
        f"/people/{aunt.person_id}",
        f"/cases/{case.id}",
        "/bindings",
        "/enter",
    )
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
    assert "138****5678" in client.get(f"/people/{aunt.person_id}").text


def test_every_way_to_a_number_in_full_is_closed(without_record, given, actor_client, send_form, key):
    aunt, case, asked = without_record
    worker = given.worker()
    page, program = actor_client(worker, page=True), actor_client(worker, bearer=True)
    said = {"fields": ["phone"], "purpose": "case", "reference": f"case/{case.id}"}

    answers = [
        send_form(page, f"/cases/{case.id}", f"/cases/{case.id}/contact", {}),
        send_form(
            page, f"/people/{aunt.person_id}", f"/people/{aunt.person_id}/reveal",
            {"fields": "phone", "why": f"case case/{case.id}"},
        ),
        send_form(page, "/bindings", f"/bindings/{asked.id}/approval", {}),
        program.post(f"/api/v1/people/{aunt.person_id}/reveal", json=said, headers=key()),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [503] * 4
    assert answers[-1].json()["code"] == "record-away"
    assert [PHONE in answer.text for answer in answers] == [False] * 4


def test_on_what_a_tag_was_given_stays_closed_too(given, door, actor_client, key):
    secretary, aunt = given.secretary(), given.resident()
    said = {"place_id": given.community.id, "code": "lives_alone", "name": "独居", "kind": "family"}
    word = given.do(define_tag, DefinitionDraft.model_validate(said), by=secretary)
    draft = AssignmentDraft(definition_id=word.id, evidence="女儿在国外")
    tag = given.do(assign_tag, aunt.person_id, draft, by=secretary)
    with door.operator.write.begin() as connection:
        connection.execute(text("DROP TABLE access_events"))

    program = actor_client(secretary, bearer=True)
    answer = program.post(f"/api/v1/tags/given/{tag.id}/reading", json={}, headers=key())

    assert (answer.status_code, answer.json()["code"]) == (503, "record-away")
    assert "女儿在国外" not in answer.text


def test_what_was_refused_has_changed_nothing(without_record, given, actor_client, send_form):
    _aunt, _case, asked = without_record
    page = actor_client(given.worker(), page=True)
    send_form(page, "/bindings", f"/bindings/{asked.id}/approval", {})

    asker = Actor(kind=ActorKind.RESIDENT, id=asked.account_id, name="小林")
    with pytest.raises(HomeAlreadyAsked):
        given.do(ask_for_home, BindingDraft(home_id=asked.home_id, name="小林"), by=asker)
