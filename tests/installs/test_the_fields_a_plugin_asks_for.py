"""Fields that a plugin asks for in a case: where it is on, judged, kept by class, and read by whom they are for."""

import pytest
from sqlalchemy import event, select

from core_db.access.model import AccessEvent
from core_db.cases import case_shown, reference_of
from core_db.cases.commands.submitting import submit_case, submit_on_behalf
from core_db.cases.drafts import CaseDraft, OnBehalfDraft
from core_db.cases.filled_fields import FILLED
from core_db.cases.forgetting import empty_case, forget_in_case
from core_db.foundation.errors import CannotBeRead
from core_db.installs import disable_plugin, remove_plugin, stop_plugin
from core_db.mydata.collecting import gathered_about, unsealed
from core_db.mydata.subject import subject_of_account
from tests.installs.conftest import manifest_with
from tests.installs.fields import (
    CODE,
    DAY,
    FIELDS,
    FILLED_IN,
    FLOOR,
    KIND,
    LIFT,
    PLUGIN,
    WHY,
    draft,
    handed_to,
)
from tests.resident.conftest import Form


def shown(given, file, by, lang="zh"):
    view = given.see(case_shown, file.case.id, lang=lang, by=by)
    return {one["key"]: one["shown"] for one in view.get("fields", ())}


def faults(given, by, **said):
    with pytest.raises(CannotBeRead) as refused:
        given.do(submit_case, draft(**said), by=by)
    return refused.value.sentences("zh")


def test_whoever_raised_it_reads_what_he_filled_in(given, filed):
    file, aunt = filed

    in_chinese, in_english = (shown(given, file, aunt, lang) for lang in ("zh", "en"))

    assert in_chinese == {FLOOR: "3", DAY: "2026-12-01", LIFT: "否", KIND: "母亲", WHY: "刚出院"}
    assert (in_english[LIFT], in_english[KIND]) == ("No", "My mother")


def test_a_field_of_which_a_process_has_not_read_yet_is_left_out_until_it_has(given, filed, door):
    file, aunt = filed

    door.read_now(lambda session: reference_of(session).fields.pop(WHY))

    assert WHY not in shown(given, file, aunt)
    assert shown(given, file, aunt)[FLOOR] == "3"


def test_each_other_reader_reads_what_its_class_lets_him(given, filed):
    file, _aunt = filed
    public = given.do(submit_case, draft(visibility="public"), by=given.resident())
    firm = handed_to(given, file)

    assert shown(given, file, given.worker())[WHY] == "•••"
    assert shown(given, file, given.worker())[KIND] == "母亲"
    assert shown(given, file, firm) == {FLOOR: "3"}
    assert shown(given, file, given.town_dispatcher()) == {FLOOR: "3"}
    assert shown(given, public, given.neighbour()) == {}


def test_what_is_sensitive_is_sealed_where_it_lies(given, filed, door):
    rows = door.read_now(lambda s: s.execute(select(FILLED)).all())

    kept = {row.key: row for row in rows}
    assert (kept[FLOOR].value, kept[FLOOR].field_class) == ("3", "F0")
    assert (kept[WHY].value, kept[WHY].field_class, kept[WHY].personal_sealed) == (None, "F3", None)
    assert "刚出院".encode() not in kept[WHY].sensitive_sealed


