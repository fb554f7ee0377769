"""The pages as a browser without a script sees them: the whole loop, forms that keep the words, and who sees what."""

import html
import re

import pytest

from core_db.cases import (
    accept_case,
    case_file,
    hand_in_case,
    merge_case,
    self_handle_case,
    verify_case,
)
from core_db.cases.drafts import AcceptanceDraft, HandlingDraft, MergerDraft, TextDraft, VerificationDraft
from core_db.reveals import uncover_contact

PAGES = [
    "/",
    "/report",
    "/cases",
    "/neighbourhood",
    "/similar?text=电梯",
    "/at/TEST012",
    "/me/seen",
    "/privacy",
]


def _handle(given, case_id):
    worker = given.worker()
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    given.do(self_handle_case, case_id, TextDraft(text="我们去修"), by=worker)
    given.do(hand_in_case, case_id, HandlingDraft(outcome="done", text="换了灯泡"), by=worker)
    given.do(verify_case, case_id, VerificationDraft(passed=True, text="看过了，亮了"), by=worker)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_one_heading_and_speaks_both_languages(given, actor_client, path):
    client = actor_client(given.resident(), page=True)

    for lang, words in (("zh", "社区云"), ("en", "Community Cloud")):
        client.cookies.set("shequyun_language", lang)
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.text.count("<h1") == 1
        assert words in answer.text


def test_a_stranger_is_told_what_this_is_and_asked_to_sign_in(resident_client):
    welcome = resident_client.get("/", headers={"Accept": "text/html"})
    report = resident_client.get("/report", headers={"Accept": "text/html"}, follow_redirects=False)

    assert "/sign-in" in welcome.text
    assert (report.status_code, report.headers["location"]) == (303, "/sign-in?next=/report")


def test_who_has_no_home_is_led_to_bind_one(given, actor_client):
    client = actor_client(given.newcomer(), page=True)

    for path in ("/", "/report"):
        assert "/me/home" in client.get(path).text


def test_the_loop_from_saying_it_to_judging_it_works_without_a_script(given, actor_client, send_form):
    client = actor_client(given.resident(), page=True)

    sent = send_form(client, "/report", "/report", {
        "text": "12号楼道的灯坏了", "building": given.building.id, "visibility": "private",
    })  # fmt: skip
    assert sent.status_code == 303
    here = sent.headers["location"]
    page = client.get(here).text
    assert "已送到居委会" in page
    assert "已提交" in page

    said = send_form(client, here, f"{here}/messages", {"text": "三楼最暗"})
    urged = send_form(client, here, f"{here}/urging", {"text": "晚上有人摔了"})
    assert (said.status_code, urged.status_code) == (303, 303)

    _handle(given, here.rsplit("/", 1)[1])
    assert "等您说一声" in client.get("/").text
    page = client.get(here).text
    assert "三楼最暗" in page
    assert "看过了，亮了" in page
    judged = send_form(
        client, page, f"{here}/evaluation", {"resolved": "yes", "satisfied": "5", "text": "谢谢"}
    )
    assert judged.status_code == 303
    page = client.get(here).text
    assert "已结案" in page
    assert "解决了 · 满意" in page


def test_a_suggestion_is_raised_as_one_and_put_right_at_acceptance(given, actor_client, send_form):
    client = actor_client(given.resident(), page=True)
    words = {"text": "楼下能不能装个长椅", "nature": "suggestion", "visibility": "private"}
    case_id = send_form(client, "/report", "/report", words).headers["location"].rpartition("/")[2]
    said = given.see(case_file, case_id, by=given.worker()).case.nature

    given.do(accept_case, case_id, AcceptanceDraft(nature="consult"), by=given.worker())

    assert said == "suggestion"
    assert given.see(case_file, case_id, by=given.worker()).case.nature == "consult"


def test_a_form_sent_twice_makes_one_case(given, actor_client):
    client = actor_client(given.resident(), page=True)
    words = {"text": "灯坏了", "visibility": "private", "idempotency_key": "same"}

    first, again = (client.post("/report", data=words, follow_redirects=False) for _ in range(2))

    assert (first.status_code, first.headers["location"]) == (303, again.headers["location"])
    assert len(client.get("/api/v1/cases").json()["items"]) == 1
    other = client.post("/report", data=words | {"text": "门坏了"})
    assert other.status_code == 422
    assert "门坏了" in other.text


