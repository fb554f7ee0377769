"""Tags, saved groups and the desk of all posts over the API: the same use cases as the pages, counted once."""

from datetime import date

import pytest
from sqlalchemy import text

from core_db.foundation.ids import new_id
from core_db.groups import GroupDraft, save_group
from core_db.people import PersonDraft, register_person
from core_db.tags import AssignmentDraft, DefinitionDraft, TagClass, assign_tag, define_tag


@pytest.fixture
def aunt(given, worker):
    draft = PersonDraft(community_id=given.community.id, name="吴奶奶", phone="13812345678")
    return given.do(register_person, draft, by=worker)


def word(given, code="lives_alone", name="独居", **more):
    draft = DefinitionDraft(place_id=given.community.id, code=code, name=name, kind=TagClass.FAMILY, **more)
    return given.do(define_tag, draft, by=given.secretary(name="周书记"))


def test_a_tag_is_defined_given_renewed_and_taken_off(given, call, worker, aunt):
    secretary, mine = call(given.secretary()), call(worker)
    body = {
        "place_id": given.community.id, "code": "spare_key", "name": "备用钥匙", "kind": "service", "review_days": 90,
    }  # fmt: skip
    key = new_id()
    first, again = (secretary("/tags", body, key=key) for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)
    defined = first.json()["id"]
    assert defined in [one["id"] for one in mine.get("/tags").json()["items"]]

    given_now = mine(f"/people/{aunt.id}/tags", {"definition_id": defined, "source": "上门"})
    assert given_now.status_code == 201
    (borne,) = mine.get(f"/people/{aunt.id}/tags").json()["items"]
    assert (borne["name"], borne["source"], borne["is_due"]) == ("备用钥匙", "上门", False)

    renewed = mine(f"/tags/given/{borne['id']}/renewal").json()
    assert renewed["review_by"] >= borne["review_by"]
    assert mine(f"/tags/given/{borne['id']}/removal", {"why": "no_longer"}).json()["is_taken_off"]
    left = mine.get(f"/people/{aunt.id}/tags").json()
    assert (left["items"], [one["name"] for one in left["to_give"]]) == ([], ["备用钥匙"])


def test_of_a_sensitive_tag_a_worker_reads_nothing_and_the_secretary_no_name(given, call, worker, aunt):
    secretary = given.secretary()
    relief = word(given, "relief", "低保", sensitive=True, legal_basis="社会救助暂行办法")
    given.do(assign_tag, aunt.id, AssignmentDraft(definition_id=relief.id), by=secretary)

    assert call(worker).get(f"/people/{aunt.id}/tags").json()["items"] == []
    (seen,) = call(secretary).get(f"/people/{aunt.id}/tags").json()["items"]
    assert (seen["name"], seen["definition_id"]) == (None, None)


def test_on_what_a_tag_was_given_is_read_over_the_api_once_and_again_under_its_key(
    given, door, call, worker, aunt
):
    alone = word(given)
    draft = AssignmentDraft(definition_id=alone.id, evidence="一个人住，女儿在国外")
    tag = given.do(assign_tag, aunt.id, draft, by=worker)
    mine = call(worker)
    (seen,) = mine.get(f"/people/{aunt.id}/tags").json()["items"]
    assert (seen["has_evidence"], "女儿" in str(seen)) == (True, False)

    key = new_id()
    first, again = (mine(f"/tags/given/{tag.id}/reading", {}, key=key) for _ in range(2))

    assert first.json() == {"id": tag.id, "person_id": aunt.id, "evidence": "一个人住，女儿在国外"}
    assert again.content == first.content
    # What is kept for the retry is sealed, and both are the one look.
    kept, looked = door.read_now(
        lambda session: (
            b"".join(
                bytes(one) for one in session.execute(text("SELECT body FROM idempotency_records")).scalars()
            ),
            session.execute(text("SELECT count(*) FROM access_events")).scalar_one(),
        )
    )
    assert ("女儿".encode() in kept, looked) == (False, 1)
    assert call(given.worker_next_door())(f"/tags/given/{tag.id}/reading", {}).status_code == 404


def test_a_group_says_how_many_and_then_who(given, call, worker, aunt):
    alone, mine = word(given), call(worker)
    given.do(assign_tag, aunt.id, AssignmentDraft(definition_id=alone.id), by=worker)
    body = {
        "place_id": given.community.id, "name": "独居的人", "all_of": [alone.id], "living": "registered",
    }  # fmt: skip

    made = mine("/groups", body)
    assert made.status_code == 201
    shown = mine.get(f"/groups/{made.json()['id']}").json()
    assert (shown["count"], [one["name"] for one in shown["items"]]) == (1, ["吴奶奶"])
    assert shown["items"][0]["phone"] == "138****5678"
    assert shown["rules"]["all_of"] == [alone.id]

    assert mine(f"/groups/{made.json()['id']}/rules", body | {"none_of": [alone.id], "all_of": []}).json()
    assert mine.get(f"/groups/{made.json()['id']}").json()["count"] == 0
    assert mine(f"/groups/{made.json()['id']}/ending").json()["is_ended"]
    assert mine.get("/groups").json()["items"] == []


