"""A plugin's own pages within the product's frame: read, changed, refused, away; and its pictures."""

import pytest

from app_shell.plugged import Entry, PageAnswer
from app_shell.plugin_blocks import digest_of
from core_db.accounts import RoleDraft, assign_role
from core_db.foundation.actor import Role
from tests.plugged import card, text

VISITS = PageAnswer(
    status=200, blocks={"kind": "page", "title": "探访安排", "body": [card("王奶奶", text("周二"))]}
)


def test_a_page_of_a_plugin_stands_in_our_frame(given, at, host):
    host.pages["/visits"] = VISITS

    page = at(given.worker()).get("/x/elder-care/visits?week=48")

    assert page.status_code == 200
    assert '<h1 id="page-heading" tabindex="-1">探访安排</h1>' in page.text
    assert "周二" in page.text
    assert host.asked == [
        ("committee", "elder-care", "GET", "/visits", {"week": "48"}, {}, given.community.id)
    ]


def test_what_is_typed_reaches_the_plugin_without_the_word_that_guards_our_forms(given, at, host):
    host.pages["/visits"] = PageAnswer(status=303, go_to="/visits", said="改好了")

    answer = at(given.resident()).post(
        "/x/elder-care/visits", data={"csrf_token": "secret", "who": "王奶奶"}, follow_redirects=False
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/x/elder-care/visits")
    assert host.asked[0][5] == {"who": "王奶奶"}


def test_after_a_change_nobody_is_sent_out_of_the_plugins_pages(given, at, host):
    host.pages["/visits"] = PageAnswer(status=303, go_to="/../../me/devices")

    answer = at(given.worker()).post("/x/elder-care/visits", data={}, follow_redirects=False)

    assert answer.headers["location"] == "/x/elder-care/"


def test_a_form_that_comes_back_keeps_its_status_and_shows_the_fault_beside_the_field(given, at, host):
    field = {
        "kind": "input", "name": "who", "label": "谁", "type": "text", "value": "王", "choices": [], "required": True,
        "help": None, "fault": "没有这个人",
    }  # fmt: skip
    form = {"kind": "form", "post": "/visits", "fields": [field], "submit": "保存"}
    blocks = {"kind": "page", "title": "探访安排", "body": [form]}
    host.pages["/visits"] = PageAnswer(status=422, blocks=blocks)

    answer = at(given.worker()).post("/x/elder-care/visits", data={"who": "王"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "没有这个人" in answer.text


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (PageAnswer(status=404), 404, "没有找到"),
        (PageAnswer(status=403), 403, "权限"),
        (PageAnswer(status=422, said="days: 应是数字"), 422, "days: 应是数字"),
        (PageAnswer(status=409, said="这天已经约满"), 409, "这天已经约满"),
        (PageAnswer(status=500), 502, "这个应用暂时用不了"),
        (PageAnswer(status=504), 502, "这个应用暂时用不了"),
    ],
)
def test_how_a_plugin_refuses_or_fails_is_a_page_of_ours(given, at, host, answer, status, says):
    host.pages["/visits"] = answer

    page = at(given.worker()).get("/x/elder-care/visits")

    assert page.status_code == status
    assert says in page.text


@pytest.mark.parametrize("plugin_id", ["No-Such", "a", "x_y"])
def test_what_is_no_name_of_a_plugin_reaches_no_host(given, at, host, plugin_id):
    assert at(given.worker()).get(f"/x/{plugin_id}/visits").status_code == 404
    assert host.asked == []


def test_the_pages_there_are_are_listed_with_an_icon_that_exists(given, at, host):
    host.nav = [Entry(href="/x/elder-care/visits", label="探访", icon="no-such-icon")]

    page = at(given.resident()).get("/x").text

    assert '<a class="tile" href="/x/elder-care/visits">' in page
    assert 'href="/x"' in at(given.resident()).get("/").text


def test_whoever_has_homes_in_two_neighbourhoods_says_in_which_he_is(given, at, host):
    host.pages["/visits"] = VISITS
    secretary = given.secretary()
    beside = RoleDraft(
        account_id=secretary.id, role=Role.WORKER, place_id=given.neighbouring_community.id, reason="两边都管"
    )
    given.do(assign_role, beside, by=given.system())
    client = at(secretary)

    client.get(f"/x/elder-care/visits?at={given.neighbouring_community.id}&week=48")
    index = client.get("/x").text
    stranger = client.get("/x/elder-care/visits?at=019388b2-0000-7000-8000-000000000000")

    assert host.asked == [
        ("committee", "elder-care", "GET", "/visits", {"week": "48"}, {}, given.neighbouring_community.id)
    ]
    assert f"/x?at={given.neighbouring_community.id}" in index
    assert stranger.status_code == 404


def test_a_picture_is_kept_by_its_content_and_runs_nothing(given, at, host, tmp_path):
    host.folder = tmp_path
    (tmp_path / "map.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    (tmp_path / "run.js").write_text("alert(1)")
    client = at(given.worker())

    plain = client.get("/x/elder-care/static/map.svg")
    kept = client.get(f"/x/elder-care/static/map.svg?v={digest_of(tmp_path / 'map.svg')}")

    assert (plain.headers["content-type"], plain.headers["x-content-type-options"]) == (
        "image/svg+xml",
        "nosniff",
    )
    assert plain.headers["content-security-policy"].endswith("sandbox")
    assert plain.headers["cache-control"] == "no-cache"
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    for path in ("run.js", "..%2Fsecret.png", "%2e%2e/secret.png"):
        assert client.get(f"/x/elder-care/static/{path}").status_code == 404