def test_a_refused_form_comes_back_with_the_words_and_the_fault(given, actor_client, send_form, picture):
    client = actor_client(given.resident(), page=True)

    sent = send_form(client, "/report", "/report", {
        "text": " ", "place_note": "3楼梯口", "visibility": "public", "building": given.other_building.id,
    }, files={"photo_files": ("a.jpg", picture, "image/jpeg")})  # fmt: skip

    assert sent.status_code == 422
    assert "3楼梯口" in sent.text
    assert re.search(r'id="text"[^>]*aria-invalid="true"', sent.text)
    assert re.search(rf'value="{given.other_building.id}" selected', sent.text)
    # The photo was taken already and goes along, as long as it stays ticked.
    kept = re.search(r'name="photos" value="([^"]+)" checked', sent.text)
    assert kept is not None
    words = {"text": "灯坏了", "visibility": "public", "photos": kept.group(1)}
    again = send_form(client, sent.text, "/report", words)
    assert again.status_code == 303
    assert kept.group(1) in client.get(again.headers["location"]).text


def test_as_much_as_a_field_takes_is_taken_by_a_form_without_files(given, actor_client, send_form):
    wang, text = given.resident(), "这里的灯还是不亮。" * 1000
    case_id = given.a_case(by=wang).case.id
    client = actor_client(wang, page=True)

    answer = send_form(client, f"/cases/{case_id}", f"/cases/{case_id}/urging", {"text": text})

    assert answer.status_code == 303
    assert text in client.get(f"/cases/{case_id}").text


def test_what_is_no_photo_is_said_beside_the_photos(given, actor_client, send_form):
    client = actor_client(given.resident(), page=True)

    sent = send_form(
        client, "/report", "/report", {"text": "灯坏了", "visibility": "private"},
        files={"photo_files": ("a.jpg", b"no picture", "image/jpeg")},
    )  # fmt: skip

    assert sent.status_code == 422
    assert "灯坏了" in sent.text
    assert re.search(r'id="photo_files-fault"', sent.text)


def test_doors_of_another_building_come_without_losing_words(given, actor_client, send_form):
    client = actor_client(given.resident(), page=True)

    shown = send_form(client, "/report", "/report", {
        "text": "漏水了", "building": given.other_building.id, "pick": "doors", "visibility": "private",
    })  # fmt: skip

    assert shown.status_code == 200
    assert "漏水了" in shown.text
    door = given.homes[3]
    assert door.id in shown.text
    wrong = send_form(client, shown.text, "/report", {
        "text": "漏水了", "building": given.building.id, "door": door.id, "visibility": "private",
    })  # fmt: skip
    assert wrong.status_code == 422
    assert re.search(r'id="door-fault"', wrong.text)


def test_who_says_what_neighbours_said_is_asked_before_it_is_sent(given, actor_client, send_form):
    known = given.a_case(by=given.neighbour(), text="电梯门关不上，总是弹开", visibility="public").case.id
    client = actor_client(given.resident(), page=True)
    words = {"text": "电梯门又关不上了", "visibility": "private"}

    asked = send_form(client, "/report", "/report", words)
    assert asked.status_code == 200
    assert "邻居已经反映过类似的事" in asked.text
    assert client.get("/api/v1/cases").json()["items"] == []

    joined = send_form(client, asked.text, f"/cases/{known}/support", {})
    assert (joined.status_code, joined.headers["location"]) == (303, f"/cases/{known}")
    sent = send_form(client, asked.text, "/report", {})
    assert sent.status_code == 303
    assert client.get("/api/v1/cases").json()["items"][0]["text"] == words["text"]


def test_a_script_has_shown_similar_ones_while_typing(given, actor_client):
    given.a_case(by=given.neighbour(), text="电梯门关不上，总是弹开", visibility="public")
    client = actor_client(given.resident(), page=True)

    typed = client.get("/similar", params={"text": "电梯门又关不上"}, headers={"X-Fragment": "similar"})
    sent = client.post(
        "/report", data={"text": "电梯门又关不上了", "visibility": "private", "idempotency_key": "k"},
        headers={"Idempotency-Key": "k"}, follow_redirects=False,
    )  # fmt: skip

    assert "总是弹开" in typed.text
    assert sent.status_code == 303


