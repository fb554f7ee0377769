"""A page is a dataclass; its frame knows the visitor; what is said after a change is said once."""

import dataclasses

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request
from starlette.responses import Response

from app_shell import words
from app_shell.compiling import COMPILED
from app_shell.context import LANGUAGES
from app_shell.pages import (
    Page,
    Pages,
    icon,
    local_path,
    redirect,
    render,
    render_partial,
    wants_fragment,
)
from app_shell.routing import Access, SecureRouter
from core_db.foundation.ids import new_id
from tests.beside import stand_beside
from tests.shell.conftest import BASE, PAGE


class NotePage(Page, template="note.html"):
    """What somebody wrote."""

    words: str


class ForgetfulPage(Page, template="note.html"):
    """Does not promise what its template asks for."""


@pytest.fixture
def client(knock, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "note.html").write_text("<p id='note'>{{ page.words }}</p>{{ shell.flash }}")
    (tmp_path / "templates" / "_note.html").write_text("<p>{{ words }} {{ lang }} {{ shell.app }}</p>")
    pages = SecureRouter()

    @pages.get("/note", access=Access.PUBLIC)
    async def note(request: Request) -> Response:
        return render(request, NotePage(words="<b>"))

    @pages.get("/forgetful", access=Access.PUBLIC)
    async def forgetful(request: Request) -> Response:
        return render(request, ForgetfulPage())

    @pages.get("/part", access=Access.PUBLIC)
    async def part(request: Request) -> Response:
        return render_partial(request, "_note.html", words=wants_fragment(request))

    @pages.post("/note", access=Access.PUBLIC)
    async def change(request: Request) -> Response:
        return redirect(request, "/note", flash="已保存：<好>")

    client = knock([pages], templates=tmp_path)
    client.headers["Origin"] = BASE
    return client


def test_the_fields_of_a_page_are_what_its_template_sees(client):
    assert "<p id='note'>&lt;b&gt;</p>" in client.get("/note").text


def test_a_page_cannot_be_changed_or_filled_by_position():
    page = NotePage(words="x")

    with pytest.raises(dataclasses.FrozenInstanceError):
        page.words = "y"
    with pytest.raises(TypeError):
        NotePage("x")


def test_a_template_cannot_ask_for_what_nobody_promised(client, caplog):
    assert client.get("/forgetful").status_code == 500
    assert UndefinedError.__name__ in caplog.text


def test_a_partial_is_answered_alone(client):
    assert client.get("/part", headers={"X-Fragment": "case-7"}).text == "<p>case-7 zh resident</p>"


def test_what_is_said_after_a_change_is_said_once(client):
    answer = client.post("/note")
    assert (answer.status_code, answer.headers["location"]) == (303, "/note")

    assert "已保存：&lt;好&gt;" in client.get("/note").text
    assert "已保存" not in client.get("/note").text


def test_a_fragment_leaves_the_sentence_for_the_page(client):
    client.post("/note")

    assert "已保存" not in client.get("/note", headers={"X-Fragment": "note"}).text
    assert "已保存" in client.get("/note").text


def test_a_forged_sentence_is_not_said(client):
    client.cookies.set("shequyun_flash_resident", "!!!")

    assert client.get("/note").status_code == 200


