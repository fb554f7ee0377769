"""Pages of what comes of visits: what only reads holds nothing, which PostgreSQL would refuse."""

import re

import pytest

from committee_app.pages.needs import AT_A_TIME
from core_db.tags import DefinitionDraft, define_tag
from core_db.visits import NeedDraft, TagDraft, need_from_visit, propose_tag, tag_proposals

PAGE = {"Accept": "text/html"}


def test_a_proposed_tag_is_read_on_its_page(given, actor_client, worker, visited):
    draft = TagDraft(tag="独居", reason="一个人住")
    tag = given.do(propose_tag, visited(text="一切都好").id, draft, by=worker)

    read = actor_client(worker).post(f"/tag-proposals/{tag.id}/reading", data={}, headers=PAGE)

    assert read.status_code == 200
    assert "一个人住" in read.text


def test_a_tag_is_chosen_from_the_dictionary_and_approved_as_it_is(given, actor_client, worker, visited):
    words = {"code": "alone", "name": "独居", "kind": "family"}
    word = given.do(define_tag, DefinitionDraft(place_id=given.community.id, **words), by=given.secretary())
    visit, desk = visited(text="一切都好"), actor_client(worker)
    assert f'<option value="{word.id}">独居' in desk.get(f"/visits/{visit.id}").text
    nothing = desk.post(f"/visits/{visit.id}/tag", data={"reason": "一个人住"}, headers=PAGE)
    assert (nothing.status_code, "从字典里选一个标签" in nothing.text) == (422, True)
    both = {"reason": "一个人住", "definition_id": word.id, "tag": "独居老人"}
    assert desk.post(f"/visits/{visit.id}/tag", data=both, headers=PAGE).status_code == 422
    desk.post(f"/visits/{visit.id}/tag", data={"reason": "一个人住", "definition_id": word.id}, headers=PAGE)

    (one,) = given.see(tag_proposals, by=worker)
    secretary = actor_client(given.secretary())
    read = secretary.post(f"/tag-proposals/{one.id}/reading", data={}, headers=PAGE).text
    assert f'<option value="{word.id}" selected>' in read
    secretary.post(f"/tag-proposals/{one.id}/decision", data={"decision": "accept"})
    assert [one.state for one in given.see(tag_proposals, by=worker)] == ["accepted"]


def test_whoever_wrote_a_visit_otherwise_than_a_colleague_is_led_to_it_from_his_round(
    given, actor_client, worker, aunt, visited
):
    visit = visited(by=given.worker(name="小李"), text="没有开门", result="nobody_home")
    said = {"person_id": aunt.person_id, "result": "met", "text": "一切都好", "back": "away"}

    page = actor_client(worker).post("/visits", data=said, headers=PAGE)

    # The telephone tells of it by this mark, whoever sent the form from its outbox.
    assert page.url.path == f"/visits/{visit.id}"
    assert "data-two-words" in page.text
    assert "请定下哪一句" in page.text


def test_whoever_wrote_what_nobody_else_did_goes_on_with_his_round(actor_client, worker, aunt):
    said = {"person_id": aunt.person_id, "result": "met", "text": "一切都好", "back": "away"}

    assert actor_client(worker).post("/visits", data=said, headers=PAGE).url.path == "/visits/away"


@pytest.mark.parametrize("what", ["need", "tag"])
def test_what_is_opened_from_a_later_page_is_shown_to_whoever_opened_it(
    given, actor_client, worker, visited, what
):
    """The look is recorded and told to whom it is about: then the answer must hold it."""
    visit = visited(text="一切都好")
    oldest = (
        given.do(need_from_visit, visit.id, NeedDraft(kind="meals", what="中午没人做饭"), by=worker)
        if what == "need"
        else given.do(propose_tag, visit.id, TagDraft(tag="独居", reason="中午没人做饭"), by=worker)
    )
    for _ in range(AT_A_TIME):
        if what == "need":
            given.do(need_from_visit, visit.id, NeedDraft(kind="meals", what="送饭"), by=worker)
        else:
            given.do(propose_tag, visit.id, TagDraft(tag="独居", reason="一个人住"), by=worker)
    desk, path = actor_client(worker), {"need": "/needs", "tag": "/tag-proposals"}[what]
    onward = re.search(rf'href="({path}\?after=[^"]+)"', desk.get(path).text)[1]
    later = desk.get(onward.replace("&amp;", "&")).text
    sent = re.search(rf'action="{path}/{oldest.id}/reading">(.*?)</form>', later, re.S)[1]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', sent))

    read = desk.post(f"{path}/{oldest.id}/reading", data=fields, headers=PAGE)

    assert read.status_code == 200
    assert "中午没人做饭" in read.text