def test_an_emergency_is_told_whom_to_call(given, actor_client, send_form):
    client = actor_client(given.resident(), page=True)

    assert 'href="tel:119"' in client.get("/similar", params={"text": "楼道有煤气味"}).text
    sent = send_form(client, "/report", "/report", {"text": "楼道有煤气味", "visibility": "private"})
    assert 'href="tel:119"' in client.get(sent.headers["location"]).text


def test_whatever_is_written_of_a_case_waits_where_there_is_no_network(given, actor_client, verified):
    wang = given.resident()
    client = actor_client(wang, page=True)
    pages = [client.get(f"/cases/{one}").text for one in (given.a_case(by=wang).case.id, verified(by=wang))]
    forms = {
        form.partition(">")[0] for page in pages for form in page.split("<form")[1:] if "<textarea" in form
    }

    assert {re.search(r'action="/cases/[^/]+/([^"]+)"', one).group(1) for one in forms} > {
        "urging",
        "evaluation",
    }
    assert [one for one in forms if "data-offline-send" not in one or "data-draft" not in one] == []


def test_a_stale_judgement_comes_back_with_who_was_faster_and_the_words(given, actor_client, send_form):
    wang = given.resident()
    case_id = given.a_case(by=wang).case.id
    _handle(given, case_id)
    client = actor_client(wang, page=True)

    words = {"resolved": "partly", "satisfied": "3", "text": "还差一盏", "version": "1"}
    answer = send_form(client, f"/cases/{case_id}", f"/cases/{case_id}/evaluation", words)

    assert answer.status_code == 412
    assert "在您之前" in answer.text
    assert "还差一盏" in answer.text
    assert re.search(r'value="partly"[^>]* checked', answer.text)


def test_urging_twice_a_day_is_refused_on_the_page_with_the_words(given, actor_client, send_form):
    wang = given.resident()
    here = f"/cases/{given.a_case(by=wang).case.id}"
    client = actor_client(wang, page=True)

    before = client.get(here).text
    send_form(client, before, f"{here}/urging", {"text": "急"})
    again = send_form(
        client, before.replace("urging-", "urging-again-"), f"{here}/urging", {"text": "真的很急"}
    )

    assert again.status_code == 409
    assert "今天已经催办过了" in again.text
    assert "真的很急" in again.text


def test_a_case_can_be_withdrawn_on_its_page(given, actor_client, send_form):
    wang = given.resident()
    here = f"/cases/{given.a_case(by=wang).case.id}"
    client = actor_client(wang, page=True)

    assert send_form(client, here, f"{here}/withdrawal", {}).status_code == 303
    assert "已撤回" in client.get(here).text


def test_neighbours_read_a_public_case_without_the_one_who_raised_it(given, actor_client, send_form):
    wang = given.resident(name="王canary")
    here = f"/cases/{given.a_case(by=wang, text='电梯坏了', visibility='public').case.id}"
    hidden = f"/cases/{given.a_case(by=wang, text='家里的事').case.id}"
    client = actor_client(given.neighbour(), page=True)

    listed = client.get("/neighbourhood")
    joined = send_form(client, listed.text, f"{here}/support", {})
    shown = client.get(here)

    assert "电梯坏了" in listed.text
    assert joined.status_code == 303
    assert "1 位邻居" in shown.text
    assert "您已经说过也遇到了" in shown.text
    assert client.get(hidden).status_code == 404
    for answer in (listed, shown, client.get("/"), client.get("/similar?text=电梯坏了")):
        assert "canary" not in answer.text
        assert "家里的事" not in answer.text


def test_a_poster_says_where_one_is_and_fills_it_in_after_signing_in(given, resident_client, actor_client):
    poster = resident_client.get("/at/TEST013", headers={"Accept": "text/html"})
    assert "13号" in poster.text
    assert poster.cookies["shequyun_at"] == "TEST013"
    assert resident_client.get("/at/NOWHERE").status_code == 404

    client = actor_client(given.resident(), page=True)
    client.cookies.set("shequyun_at", "TEST013")
    report = client.get("/report").text
    assert re.search(rf'value="{given.other_building.id}" selected', report)
    assert 'name="channel" value="qr"' in report