def test_a_group_of_another_committee_is_not_there(given, call, worker):
    group = given.do(save_group, GroupDraft(place_id=given.community.id, name="长者", age_from=80), by=worker)

    assert call(given.worker_next_door()).get(f"/groups/{group.id}").status_code == 404


def test_a_guide_is_written_found_by_any_words_and_changed_by_who_has_read_it(given, call, worker):
    mine = call(worker)
    body = {
        "place_id": given.community.id,
        "title": "申请长护险",
        "about": "卧床可以申请。",
        "keywords": "卧床",
    }
    made = mine("/guides", body).json()

    assert [one["id"] for one in mine.get("/guides?q=老人卧床怎么办").json()["items"]] == [made["id"]]
    assert mine.get("/all-round?q=老人卧床怎么办").json()["guides"][0]["title"] == "申请长护险"
    changed = mine(f"/guides/{made['id']}/changes", body | {"hours": "工作日", "version": made["version"]})
    assert changed.json()["version"] == made["version"] + 1
    assert mine(f"/guides/{made['id']}/changes", body | {"version": made["version"]}).status_code == 412
    assert mine.get(f"/guides/{made['id']}").json()["hours"] == "工作日"


def test_a_stamp_is_listed_and_taken_off_the_list(given, call, worker):
    mine = call(worker)
    body = {
        "place_id": given.community.id, "title": "亲属关系证明", "where_to_go": "公证处", "source": "本地清单",
    }  # fmt: skip
    made = mine("/stamps", body).json()
    assert [one["id"] for one in mine.get("/stamps").json()["items"]] == [made["id"]]

    ended = mine(f"/stamps/{made['id']}/ending").json()

    assert date.fromisoformat(ended["valid_to"]) == given.clock.now().date()


def test_a_question_is_mine_until_it_is_answered_and_no_kept_answer_repeats_it(given, call, worker):
    mine = call(worker)
    made = mine("/inquiries", {"about": "居住证在哪里办", "way": "phone"})
    assert "居住证" not in made.text
    asked = made.json()["id"]
    assert [one["id"] for one in mine.get("/inquiries?mine=true").json()["items"]] == [asked]

    assert mine(f"/inquiries/{asked}/hand-on", {"handed_to": "派出所"}).json()["status"] == "handed-on"
    assert mine(f"/inquiries/{asked}/answer", {"answer": "带身份证去派出所"}).json()["status"] == "answered"

    shown = mine.get(f"/inquiries/{asked}").json()
    assert (shown["handed_to"], shown["answer"]) == ("派出所", "带身份证去派出所")
    assert mine.get("/inquiries?mine=true").json()["items"] == []


def test_a_note_waits_for_the_post_until_it_is_done(given, call, worker):
    mine, colleague = call(worker), call(given.worker(name="小李"))
    note = mine("/notes", {"text": "下午水务来", "to": "post:worker"}).json()["id"]
    (seen,) = colleague.get("/notes").json()["items"]
    assert (seen["text"], seen["for_me"], seen["is_mine"]) == ("下午水务来", True, False)

    assert colleague(f"/notes/{note}/reading").json()["read_at"]
    assert colleague(f"/notes/{note}/end").json()["done_at"]
    assert mine.get("/notes").json()["items"] == []


def test_an_experience_is_told_looked_at_taken_up_and_thanked(given, call, worker):
    mine, next_door = call(worker), call(given.worker_next_door())
    told = mine("/experiences", {"title": "楼道堆物", "problem": "堆满旧物。", "steps": "一起清。"}).json()
    assert mine(f"/experiences/proposals/{told['id']}/sharing").status_code == 403
    shared = call(given.secretary())(f"/experiences/proposals/{told['id']}/sharing").json()["id"]

    assert [one["id"] for one in next_door.get("/experiences?q=楼道堆物").json()["items"]] == [shared]
    adopted = next_door(f"/experiences/{shared}/adoption").json()
    assert next_door.get(f"/guides/{adopted['guide_id']}").json()["credit"] == given.community.name
    assert next_door(f"/experiences/{shared}/thanks", {"thanks": "很好用"}).json()["thanked_at"]
    assert mine.get(f"/experiences/{shared}").json()["said"][0]["text"] == "很好用"


def test_an_experience_is_withdrawn_and_the_guide_made_of_it_stays(given, call, worker):
    mine, secretary, next_door = call(worker), call(given.secretary()), call(given.worker_next_door())
    told = mine("/experiences", {"title": "楼道堆物", "problem": "堆满旧物。", "steps": "一起清。"}).json()
    shared = secretary(f"/experiences/proposals/{told['id']}/sharing").json()["id"]
    guide = next_door(f"/experiences/{shared}/adoption").json()["guide_id"]
    assert [one(f"/experiences/{shared}/withdrawal").status_code for one in (mine, next_door)] == [403, 403]

    withdrawn = secretary(f"/experiences/{shared}/withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["withdrawn_at"] is None) == (200, False)
    assert next_door.get("/experiences?q=楼道堆物").json()["items"] == []
    assert next_door.get(f"/guides/{guide}").json()["credit"] == given.community.name
