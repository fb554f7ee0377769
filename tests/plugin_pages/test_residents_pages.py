"""我的授权 and the messages: purpose by purpose, sensitive ones by themselves, taken back by one press."""

import pytest

from core_db.installs.messages import send_plugin_message
from core_db.mydata import my_plugin_consents
from tests.installs.conftest import enabled, installed, purpose_of
from tests.installs.test_the_fields_about_residents import CALLED, DIET
from tests.mydata.childhood import child_of
from tests.plugin_pages.conftest import asks_about_people
from tests.resident.conftest import send_form

__all__ = ["enabled", "installed", "purpose_of", "send_form"]
SAID = (
    "独居老人探访", "安排独居老人的定期探访", "姓名、出生年份、标签、电话", "最多保存 400 天", "没有同意，它看不到",
    "dev@example.org",
)  # fmt: skip


@pytest.fixture
def aunt(given):
    return given.resident()


@pytest.fixture
def agreed_to(given, aunt):
    """The purposes she agrees to now."""

    def ids():
        found = given.see(my_plugin_consents, by=aunt)
        return [one.purpose.id for plugin in found for one in plugin.purposes if one.agreed_at]

    return ids


def test_a_resident_reads_who_wants_what_why_and_for_how_long(at, installed, enabled, aunt):
    installed()
    enabled()

    page = at(aunt).get("/me/plugins").text

    for said in SAID:
        assert said in page


def test_a_resident_reads_in_plain_words_that_it_may_go_anywhere(at, installed, enabled, aunt):
    installed(network=["*"])
    enabled()

    assert "任何网站" in at(aunt).get("/me/plugins").text


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("https://example.org/issues", '<a href="https://example.org/issues" rel="noreferrer">联系他们</a>'),
        ("javascript:alert(1)", "· javascript:alert(1)"),
        ("dev@example.org", "· dev@example.org"),
    ],
)
def test_whoever_made_it_is_asked_by_words_where_that_is_a_page(at, installed, enabled, aunt, contact, said):
    installed(contact=contact)
    enabled()

    page = at(aunt).get("/me/plugins").text

    assert said in page
    assert 'href="javascript' not in page


def test_what_is_not_on_is_not_asked_about(at, installed, aunt):
    installed()

    assert "您的居村现在没有启用应用" in at(aunt).get("/me/plugins").text


def test_a_sensitive_purpose_is_agreed_to_on_a_page_of_its_own(
    given, at, installed, enabled, aunt, purpose_of, agreed_to, send_form
):
    installed()
    enabled()
    client, own = at(aunt), "/me/plugins/elder-care/visit"

    listed = client.get("/me/plugins").text
    sent = send_form(client, f"{own}?at={given.community.id}", f"{own}/agreement", {})

    assert f'action="{own}/agreement"' not in listed
    assert f'href="{own}?at={given.community.id}"' in listed
    assert sent.status_code == 303
    assert agreed_to() == ["visit"]


def test_an_ordinary_purpose_is_agreed_to_and_taken_back_by_one_press_each(
    at, installed, enabled, aunt, agreed_to, send_form
):
    installed(purpose={"sensitive": False, "fields": ["name"]})
    enabled()
    client, own = at(aunt), "/me/plugins/elder-care/visit"

    send_form(client, "/me/plugins", f"{own}/agreement", {})
    before = agreed_to()
    send_form(client, "/me/plugins", f"{own}/withdrawal", {})

    assert (before, agreed_to()) == (["visit"], [])


def test_another_text_is_asked_anew_and_an_old_form_agrees_to_nothing(
    given, at, installed, enabled, aunt, purpose_of, agreed_to
):
    installed()
    enabled()
    old = purpose_of(aunt)
    installed(purpose={"text": {"zh": "也用来做研究"}})
    words = {"community_id": given.community.id, "text_version": old.text_version}

    answer = at(aunt).post("/me/plugins/elder-care/visit/agreement", data=words)

    assert answer.status_code == 409
    assert agreed_to() == []


