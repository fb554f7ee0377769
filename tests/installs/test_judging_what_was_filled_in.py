"""A plugin judges its own fields of a form before it is kept: what it finds wrong stands beside each, in two languages.

It sees them where whom the form is about agreed to it, and he reads afterwards that it did.
"""

import asyncio

import pytest
from sqlalchemy import select

from core_db.cases.filled_fields import FILLED
from core_db.foundation.points import Asked
from core_db.installs.model import PROFILE_FIELDS
from core_db.mydata import withdraw_from_purpose
from core_db.reveals import who_looked
from core_db.visits import VisitDraft, record_visit
from tests.installs.conftest import manifest_with
from tests.installs.fields import CODE, DAY, FIELDS, FILLED_IN, FLOOR, KIND, LIFT, PLUGIN, WHY
from tests.installs.test_the_fields_about_residents import CALLED, DIET, ILL, asking_people
from tests.mydata.childhood import child_of
from tests.plugins.asking import FORM, judges
from tests.resident.conftest import Form

__all__ = ["asking_people", "judges"]
TOO_HIGH = ("没有电梯，上不去这么高。", "Without a lift nobody comes up so high.")
KEPT = {FLOOR: "3", DAY: "2026-12-01", LIFT: "false", KIND: "mother", WHY: "刚出院"}
CASE = {"text": "请来看看我母亲", "category": CODE, "fields": FILLED_IN}


def rows(door, table=FILLED):
    return door.read_now(lambda s: s.execute(select(table)).all())


@pytest.mark.both
@pytest.mark.parametrize(("lang", "said"), [("zh", TOO_HIGH[0]), ("en", TOO_HIGH[1])])
def test_over_the_api_a_fault_names_its_field_and_nothing_is_kept(
    given, asking, judges, actor_client, key, door, lang, said
):
    judges.answer = {"faults": {FLOOR: TOO_HIGH}}
    aunt = given.resident()
    client = actor_client(aunt, bearer=True)
    asking()

    sent = client.post("/api/v1/cases", json=CASE, headers=key() | {"Accept-Language": lang})

    assert (sent.status_code, sent.json()["errors"]) == (422, [{"field": FLOOR, "message": said}])
    assert rows(door) == []
    ((point, asked),) = judges.asked
    assert (point, asked.community_id, asked.about) == (FORM, given.community.id, ("person", aunt.person_id))
    assert asked.draft == {"form": CODE, "fields": KEPT, "faults": {}}


def test_on_the_page_a_fault_stands_beside_its_field_with_what_was_typed(given, asking, judges, actor_client):
    judges.answer = {"faults": {FLOOR: TOO_HIGH}}
    client = actor_client(given.resident(), page=True)
    asking()
    picked = client.get(f"/report?category={CODE}").text
    words = {"text": "请来看看我母亲", "visibility": "private", "anyway": "yes", FLOOR: "30", KIND: "father"}

    back = client.post("/report", data=Form(picked, "/report").fields | words)

    assert back.status_code == 422
    assert f'<a href="#{FLOOR}">几楼：{TOO_HIGH[0]}</a>' in back.text
    assert 'value="30"' in back.text


def test_what_is_found_right_is_kept(given, asking, judges, actor_client, key, door):
    client = actor_client(given.resident(), bearer=True)
    asking()

    sent = client.post("/api/v1/cases", json=CASE, headers=key())

    assert (sent.status_code, len(judges.asked)) == (201, 1)
    assert {row.key for row in rows(door)} == set(KEPT)


def test_what_the_rules_refuse_is_shown_to_nobody(given, asking, judges, actor_client, key):
    wrong = CASE | {"fields": FILLED_IN | {FLOOR: 99}}

    client = actor_client(given.resident(), bearer=True)
    asking()

    sent = client.post("/api/v1/cases", json=wrong, headers=key())

    assert (sent.status_code, judges.asked) == (422, [])


def test_what_is_sent_from_where_he_does_not_live_is_shown_to_nobody(
    given, asking, judges, actor_client, key
):
    elsewhere = actor_client(given.resident_next_door(), bearer=True)
    asking()

    sent = elsewhere.post("/api/v1/cases", json=CASE | {"place_id": given.building.id}, headers=key())

    assert (sent.status_code, judges.asked) == (422, [])


@pytest.mark.both
def test_a_workers_form_and_one_that_comes_of_a_visit_are_judged_too(
    given, asking, judges, actor_client, key
):
    judges.answer = {"faults": {FLOOR: TOO_HIGH}}
    aunt, worker = given.resident(), given.worker()
    visit = given.do(record_visit, VisitDraft(person_id=aunt.person_id, result="met"), by=worker)
    client = actor_client(worker, bearer=True)
    asking()
    body = CASE | {"channel": "visit", "on_behalf_of": aunt.person_id}

    entered = client.post("/api/v1/cases", json=body, headers=key())
    raised = client.post(f"/api/v1/visits/{visit.id}/case", json=CASE | {"channel": "visit"}, headers=key())

    assert [one.json()["errors"][0]["field"] for one in (entered, raised)] == [FLOOR, FLOOR]
    assert [one.about for _point, one in judges.asked] == [("person", aunt.person_id)] * 2


def test_of_whom_nobody_knows_who_he_is_nobody_is_asked(given, asking, judges, actor_client, key):
    body = CASE | {"channel": "phone"}

    client = actor_client(given.worker(), bearer=True)
    asking()

    sent = client.post("/api/v1/cases", json=body, headers=key())

    assert (sent.status_code, judges.asked) == (201, [])