@pytest.mark.parametrize(
    ("to", "leads_to"),
    [
        ("/cases/1?after=2#x", "/cases/1?after=2#x"),
        ("https://evil.example", "/"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("cases", "/"),
        ("", "/"),
    ],
)
def test_a_page_leads_only_to_our_own(to, leads_to):
    assert local_path(to) == leads_to


def test_a_template_is_compiled_once_in_a_language_and_anew_when_it_was_edited(tmp_path, clock):
    (tmp_path / "said.html").write_text('{{ lang }} {{ _("提交") }}')
    kept = len(COMPILED)
    apps = [Pages([tmp_path], clock=clock) for _app in range(2)]

    said = [pages.html("said.html", lang) for pages in apps for lang in ("zh", "en")]

    assert len(COMPILED) == kept + 2
    assert said[0] == "zh 提交"
    assert said[1].startswith("en ")
    assert said[2:] == said[:2]
    (tmp_path / "said.html").write_text("edited")
    assert Pages([tmp_path], clock=clock).html("said.html", "en") == "edited"


def test_what_varies_is_asked_when_a_page_is_shown_and_the_rest_when_its_template_is_compiled(clock):
    environment = Pages([], clock=clock).environment("zh")
    alike = '{{ _("社区云 <1>") }}{{ icon("house") }}'
    varying = "{% set word = given %}{{ _(word) }}{{ icon(word) }}"

    assert "社区云 &lt;1&gt;<svg" in environment.compile(alike, raw=True)
    assert environment.from_string(alike).render() == f"社区云 &lt;1&gt;{icon('house')}"
    assert environment.from_string(varying).render(given="house") == f"house{icon('house')}"


def test_words_that_come_later_are_said_by_templates_compiled_before(tmp_path, clock, monkeypatch):
    (tmp_path / "said.html").write_text('{{ _("从来没有的一句话") }}')
    assert Pages([tmp_path], clock=clock).html("said.html", "en") == "从来没有的一句话"

    monkeypatch.setitem(words._ENGLISH, "从来没有的一句话", "A sentence that never was")

    assert Pages([tmp_path], clock=clock).html("said.html", "en") == "A sentence that never was"


def test_an_icon_is_silent():
    drawn = icon("house")

    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert 'class="icon"' in drawn


# -- the frame, at the real apps --------------------------------------------------------------------


def test_the_frame_names_the_neighbourhood_and_its_telephone(given, actor_client):
    shown = actor_client(given.resident(), page=True).get("/offline").text

    assert '牡丹一村</span> <span class="brand-app">· 社区云' in shown
    assert "tel:021-56000001" in shown


def test_every_icon_for_a_home_screen_is_there_and_one_may_be_cut_round(resident_client):
    said = resident_client.get("/manifest.webmanifest").json()

    assert {resident_client.get(icon["src"]).status_code for icon in said["icons"]} == {200}
    assert [icon["sizes"] for icon in said["icons"] if icon.get("purpose") == "maskable"] == ["512x512"]
    assert (said["id"], said["lang"]) == ("/", "zh-CN")


def test_the_frame_of_a_stranger_names_none(resident_client):
    shown = resident_client.get("/offline", headers=PAGE).text

    assert "牡丹一村" not in shown
    assert "data-live-position" not in shown
    assert 'data-owner=""' in shown


def test_drafts_are_kept_for_one_account_alone(given, actor_client):
    def owner(actor):
        shown = actor_client(actor, page=True).get("/offline").text
        return shown.split('data-owner="')[1].split('"')[0]

    me, neighbour = given.resident(), given.neighbour()

    assert len(owner(me)) == 16
    assert owner(me) == owner(me) != owner(neighbour)
    assert me.id not in owner(me)


def test_a_page_is_live_from_before_its_reads(given, actor_client):
    resident = given.resident()
    given.a_case(by=resident)

    shown = actor_client(resident, page=True).get("/offline").text

    position = int(shown.split('data-live-position="')[1].split('"')[0])
    assert position >= 1


def test_a_signed_in_visitor_keeps_his_frame_on_a_page_that_is_not_there(given, actor_client):
    shown = actor_client(given.resident(), page=True).get(f"/cases/{new_id()}/nothing")

    assert shown.status_code == 404
    assert "牡丹一村" in shown.text


def test_what_may_be_drawn_soon_is_compiled_with_all_it_names_in_every_language(tmp_path, clock):
    (tmp_path / "card.html").write_text("{% macro card() %}a card{% endmacro %}")
    (tmp_path / "frame.html").write_text("{% block main %}{% endblock %}")
    (tmp_path / "shown.html").write_text(
        '{% extends "frame.html" %}{% from "card.html" import card %}{% block main %}{{ card() }}{% endblock %}'
    )
    pages = Pages([tmp_path], clock=clock)

    pages.have_ready(["shown.html"])

    for lang in LANGUAGES:
        kept = pages.environment(lang).cache
        assert kept is not None
        assert {name for _, name in kept} == {"shown.html", "frame.html", "card.html"}
    # Nothing is read any more: it is drawn from what is kept.
    for one in tmp_path.iterdir():
        one.unlink()
    assert pages.html("shown.html", "en") == "a card"


@pytest.mark.alone("it lays the same plugin out itself")
def test_what_plugins_show_is_ready_before_an_app_serves_that_has_one(given, door, clock, actor_client):
    stand_beside(door, clock)
    pages = actor_client(given.resident()).app.state.shell.pages

    names = {name for _, name in pages.environment("zh").cache}

    assert {"plugins/slot.html", "plugins/cells.html", "plugins/page.html", "components/blocks.html"} <= names
