"""The foot of the desk: every page a committee works on is one tap away, under a heading, for whoever may open it."""

import re

import pytest

from app_shell.routing import Access, access_of, walk
from committee_app.ways import ways_from_the_desk
from core_db.people import PersonDraft, register_person

#: Reached from another page: a form, a part of a page, or something for whoever has no post here.
FROM_THERE = {
    "/desk", "/emergency/new", "/experiences/new", "/groups/new", "/guides/new", "/inquiries/new",
    "/people/number", "/places/new", "/posters/all", "/register/sheets/template",
    "/visits/away", "/visits/new", "/visits/plans/new", "/visits/recent",
}  # fmt: skip


def hrefs(actor):
    return {href for group in ways_from_the_desk(actor) for href, _name in group.ways}


@pytest.mark.parametrize("who", ["worker", "secretary"])
def test_every_way_leads_somewhere(given, actor_client, who):
    actor = getattr(given, who)()
    client = actor_client(actor, page=True)

    assert {href: client.get(href).status_code for href in hrefs(actor)} == dict.fromkeys(hrefs(actor), 200)


def test_no_page_of_the_committee_is_without_a_way(given, committee_client):
    pages = {
        path for method, path, route in walk(committee_client.app.routes)
        if method == "GET" and access_of(route) is Access.COMMITTEE and "{" not in path and "/api/" not in path
    }  # fmt: skip

    assert len(pages) > 20
    assert pages - FROM_THERE - hrefs(given.worker()) == set()


def test_what_only_a_secretary_does_is_shown_to_secretaries(given):
    more = hrefs(given.secretary()) - hrefs(given.worker())

    assert more == {
        "/report-forms", "/looks", "/record", "/posts", "/register/rules", "/visits/intervals",
    }  # fmt: skip


def test_possible_doubles_and_visits_due_are_numbers_of_the_desk(given, actor_client):
    worker = given.worker()
    for source in ("老册", "新册"):
        draft = PersonDraft(community_id=given.community.id, name="吴奶奶", source=source)
        given.do(register_person, draft, by=worker)

    page = actor_client(worker, page=True).get("/desk").text

    figures = page.split('id="desk-work"')[1].split('class="ways')[0]
    assert re.search(r'href="/register/doubles".*?1', figures, re.DOTALL)
    assert '/visits"' not in figures
