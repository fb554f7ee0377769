"""The pages of the desk of all posts: a question from the counter to its answer, on paper, as a request, and shared."""

import re

import pytest

from core_db.foundation.ids import new_id
from core_db.guides import GuideDraft, StampDraft, fitting_guides, keep_guide, keep_stamp


@pytest.fixture
def at(actor_client):
    """Somebody in a browser, whose forms carry the page's own word."""

    def opened(actor):
        client = actor_client(actor, page=True)
        client.word = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/me").text)[1]

        def send(path, **words):
            return client.post(
                path, data={"csrf_token": client.word, "idempotency_key": new_id()} | words,
                follow_redirects=False,
            )  # fmt: skip

        client.fill_in = send
        return client

    return opened


def test_a_question_goes_from_the_counter_to_its_answer_on_paper(given, at):
    worker, aunt = given.worker(), given.resident()
    guide = GuideDraft(
        place_id=given.community.id, title="申请长护险", about="卧床可以申请。", keywords="卧床 护理"
    )
    guide_id = given.do(keep_guide, guide, by=worker).id
    stamp = StampDraft(
        place_id=given.community.id, title="亲属关系证明", where_to_go="公证处", source="本地清单"
    )
    given.do(keep_stamp, stamp, by=worker)
    page = at(worker)

    found = page.fill_in("/inquiries", find="yes", q="王阿姨", about="老头子卧床，要亲属关系证明")
    assert "王阿姨" in found.text
    assert "老头子卧床" in found.text
    taken = page.fill_in(
        "/inquiries", person_id=aunt.person_id, about="老头子卧床，要亲属关系证明", way="counter"
    )
    shown = page.get(taken.headers["location"]).text
    assert "申请长护险" in shown
    assert "居委会不开：亲属关系证明" in shown
    assert "等您答复的咨询" in page.get("/desk").text

    answered = page.fill_in(f"{taken.headers['location']}/answer", guide_id=guide_id)

    assert answered.status_code == 303
    paper = page.get(f"{taken.headers['location']}/print").text
    assert "卧床可以申请。" in paper
    assert "<svg" in paper
    # The sheet lies on the counter, and goes home in somebody's bag.
    assert "王阿姨" not in paper
    assert "等您答复的咨询" not in page.get("/desk").text


@pytest.mark.both
def test_a_question_becomes_a_request_with_its_words_and_its_person(given, at):
    aunt, page = given.resident(), at(given.worker())
    taken = page.fill_in("/inquiries", person_id=aunt.person_id, about="楼道灯坏了", way="phone")
    inquiry_id = taken.headers["location"].rsplit("/", 1)[-1]

    form = page.get(f"/enter?inquiry={inquiry_id}").text
    assert "楼道灯坏了" in form
    assert f'name="inquiry" value="{inquiry_id}"' in form
    assert f'name="on_behalf_of" value="{aunt.person_id}"' in form
    entered = page.fill_in(
        "/enter", inquiry=inquiry_id, on_behalf_of=aunt.person_id, text="楼道灯坏了", channel="phone"
    )

    assert entered.headers["location"] in page.get(taken.headers["location"]).text


def test_a_case_has_at_hand_what_fits_its_own_text(given, at):
    worker = given.worker()
    guide = GuideDraft(
        place_id=given.community.id, title="大件垃圾投放", about="放到东门。", keywords="沙发 旧家具"
    )
    given.do(keep_guide, guide, by=worker)
    case = given.a_case(text="有人把旧沙发扔在楼道里").case
    page = at(worker)

    assert f"/cases/{case.id}/at-hand" in page.get(f"/cases/{case.id}").text
    assert "大件垃圾投放" in page.get(f"/cases/{case.id}/at-hand").text


def test_a_note_stands_on_the_desk_of_whom_it_is_for(given, at):
    page, colleague = at(given.worker()), given.worker(name="小李")

    assert page.fill_in("/notes", text="下午水务来查漏", to=f"person:{colleague.id}").status_code == 303

    theirs = at(colleague)
    assert "下午水务来查漏" in theirs.get("/desk").text
    note_id = re.search(r'id="note-([0-9a-f-]+)"', theirs.get("/notes").text)[1]
    assert theirs.fill_in(f"/notes/{note_id}/reading").status_code == 303
    assert theirs.fill_in(f"/notes/{note_id}/end").status_code == 303
    assert "下午水务来查漏" not in theirs.get("/desk").text


def test_an_experience_is_told_looked_at_taken_up_and_thanked(given, at):
    worker, secretary, next_door = at(given.worker()), at(given.secretary()), at(given.worker_next_door())
    told = {"title": "楼道堆物怎么清", "problem": "王阿姨家门口堆满旧物。", "steps": "先听难处，再一起清。"}

    proposed = worker.fill_in("/experiences", origin="plan", **told)
    assert "王阿姨" not in worker.get(proposed.headers["location"]).text
    assert "看过了，分享给全区" not in worker.get(proposed.headers["location"]).text
    shared = secretary.fill_in(f"{proposed.headers['location']}/sharing")
    assert "楼道堆物怎么清" in next_door.get("/experiences?q=楼道堆物").text
    adopted = next_door.fill_in(f"{shared.headers['location']}/adoption")
    assert "楼道堆物怎么清" in next_door.get(adopted.headers["location"]).text
    next_door.fill_in(f"{shared.headers['location']}/thanks", thanks="照着做就清了")

    shown = worker.get(shared.headers["location"]).text
    assert "照着做就清了" in shown
    assert "1 个居村采用" in shown


def test_a_guide_is_written_changed_and_listed_by_who_keeps_it(given, at):
    worker = given.worker()
    page = at(worker)

    made = page.fill_in(
        "/guides", place_id=given.community.id, kind="how-to", title="办理居住证", about="租房可办。"
    )
    words = {"place_id": given.community.id, "kind": "how-to", "title": "办理居住证", "about": "满半年可办。"}
    assert page.fill_in(f"{made.headers['location']}/changes", version="1", **words).status_code == 303

    assert "满半年可办。" in page.get(f"{made.headers['location']}/print").text
    assert [one.about for one in given.see(fitting_guides, "居住证", by=worker)] == ["满半年可办。"]
    refused = page.fill_in(
        "/stamps", place_id=given.community.id, title="", where_to_go="派出所", source="清单"
    )
    assert refused.status_code == 422
    assert "请填写这一项" in refused.text


def test_guides_have_a_list_and_duties_one_of_their_own(given, at):
    worker = given.worker()
    for kind, title in (("how-to", "申请长护险"), ("duty", "电梯归谁管")):
        guide = GuideDraft(
            place_id=given.community.id, kind=kind, title=title, about="说明。", held_by="物业服务处"
        )
        given.do(keep_guide, guide, by=worker)
    client = at(worker)

    listed, desk = client.get("/guides").text, client.get("/all-round").text

    assert listed.index('id="guides-how-to"') < listed.index("申请长护险") < listed.index("电梯归谁管")
    duties = desk.split('id="duties"')[1].split("</section>")[0]
    assert "电梯归谁管" in duties
    assert "物业服务处" in duties
    assert "申请长护险" not in duties
    assert "没有合适的指南" in client.get("/guides?q=火星移民").text