def test_nobody_agrees_for_a_neighbourhood_where_he_does_not_live(given, at, installed, enabled, aunt):
    installed()
    enabled()
    words = {"community_id": given.neighbouring_community.id}

    assert at(aunt).post("/me/plugins/elder-care/visit/agreement", data=words).status_code == 404


def test_a_guardian_decides_for_a_child_and_nobody_else_does(
    given, at, installed, enabled, aunt, purpose_of, send_form
):
    installed()
    enabled()
    child_id = child_of(given, aunt)
    client, own = at(aunt), "/me/plugins/elder-care/visit"

    page = client.get(f"/me/plugins?child={child_id}").text
    sent = send_form(client, f"{own}?child={child_id}", f"{own}/agreement", {})
    hers = given.see(my_plugin_consents, by=aunt)[0].purposes[0]
    (its,) = given.see(my_plugin_consents, child_id=child_id, by=aunt)[0].purposes

    assert "替孩子授权" in page
    assert sent.headers["location"] == f"/me/plugins?child={child_id}"
    assert (hers.agreed_at, str(its.channel)) == (None, "guardian")
    assert at(given.neighbour()).get(f"/me/plugins?child={child_id}").status_code == 404


def test_a_message_is_new_until_it_is_said_to_be_read(given, at, installed, enabled, aunt, send_form):
    installed()
    enabled()
    about = {"template": "overdue", "text": ("明天 <b>九点</b>", "Tomorrow"), "at": given.clock.now()}
    given.door.write_now(
        lambda session: send_plugin_message(session, "elder-care", given.community.id, aunt.id, **about)
    )
    client = at(aunt)

    home, page = client.get("/").text, client.get("/me/messages").text
    send_form(client, "/me/messages", "/me/messages/reading", {})

    assert "1 条新消息" in home
    assert "明天 &lt;b&gt;九点" in page
    assert "条新消息" not in client.get("/").text
    assert at(given.neighbour()).get("/me/messages").text.count("明天") == 0


# -- what they ask about me ---------------------------------------------------------------------------


def test_what_a_plugin_asks_about_me_is_filled_in_on_a_page_of_mine(at, installed, enabled, aunt, send_form):
    asks_about_people(installed, enabled)
    client, page = at(aunt), "/me/fields"
    assert "/me/fields" in client.get("/me").text
    assert "只有您看得到" in client.get(page).text

    sent = send_form(client, page, f"{page}/elder-care", {CALLED: "王老师", DIET: "清淡"})

    assert sent.headers["location"] == page
    shown = client.get(page).text
    assert 'value="王老师"' in shown
    assert "怎么称呼您" in shown


def test_what_does_not_fit_is_said_beside_its_field_and_stays_typed(at, installed, enabled, aunt, send_form):
    asks_about_people(installed, enabled)

    sent = send_form(at(aunt), "/me/fields", "/me/fields/elder-care", {CALLED: "字" * 21})

    assert sent.status_code == 422
    assert "最多 20 个字" in sent.text
    assert "字" * 21 in sent.text


def test_a_guardian_fills_in_for_a_child_on_a_page_of_its_own(given, at, installed, enabled, aunt, send_form):
    asks_about_people(installed, enabled)
    child_id = child_of(given, aunt)
    client, page = at(aunt), f"/me/fields?child={child_id}"
    assert f'href="{page}"' in client.get(f"/me/plugins?child={child_id}").text

    wrong = send_form(client, page, "/me/fields/elder-care", {CALLED: "字" * 21})
    sent = send_form(client, page, "/me/fields/elder-care", {CALLED: "宝宝"})

    assert (wrong.status_code, sent.headers["location"]) == (422, page)
    assert "替孩子为应用填的信息" in wrong.text
    assert child_id in wrong.text
    assert 'value="宝宝"' in client.get(page).text
    assert "宝宝" not in client.get("/me/fields").text
    assert at(given.neighbour()).get(page).status_code == 404


def test_where_nothing_is_asked_the_page_says_so(at, installed, enabled, aunt):
    installed()
    enabled()

    assert "现在没有要问您的" in at(aunt).get("/me/fields").text