@pytest.mark.parametrize(
    ("said", "key", "sentence"),
    [
        ({FLOOR: "三楼"}, FLOOR, "请填写数字。"),
        ({FLOOR: "3.5"}, FLOOR, "请填写整数。"),
        ({FLOOR: 99}, FLOOR, "不能大于 60。"),
        ({DAY: "明天"}, DAY, "请填写日期，例如 2026-12-01。"),
        ({LIFT: "maybe"}, LIFT, "请从给出的选项中选一个。"),
        ({KIND: "aunt"}, KIND, "请从给出的选项中选一个。"),
        ({KIND: " "}, KIND, "请填写这一项。"),
        ({WHY: "好" * 21}, WHY, "太长了，最多 20 个字。"),
        ({"x.elder-care.age": "80"}, "x.elder-care.age", "没有这一项。"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(given, asking, said, key, sentence):
    asking()

    assert faults(given, given.resident(), fields=FILLED_IN | said) == {key: sentence}


def test_nobody_is_held_to_a_field_of_a_category_he_did_not_choose(given, asking):
    asking()

    filed = given.do(submit_case, CaseDraft(text="楼道的灯不亮"), by=given.resident())

    assert shown(given, filed, given.worker()) == {}


def test_submitting_without_them_asks_the_database_nothing_about_them(given, asking, door):
    asking()
    aunt = given.resident()
    given.do(submit_case, CaseDraft(text="楼道的灯不亮"), by=aunt)
    asked_of_it = []
    event.listen(door.engines.write, "before_cursor_execute", lambda *said: asked_of_it.append(said[2]))

    given.do(submit_case, CaseDraft(text="楼道的灯又不亮"), by=aunt)

    assert asked_of_it
    assert not [one for one in asked_of_it if "case_f" in one]


def test_where_it_is_off_they_are_unknown(given, asking):
    asking()

    found = faults(given, given.resident_next_door(), category=None)

    assert set(found) == set(FILLED_IN)


@pytest.mark.parametrize(
    "how",
    [
        lambda given, by: given.do(disable_plugin, PLUGIN, given.community.id, by=by),
        lambda given, by: given.do(remove_plugin, PLUGIN, given.community.id, keep=False, by=by),
        lambda given, _by: given.do(stop_plugin, PLUGIN, by=given.system()),
    ],
    ids=["off", "removed", "stopped"],
)
def test_switched_off_it_asks_no_more_and_what_was_filed_stays_readable(given, filed, secretary, door, how):
    file, aunt = filed

    how(given, secretary)

    assert not door.read_now(lambda s: reference_of(s).fields_of(CODE, given.community.id))
    assert shown(given, file, aunt)[WHY] == "刚出院"


def test_a_field_that_another_version_leaves_out_is_asked_no_more(given, filed, installed, door):
    file, aunt = filed

    installed(version="1.3.0", contributes=manifest_with()["contributes"] | {"form_fields": FIELDS[:1]})

    now = door.read_now(lambda s: reference_of(s).fields_of(CODE, given.community.id))
    assert [one.key for one in now] == [FLOOR]
    assert shown(given, file, aunt)[KIND] == "母亲"


def test_a_category_of_the_district_can_be_asked_more_in(given, asking, door):
    more = {**FIELDS[0], "form": "case.9999"}
    asking(fields=[more])

    filed = given.do(submit_case, draft(category="9999", fields={FLOOR: "2"}), by=given.resident())

    assert shown(given, filed, given.worker()) == {FLOOR: "2"}
    chosen = door.read_now(lambda s: reference_of(s).with_own_form(given.community.id))
    assert [one.code for one in chosen] == [CODE, "9999"]


def test_her_copy_of_her_data_has_all_of_it(given, filed, door):
    _file, aunt = filed

    def copied(session):
        found = gathered_about(session, subject_of_account(session, aunt.id))
        return unsealed(session, found, reference="test", actor=given.system(), clock=given.clock)

    rows = door.write_now(copied)["case_filled_fields"]

    assert {row["key"]: row.get("sensitive") or row["value"] for row in rows}[WHY] == "刚出院"
    assert len(rows) == len(FILLED_IN)


@pytest.mark.parametrize(
    "erase",
    [
        lambda session, case_id, _who, at: empty_case(session, case_id, "case-content", at=at),
        lambda session, case_id, who, at: forget_in_case(
            session, case_id, who.id, [who.person_id], str, at=at
        ),
    ],
    ids=["its time is over", "she left"],
)
def test_when_the_words_of_a_case_are_erased_nothing_of_it_stays(given, filed, door, erase):
    file, aunt = filed

    door.write_now(lambda s: erase(s, file.case.id, aunt, given.clock.now()))

    assert door.read_now(lambda s: s.execute(select(FILLED)).all()) == []


def test_a_worker_fills_them_in_for_somebody(given, asking):
    asking()
    worker = given.worker()
    said = OnBehalfDraft(text="请来看看我母亲", channel="phone", category=CODE, fields=FILLED_IN)

    filed = given.do(submit_on_behalf, said, by=worker)

    assert shown(given, filed, worker)[KIND] == "母亲"


def test_the_plugin_is_told_of_its_own_fields_once_who_raised_it_agreed(given, on, asked, agreed, door):
    covers = ["name", "birth_year", "tags", "phone", "fields"]
    on(contributes=manifest_with()["contributes"] | {"form_fields": FIELDS}, purpose={"fields": covers})
    aunt = given.resident()
    file = given.do(submit_case, draft(), by=aunt)

    def told():
        return asked(lambda ctx: ctx.cases.get(file.case.id, fields=["fields"], purpose="visit"))

    before = told()
    agreed(aunt)
    after = told()

    assert (before.filled, before.withheld) == (None, ("fields",))
    assert after.filled == {
        "floor": "3",
        "day": "2026-12-01",
        "lift": "false",
        "kind": "mother",
        "why": "刚出院",
    }
    assert after.text is None
    read = door.read_now(lambda s: s.execute(select(AccessEvent)).scalars().all())
    assert {one.field for one in read} == {"cases.fields", "case_filled_fields.sensitive_sealed"}


def test_the_report_page_asks_and_keeps_what_was_typed(given, asking, actor_client):
    client = actor_client(given.resident(), page=True)
    asking()
    picked = client.get(f"/report?category={CODE}").text
    words = {"text": "请来看看我母亲", "visibility": "private", "anyway": "yes", FLOOR: "三楼", WHY: "刚出院"}

    back = client.post("/report", data=Form(picked, "/report").fields | words)
    words |= {FLOOR: "3", KIND: "father"}
    sent = client.post("/report", data=Form(back.text, "/report").fields | words, follow_redirects=False)

    assert "只有居委会能看到" in picked
    assert back.status_code == 422
    assert f'<a href="#{FLOOR}">几楼：请填写数字。</a>' in back.text
    assert 'value="三楼"' in back.text
    case = client.get(sent.headers["location"]).text
    assert "刚出院" in case
    assert "father" in case


def test_the_committees_form_asks_too(given, asking, actor_client):
    client = actor_client(given.worker(), page=True)
    asking()
    picked = client.get(f"/enter?category={CODE}").text
    words = {"text": "请来看看我母亲", "channel": "phone", "place_id": "", KIND: "mother", FLOOR: "0"}

    back = client.post("/enter", data=Form(picked, "/enter").fields | words)
    words |= {FLOOR: "3"}
    sent = client.post("/enter", data=Form(back.text, "/enter").fields | words, follow_redirects=False)

    assert f'href="/enter?category={CODE}"' in client.get("/enter").text
    assert back.status_code == 422
    assert "不能小于 1。" in back.text
    assert "母亲" in client.get(sent.headers["location"]).text


def test_the_api_takes_them_and_names_the_one_at_fault(given, asking, actor_client):
    client = actor_client(given.resident())
    asking()
    body = {"text": "请来看看我母亲", "category": CODE, "fields": FILLED_IN}

    def sent(key, **fields):
        said = body | {"fields": FILLED_IN | fields}
        return client.post("/api/v1/cases", json=said, headers={"Idempotency-Key": key})

    refused, taken = sent("one", **{FLOOR: 0}), sent("two")

    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"] == [{"field": FLOOR, "message": "不能小于 1。"}]
    assert {one["key"]: one["value"] for one in taken.json()["fields"]}[WHY] == "刚出院"
    (listed,) = [one for one in client.get("/api/v1/categories").json()["items"] if one["code"] == CODE]
    assert [one["key"] for one in listed["fields"]] == list(FILLED_IN)
