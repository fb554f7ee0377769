"""Every answer carries the headers that keep a browser from doing harm with it."""

import re
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse, Response

from app_shell.routing import Access, SecureRouter, walk
from app_shell.security import HEADERS
from app_shell.static_files import STATIC, static
from core_db.foundation.ids import new_id
from tests.clients import Client
from tests.shell.conftest import PAGE

EXPECTED = {name.decode() for name, _value in HEADERS} | {"cache-control"}


def test_every_route_of_both_apps_carries_them(resident_client, committee_client):
    for client in (resident_client, committee_client):
        asked = 0
        for method, path, _route in walk(client.app.routes):
            if method in ("WS", "MOUNT"):
                continue
            filled = re.sub(r"{[^}]+}", new_id(), path)
            answer = client.request(method, filled, follow_redirects=False)

            assert set(answer.headers) >= EXPECTED, f"{method} {path}"
            assert answer.status_code < 500, f"{method} {path}"
            asked += 1
        assert asked > 15


def test_the_policy_allows_no_inline_script_and_no_other_site(resident_client):
    policy = resident_client.get("/offline").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["/offline", "/docs", "/problems/busy", "/nowhere", "/sign-in"])
def test_no_page_needs_what_the_policy_forbids(resident_client, path):
    shown = resident_client.get(path, headers=PAGE).text

    assert "<html" in shown
    assert not re.search(r"<script(?![^>]*\bsrc=)", shown)
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", shown)


def test_files_under_todays_digest_are_kept_and_others_asked_after(resident_client):
    page = resident_client.get("/offline").text
    style = re.search(r'href="(/static/\w{10}/css/base.css)"', page)
    assert style

    kept = resident_client.get(style.group(1))
    asked = resident_client.get("/static/js/shell.js")
    gone = resident_client.get(style.group(1).replace("base", "nowhere"))

    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in gone.headers["cache-control"]
    assert asked.headers["cache-control"] == "no-cache"
    assert asked.headers["content-type"].startswith("text/javascript")
    again = resident_client.get("/static/js/shell.js", headers={"If-None-Match": asked.headers["etag"]})
    assert again.status_code == 304


def test_a_page_from_before_its_server_was_renewed_gets_files_as_they_are_but_not_for_long(resident_client):
    """Kept for a year they would be taken for what was asked: by a server that is renewed later, above all."""
    asked = resident_client.get("/static/0123456789/js/words.js")

    assert asked.content == (STATIC / "js" / "words.js").read_bytes()
    assert asked.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("takes", "packed"),
    [
        ("gzip, deflate, br", True), ("br, gzip", True), ("gzip;q=0.5", True), ("identity", False), ("gzip;q=0", False),
        ("gzip;q=0.0, br", False), ("xgzip", False), ("", False),
    ],
)  # fmt: skip
def test_texts_of_ours_come_in_few_bytes_to_whoever_can_unpack_them(resident_client, takes, packed):
    """And pages never: how long one is then would tell what stands on it."""
    known = {"Accept-Encoding": takes}
    answer = resident_client.get(static("css/layout.css"), headers=known)
    page = resident_client.get("/offline", headers=known)

    assert ("content-encoding" in answer.headers) == packed
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.content == (STATIC / "css" / "layout.css").read_bytes()
    if packed:
        assert int(answer.headers["content-length"]) < len(answer.content) / 2
    assert "content-encoding" not in page.headers


def test_a_picture_of_ours_is_sent_as_it_is(resident_client):
    picture = resident_client.get(static("icons/mark-192.png"))

    assert picture.content == (STATIC / "icons" / "mark-192.png").read_bytes()
    assert "content-encoding" not in picture.headers


def test_a_script_calls_others_by_their_place_and_a_page_names_them_all(resident_client):
    page = resident_client.get("/offline").text
    named = {
        Path(one).name for one in re.findall(r'rel="modulepreload" href="(/static/\w{10}/js/[^"]+)"', page)
    }
    scripts = [one for one in (STATIC / "js").glob("*.js") if one.name != "sw.js"]
    called = {
        one for script in scripts for one in re.findall(r'from "(.+)"', script.read_text(encoding="utf-8"))
    }

    assert called
    assert {one.removeprefix("./") for one in called} == named


def test_every_file_of_ours_can_be_had(resident_client):
    files = [path.relative_to(STATIC) for path in STATIC.rglob("*") if path.is_file()]
    assert files

    assert {resident_client.get(f"/static/{path}").status_code for path in files} == {200}
    assert resident_client.get("/static/../asgi.py").status_code == 404


def test_https_is_kept_and_cookies_stay_on_their_host(make):
    pages = SecureRouter()
    pages.get("/hello", access=Access.PUBLIC)(_hello)
    app = make([pages])
    app.state.shell.settings = app.state.shell.settings.model_copy(
        update={"resident_url": "https://residents.test"}
    )
    client = Client(app, base_url="https://residents.test")

    answer = client.get("/offline")

    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    cookies = answer.headers.get_list("set-cookie")
    assert cookies
    assert all(one.startswith("__Host-") and "; Secure" in one and "Path=/" in one for one in cookies)


def test_plain_http_promises_no_https(resident_client):
    assert "strict-transport-security" not in resident_client.get("/offline").headers


async def _hello() -> Response:
    return PlainTextResponse("hello")


def test_the_worker_script_may_rule_the_whole_site(resident_client):
    answer = resident_client.get("/sw.js")

    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/"


def test_figures_are_not_on_the_residents_port(resident_client, committee_client):
    assert resident_client.get("/metrics").status_code == 404
    assert "python_info" in committee_client.get("/metrics").text