def test_a_poster_elsewhere_is_not_filled_in(given, actor_client):
    client = actor_client(given.resident(), page=True)

    assert "不是您的小区" in client.get("/report?at=TEST001").text


def test_pages_are_live_where_they_change(given, actor_client):
    wang = given.resident()
    case_id = given.a_case(by=wang).case.id
    client = actor_client(wang, page=True)

    assert f'data-live="case/{case_id}"' in client.get(f"/cases/{case_id}").text
    for path in ("/", "/cases", "/neighbourhood"):
        assert 'data-live="cases"' in client.get(path).text


@pytest.mark.parametrize("path", ["/cases?show=open", "/neighbourhood?building=&category=&show=open"])
def test_a_list_is_live_on_every_page_of_it_and_when_nothing_is_in_it(path, given, actor_client):
    client = actor_client(given.resident(), page=True)

    for page in (path, f"{path}&after=999"):
        assert f'data-live-src="{page}"' in html.unescape(client.get(page).text)


def test_a_page_left_open_loses_the_forms_of_a_case_that_has_ended(given, actor_client):
    wang, worker = given.resident(), given.worker()
    case_id = given.a_case(by=wang).case.id
    client = actor_client(wang, page=True)
    before = client.get(f"/cases/{case_id}").text
    assert 'id="case-side"' in before
    assert "/withdrawal" in before

    given.do(merge_case, case_id, MergerDraft(into=given.a_case(by=given.neighbour()).case.id), by=worker)

    after = client.get(f"/cases/{case_id}").text
    assert 'id="case-side"' in after
    assert "/withdrawal" not in after
    assert "/urging" not in after


def test_what_is_missing_is_named_above_the_form(given, actor_client, send_form, verified):
    wang = given.resident()
    done, new = f"/cases/{verified(by=wang)}", f"/cases/{given.a_case(by=wang).case.id}"
    client = actor_client(wang, page=True)

    asked = {
        (done, "evaluation"): ("解决了没有", "满意程度"), (done, "reopening"): ("还差什么",),
        (new, "urging"): ("为什么着急",), (new, "messages"): ("想补充什么",),
    }  # fmt: skip
    for (here, verb), fields in asked.items():
        answer = send_form(client, here, f"{here}/{verb}", {})
        summary = answer.text.split('class="fault-summary"')[1].split("</ul>")[0]
        assert answer.status_code == 422
        assert re.findall(r">([^<：]+)：", summary) == list(fields)


@pytest.mark.parametrize(("page", "action", "field"), [
    ("/sign-in", "/sign-in/code", "手机号码"), ("/me/home/choose?at={home}", "/me/home", "姓名"),
])  # fmt: skip
def test_what_is_missing_is_named_before_one_is_at_home_too(
    given, resident_client, actor_client, send_form, page, action, field
):
    stranger = page == "/sign-in"
    client = resident_client if stranger else actor_client(given.newcomer(), page=True)

    shown = client.get(page.format(home=given.home.id), headers={"Accept": "text/html"}).text
    answer = send_form(client, shown, action, {}, headers={"Accept": "text/html"})

    assert f">{field}：" in answer.text.split('class="fault-summary"')[1]


def test_one_reads_who_looked_at_ones_number_and_why(given, actor_client):
    aunt = given.resident()
    case = given.a_case(by=aunt).case
    given.do(uncover_contact, case.id, by=given.worker())

    page = actor_client(aunt, page=True).get("/me/seen").text

    for words in ("牡丹一村", "居委干部", "手机号码", "为办理您的诉求联系您", case.number):
        assert words in page


def test_of_ones_own_cases_none_stands_among_the_neighbours(given, actor_client):
    aunt, uncle = given.resident(), given.resident()
    given.a_case(by=aunt, text="王阿姨自己说的灯坏了", visibility="public")
    given.a_case(by=uncle, text="邻居说的电梯停了", visibility="public")

    near = actor_client(aunt, page=True).get("/").text.partition("邻居反映的事")[2]

    assert "邻居说的电梯停了" in near
    assert "王阿姨自己说的灯坏了" not in near
