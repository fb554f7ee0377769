"""No other site can make a browser change anything here."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from app_shell.forms import TypedForm
from app_shell.pages import Page, render
from app_shell.routing import Access, ApiRouter, SecureRouter
from tests.clients import Client
from tests.shell.conftest import BASE

EVIL = "https://evil.example"


@pytest.fixture
def app(make):
    pages, api = SecureRouter(), ApiRouter()

    async def change(typed: TypedForm) -> Response:
        return PlainTextResponse(typed.get("word", ""))

    async def change_by_program() -> Response:
        return PlainTextResponse("changed")

    pages.post("/changes", access=Access.PUBLIC)(change)
    api.post("/changes", access=Access.PUBLIC)(change_by_program)
    return make([pages], [api])


@pytest.fixture
def client(app) -> TestClient:
    return Client(app, base_url=BASE, follow_redirects=False)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": BASE}, 200),
        ({"Origin": BASE, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": EVIL}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": BASE + ".evil.example"}, 403),
        ({"Origin": BASE + "@evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": EVIL, "Sec-Fetch-Site": "same-origin"}, 403),
        ({}, 403),
    ],
    ids=str,
)
def test_a_form_comes_from_our_own_page(client, headers, status):
    answer = client.post("/changes", data={"word": "hello"}, headers=headers)

    assert answer.status_code == status
    assert (answer.text == "hello") is (status == 200)


def test_a_browser_that_says_nothing_repeats_the_word_of_its_cookie(client):
    client.cookies.set("shequyun_csrf", "a-word")

    right = client.post("/changes", data={"word": "hello", "csrf_token": "a-word"})
    by_script = client.post("/changes", data={"word": "hello"}, headers={"X-CSRF-Token": "a-word"})
    wrong = client.post("/changes", data={"word": "hello", "csrf_token": "another"})
    none = client.post("/changes", data={"word": "hello"})

    assert [one.status_code for one in (right, by_script, wrong, none)] == [200, 200, 403, 403]
    assert right.text == by_script.text == "hello"


def test_an_empty_word_is_no_word(client):
    client.cookies.set("shequyun_csrf", "")

    assert client.post("/changes", data={"csrf_token": ""}).status_code == 403


def test_the_page_holds_the_word_its_cookie_holds(make):
    pages = SecureRouter()
    pages.get("/form", access=Access.PUBLIC)(_show_form)
    client = Client(make([pages]), base_url=BASE)

    shown = client.get("/form")

    word = client.cookies["shequyun_csrf"]
    assert len(word) >= 16
    assert f'name="csrf_token" value="{word}"' in shown.text
    assert "set-cookie" not in client.get("/form").headers


class FormPage(Page, template="offline.html"):
    """Any page: its frame has forms."""


async def _show_form(request: Request) -> Response:
    return render(request, FormPage())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer x", "Origin": EVIL}, 200),
        ({"Cookie": "shequyun_resident=x", "Origin": EVIL}, 403),
        ({"Cookie": "shequyun_resident=x", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Cookie": "shequyun_resident=x", "Origin": BASE}, 200),
        ({"Cookie": "shequyun_resident=x"}, 200),
        ({"Cookie": "shequyun_resident=x", "Content-Type": "text/plain"}, 403),
        ({"Cookie": "shequyun_resident=x", "Content-Type": "application/x-www-form-urlencoded; a=b"}, 403),
        ({"Cookie": "shequyun_resident=x", "Content-Type": "text/plain", "Origin": BASE}, 200),
        ({"Authorization": "Bearer x", "Content-Type": "text/plain"}, 200),
    ],
    ids=str,
)
def test_the_api_takes_a_bearer_from_anywhere_and_a_cookie_from_here(client, headers, status):
    assert client.post("/api/v1/changes", headers=headers).status_code == status