def test_a_case_that_a_plugin_raises_fills_in_no_form(given, asking, judges, asked):
    asking()

    asked(lambda ctx: ctx.cases.open(category="elder_visit", title="探访", key="1"))

    assert judges.asked == []


# -- about residents --------------------------------------------------------------------------------


@pytest.mark.both
def test_what_residents_say_of_themselves_is_judged(given, asking_people, judges, actor_client, door):
    judges.answer = {"faults": {DIET: ("一项和慢性病不合。", "This does not go with the illness.")}}
    aunt = given.resident()
    body = {"community_id": given.community.id, "fields": {DIET: "清淡"}}

    client = actor_client(aunt, bearer=True)
    asking_people()

    sent = client.post(f"/api/v1/me/fields/{PLUGIN}", json=body)

    assert [one["field"] for one in sent.json()["errors"]] == [DIET]
    assert rows(door, PROFILE_FIELDS) == []
    ((_point, asked),) = judges.asked
    assert asked.about == ("person", aunt.person_id)
    assert asked.draft == {
        "form": "resident.profile", "fields": {CALLED: "", DIET: "清淡", ILL: ""}, "faults": {},
    }  # fmt: skip


def test_on_his_own_page_too(given, asking_people, judges, actor_client, send_form):
    judges.answer = {"faults": {CALLED: ("请写全名。", "Please write it in full.")}}
    client = actor_client(given.resident(), page=True)
    asking_people()

    sent = send_form(client, "/me/fields", f"/me/fields/{PLUGIN}", {CALLED: "王"})

    assert (sent.status_code, "请写全名。" in sent.text) == (422, True)


def test_a_childs_form_is_about_the_child_and_a_strangers_is_asked_of_nobody(
    given, asking_people, judges, actor_client
):
    aunt, uncle = given.resident(), given.resident(name="李叔")
    child_id = child_of(given, aunt)
    body = {"community_id": given.community.id, "fields": {CALLED: "宝宝"}}
    address = f"/api/v1/me/fields/{PLUGIN}?child={child_id}"

    his, hers = actor_client(uncle, bearer=True), actor_client(aunt, bearer=True)
    asking_people()

    strangers, mothers = his.post(address, json=body), hers.post(address, json=body)

    assert (strangers.status_code, mothers.is_success) == (404, True)
    assert [one.about for _point, one in judges.asked] == [("person", child_id)]


# -- what it sees of it -----------------------------------------------------------------------------


@pytest.fixture
def sees(given, gateway):
    """`sees(王阿姨, {…})`: what the sample sees of its own fields in a form, or None."""

    def see(actor, fields=KEPT, form=CODE):
        draft = {"form": form, "fields": fields, "faults": {}}
        about = ("person", actor.person_id)
        asked = Asked(community_id=given.community.id, draft=draft, about=about)
        return asyncio.run(gateway.own_fields(PLUGIN, asked, FORM))

    return see


@pytest.fixture
def asking_for_a_purpose(on):
    return lambda: on(
        contributes=manifest_with()["contributes"] | {"form_fields": FIELDS},
        purpose={"fields": ["name", "fields"]},
    )


@pytest.mark.both
def test_it_sees_its_own_fields_once_he_agreed_and_he_reads_that_it_did(
    given, asking_for_a_purpose, agreed, sees, calls, purpose_of
):
    asking_for_a_purpose()
    aunt = given.resident()
    assert sees(aunt) is None
    assert (calls(), given.see(who_looked, by=aunt)) == ([], [])
    agreed(aunt)

    seen = sees(aunt, KEPT | {"x.another.floor": "4"})

    assert seen == {"floor": "3", "day": "2026-12-01", "lift": "false", "kind": "mother", "why": "刚出院"}
    (row,) = calls()
    assert (row.op, row.hook, row.scope, row.purpose, row.fields, row.subjects) == (
        FORM, f"filter:{FORM}", "case:read", "visit", ["fields"], 1,
    )  # fmt: skip
    (look,) = given.see(who_looked, by=aunt)
    assert (look.fields, look.plugin is not None) == (("fields",), True)
    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)
    assert sees(aunt) is None


def test_what_is_about_him_wants_its_own_scope_and_purpose(given, asking_for_a_purpose, agreed, sees):
    asking_for_a_purpose()
    aunt = given.resident()
    agreed(aunt)

    assert sees(aunt, {CALLED: "王"}, form="resident.profile") is None


def test_a_form_without_a_field_of_its_own_it_does_not_see(given, asking_for_a_purpose, agreed, sees, calls):
    asking_for_a_purpose()
    aunt = given.resident()
    agreed(aunt)

    assert sees(aunt, {"x.another.floor": "4"}) is None
    assert calls() == []


def test_before_a_case_is_raised_what_was_filled_in_is_told_beside_its_category(
    given, asking, judges, actor_client, key, door
):
    client = actor_client(given.resident(), bearer=True)
    asking()
    door.points.listen(judges, frozenset({"case.submit.v1"}))

    client.post("/api/v1/cases", json=CASE | {"fields": {KIND: "mother"}}, headers=key())

    ((_point, asked),) = judges.asked
    assert asked.draft == {"category": CODE, "channel": "app", "fields": {KIND: "mother"}}
