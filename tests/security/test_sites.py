"""No page of another site changes anything, at any address of either app."""

import asyncio
from collections import defaultdict
from dataclasses import replace

import pytest

from tests.rehearsal import COUNTERS
from tests.security.asks import request_for
from tests.security.knocking import Asked, knock
from tests.security.matrix import credentials

#: Where a request came from, and whether an address knows its method, is decided before a database is asked.
pytestmark = pytest.mark.either

EVIL = "https://evil.example"
#: Somebody to whom most routes of the app are open.
WHO = {"resident": "own", "committee": "secretary"}


def changing(stage):
    """One cell of each changing route, as somebody signed in asks it."""
    found = {}
    for cell in stage.cells:
        if cell.method not in ("GET", "HEAD", "OPTIONS") and cell.role == WHO[cell.app]:
            found.setdefault((cell.app, cell.method, cell.route), cell)
    assert len(found) > 60
    return found.values()


def answers(stage, change):
    """What each changing route says when its request is changed in this way, and whether anything was written."""

    # The cells are asked for first: to make them takes a loop of its own.
    cells = changing(stage)

    async def all_of():
        said = {}
        for cell in cells:
            app = stage.apps[cell.app]
            asked = request_for(
                stage.world, cell.method, cell.ask, headers=credentials(stage.world, app, cell.role)
            )
            stage.door.begin()
            answer = await knock(app, change(asked))
            said[cell.app, cell.method, cell.route] = (answer.status, stage.door.rehearsal.written - COUNTERS)
        return said

    return asyncio.run(all_of())


def without(asked, *names):
    return replace(asked, headers=tuple(pair for pair in asked.headers if pair[0] not in names))


def with_header(asked, name, value):
    asked = without(asked, name)
    return replace(asked, headers=(*asked.headers, (name, value)))


def test_a_form_of_another_site_is_refused_everywhere(stage):
    for name, value in (("origin", EVIL), ("origin", "null"), ("sec-fetch-site", "cross-site")):
        said = answers(stage, lambda asked, n=name, v=value: with_header(without(asked, "origin"), n, v))

        assert {key: got for key, got in said.items() if got != (403, set())} == {}


def test_plain_text_with_a_cookie_changes_nothing_anywhere(stage):
    said = answers(stage, lambda asked: with_header(without(asked, "origin"), "content-type", "text/plain"))

    assert {key: got for key, got in said.items() if got != (403, set())} == {}


def test_a_browser_that_says_nothing_has_to_repeat_the_word_on_every_page(stage):
    said = answers(stage, lambda asked: without(asked, "origin"))
    pages = {key: got for key, got in said.items() if not key[2].startswith("/api/")}

    assert len(pages) > 25
    assert {key: got for key, got in pages.items() if got != (403, set())} == {}


def test_our_own_page_may(stage):
    """The control: nothing but where it came from was in the way."""
    said = answers(stage, lambda asked: asked)

    assert sum(status < 400 for status, _written in said.values()) > 25


def test_a_method_that_is_not_declared_is_answered_by_nobody(stage):
    """HEAD, OPTIONS and the others: no second door beside the one that was looked at."""
    every = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
    declared, one_of_each = defaultdict(set), {}
    for cell in stage.cells:
        declared[cell.app, cell.ask.path].add(cell.method)
        one_of_each.setdefault((cell.app, cell.route), cell.ask.path)

    async def undeclared():
        for name, path in {(app, path) for (app, _route), path in one_of_each.items()}:
            for method in sorted(every - declared[name, path]):
                app = stage.apps[name]
                asked = Asked(method=method, path=path, headers=credentials(stage.world, app, WHO[name]))
                yield name, method, path, (await knock(app, asked)).status

    async def answered():
        return [one async for one in undeclared()]

    said = asyncio.run(answered())

    assert len(said) > 1000
    assert [one for one in said if one[-1] not in (404, 405)] == []
