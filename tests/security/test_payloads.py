"""Words that would like to be more: markup, templates and formulas in every string of the world stay words.

A world is made in which every name, place, text and note carries the payload; every page and answer is drawn for those
who may read it, and whatever leaves by the command is opened again.
"""

import asyncio
import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlencode

import openpyxl
import pytest

from app_shell.routing import walk
from core_db.sheets import rows_of, write_rows
from core_db.upkeep import (
    CASE_HEADINGS,
    PEOPLE_HEADINGS,
    PLACE_HEADINGS,
    case_rows,
    people_rows,
    place_rows,
)
from tests.security.asks import asks_of
from tests.security.conftest import DATABASES, stage_on
from tests.security.exports import ways_out
from tests.security.lock import locked
from tests.security.matrix import BESIDES, ROLES, routes_of
from tests.security.places import AS_IT_IS
from tests.security.queries import queries_of

#: A new element, a new attribute of an open one, an address that runs, and a template's own words.
PAYLOAD = "'\"><pwned onpwned=1>{{7*7}}pwn"
#: As it stands in a page. What is handed out as a table begins each word with a sum.
CARRIED, SUM = "&lt;pwned", "=1+1"
#: What finds something, by the parameter in which it is typed.
LOOKED_FOR = (("q", "CN1R01"), ("q", "CN1R00"), ("text", "楼道灯坏了"))
READERS = {
    "resident": ("own", "same community", "unbound", "building lead"),
    "committee": (
        "secretary", "contractor", "district dispatcher", "analyst", "system administrator",
        "security administrator", "auditor",
    ),
}  # fmt: skip
REFUSALS, BODILESS = ("401", "403", "404"), (204, 302, 303, 304)


def pytest_generate_tests(metafunc):
    """Drawing a page is no work of a database, and that both give the same to draw the matrix says: one will do."""
    if "loaded" in metafunc.fixturenames:
        asked = DATABASES if metafunc.config.getoption("--throughout") else DATABASES[:1]
        metafunc.parametrize("loaded", asked, indirect=True, scope="module")


@pytest.fixture(scope="module")
def loaded(request):
    with stage_on(request, request.param, says=f"{SUM}{AS_IT_IS}{PAYLOAD}") as made:
        yield made


class Elements(HTMLParser):
    """Everything in a page that is more than words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def wrong_with(page: str) -> list[str]:
    found = Elements(page)
    bad = [f"<{tag}>" for tag in found.tags if "pwned" in tag]
    bad += [name for name, _value in found.attributes if name.startswith("on") or "pwned" in name]
    runs = ("href", "src", "action", "formaction", "data-live-src", "data-take-along", "data-slot-src")
    bad += [
        value
        for name, value in found.attributes
        if name in runs and re.match(r"\s*(javascript|data:text)", value)
    ]
    # What stands in an address is encoded: nothing ends it, nothing opens another.
    bad += [value for name, value in found.attributes if name in runs and re.search(r"[<>\"\s]", value)]
    return bad + (["a template ran"] if "49pwn" in page else [])


def page_of(answer):
    """What a browser would draw; all else it is told to take for what it is."""
    is_page = answer.header("content-type").startswith("text/html")
    assert is_page or answer.status in BODILESS or answer.header("x-content-type-options") == "nosniff"
    return answer.body.decode() if is_page else ""


def drawn_for(known):
    """Each page for the readers whom the lock lets in, or else for the first whom it does.

    A refusal holds no word of the world: each is drawn once for a reader.
    """
    refused, shown = {}, {}
    for key, outcome in sorted(known.items()):
        # Who is sent on meets a page that is drawn by itself.
        if key[2].startswith("/api/") or outcome.startswith("303"):
            continue
        if outcome[:3] not in REFUSALS:
            shown.setdefault(key[:3], []).append(key)
        elif key[3] in READERS[key[0]]:
            refused.setdefault((key[0], key[3], outcome[:3]), key)
    chosen = set(refused.values())
    for keys in shown.values():
        chosen |= {key for key in keys if key[3] in READERS[key[0]]} or {keys[0]}
    return chosen


async def draw(loaded, chosen):
    """The cells that are chosen, one after the other; where something is looked for, once more with what is found."""
    for name, matrix in loaded.matrices.items():
        asked = {(method, route, one) for _app, method, route, one in queries_of(name, matrix.app)}
        for method, route in sorted(set(routes_of(matrix.app))):
            for ask in asks_of(loaded.world, name, method, route):
                for role in (*ROLES[name], *BESIDES[name]):
                    if (name, method, route, role, ask.relation) in chosen:
                        yield await matrix.ask(method, route, role, ask)
                        for one, words in LOOKED_FOR:
                            if (method, route, one) in asked:
                                sought = replace(ask, query=urlencode({one: words}))
                                yield await matrix.ask(method, route, role, sought)


def test_every_page_shows_words_as_words(loaded):
    carrying, bare, wrong = 0, set(), []

    async def draw_all():
        nonlocal carrying
        async for cell in draw(loaded, drawn_for(locked())):
            page = page_of(cell.answer)
            # What stands around each page, the name of whoever reads it among it, is no word of the page.
            carries = CARRIED in page.partition("<main")[2].lower()
            carrying += carries
            if cell.answer.status == 200 and page:
                (shown if carries else bare).add((cell.app, cell.route))
            wrong.extend(f"{cell.route} as {cell.role}: {what}" for what in wrong_with(page))

    shown = set()
    asyncio.run(draw_all())

    assert wrong == []
    assert carrying > 300
    assert bare - shown == NOBODYS_WORD | NOTHING_THERE


def one_for_each(known):
    """Of each changing route, and of each that reads words from its address, who is let in first."""
    chosen = {}
    for key, outcome in sorted(known.items()):
        if not key[2].startswith("/api/") and outcome[:3] not in REFUSALS:
            chosen.setdefault(key[:3], key)
    return chosen


#: Pages with nothing in them that somebody called something or wrote: what is the same for everybody, empty forms, and
#: what is one's own and no word.
NOBODYS_WORD = {
    (app, route)
    for app, routes in {
        "resident": (
            "/docs", "/feedback", "/me/confirm", "/me/confirm/code", "/me/data", "/me/data/erasure",
            "/me/data/erasure/code", "/me/devices", "/offline", "/privacy", "/problems/{code}", "/sign-in",
            "/sign-in/code",
        ),
        "committee": (
            "/docs", "/feedback", "/inquiries/new", "/me/confirm", "/me/devices", "/me/passkeys", "/me/password",
            "/offline", "/people/number", "/problems/{code}", "/experiences/new", "/operation", "/record",
            "/sign-in",
        ),
    }.items()
    for route in routes
}  # fmt: skip
#: And those on which nothing stands in this world: no visit and no tag is due, no plugin has written to the staff, and
#: no question is answered yet.
NOTHING_THERE = {
    ("committee", one) for one in ("/visits", "/tags/review", "/me/messages", "/inquiries/{inquiry_id}/print")
}
#: What can be opened, and what of it holds no word of the world.
OPENED = {
    ("committee", "/ledgers/{fill_id}/sheet"), ("committee", "/api/v1/ledgers/{fill_id}/sheet"),
    ("committee", "/plugins/{plugin_id}/reports/{report_id}/file"),
    ("committee", "/register/sheets/{sheet_id}/returning"),
    ("committee", "/api/v1/register/sheets/{sheet_id}/returning"),
    ("committee", "/exports/{export_id}"), ("committee", "/api/v1/exports/{export_id}/file"),
}  # fmt: skip
EMPTY_TABLES = set()


def test_what_is_typed_comes_back_as_words(loaded):
    """Whether it is taken or refused: in each parameter of an address, and in all words of a form."""
    first, typed, carrying, wrong = one_for_each(locked()), 0, 0, []

    async def type_all():
        nonlocal typed, carrying
        for name, matrix in loaded.matrices.items():
            read = {}
            for _app, method, route, parameter in queries_of(name, matrix.app):
                read.setdefault((name, method, route), []).append(parameter)
            for key in sorted(set(first) & {(name, *one) for one in routes_of(matrix.app)}):
                role, relation = first[key][3:]
                (ask,) = [one for one in asks_of(loaded.world, *key) if one.relation == relation][:1]
                for other in typed_into(ask, read.get(key, ())):
                    answer = (await matrix.ask(*key[1:], role, other)).answer
                    page = page_of(answer)
                    typed, carrying = typed + 1, carrying + (CARRIED in page)
                    found = wrong_with(page) + re.findall(r"[<>\"\s]", answer.header("location"))
                    wrong.extend(f"{key} as {role}: {what}" for what in found)

    asyncio.run(type_all())

    assert wrong == []
    assert typed > 200
    assert carrying > 100


def typed_into(ask, parameters):
    """The ask with the payload in each parameter of its address, and in every word of its form at once."""
    for one in parameters:
        yield replace(ask, query=urlencode({one: PAYLOAD}))
    if isinstance(ask.words, dict) and ask.words:
        yield replace(
            ask,
            words={name: PAYLOAD if isinstance(value, str) else value for name, value in ask.words.items()},
        )


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{PAYLOAD}</p>",
        f'<input value="{PAYLOAD}">',
        "<b onpwned=1>",
        '<a href=" javascript:go()">',
        "<p>49pwn</p>",
        '<a href="/cases?q=two words">',
    ],
)
def test_the_look_would_notice(page):
    assert wrong_with(page)


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("https://evil.example")')


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_cell_of_a_table_comes_alive(given, tmp_path, ending):
    for formula in FORMULAS:
        given.a_case(text=formula, place_note=formula)
        given.resident(of=given.other_home, name=formula)
    file = tmp_path / f"cases.{ending}"

    given.see(
        lambda s, **who: write_rows(file, CASE_HEADINGS, case_rows(s, given.community.id, **who)),
        by=given.system(),
    )
    people = tmp_path / f"people.{ending}"
    given.see(
        lambda s, **who: write_rows(people, PEOPLE_HEADINGS, people_rows(s, given.community.id, **who)),
        by=given.system(),
    )

    for made in (file, people):
        raw = made.read_bytes()
        cells = [str(cell) for row in rows_of(made) for cell in row.cells.values()]
        assert sum(formula.strip() in " ".join(cells) for formula in FORMULAS) >= len(FORMULAS) - 1
        if ending == "csv":
            assert [one for one in cells if one[:1] in ("=", "+", "-", "@", "\t", "\r", "＝")] == []
        else:
            import io
            import zipfile

            with zipfile.ZipFile(io.BytesIO(raw)) as sheet:
                inside = b"".join(sheet.read(name) for name in sheet.namelist() if "sheet" in name)
            assert b"<f>" not in inside
            assert b"<f " not in inside


def test_no_cell_of_a_table_that_an_app_hands_out_comes_alive(loaded):
    """Each way out of both apps that the world has something for, opened again."""
    alive, summing, opened = [], set(), set()
    handing = {one.where for one in ways_out()}
    chosen = set(those_of_files(loaded, handing, locked()))

    async def open_all():
        async for cell in draw(loaded, chosen):
            if not cell.answer.header("content-disposition").startswith("attachment"):
                continue
            said = cells_of(cell.answer)
            opened.add((cell.app, cell.route))
            summing.update((cell.app, cell.route) for words, _is_alive in said if SUM in words)
            alive.extend((cell.route, words) for words, is_alive in said if is_alive)

    asyncio.run(open_all())

    assert alive == []
    assert opened == OPENED
    assert summing == OPENED - EMPTY_TABLES


def those_of_files(loaded, handing, known):
    """Of each route that hands out a file, everybody who is let in."""
    for name, app in loaded.apps.items():
        for method, route, found in walk(app.routes):
            endpoint = getattr(found, "endpoint", None)
            if f"{getattr(endpoint, '__module__', '')}.{getattr(endpoint, '__name__', '')}" in handing:
                yield from (
                    key
                    for key, outcome in known.items()
                    if key[:3] == (name, method, route) and outcome[:3] not in REFUSALS
                )


def cells_of(answer):
    """What each cell says, and whether a program would work it out."""
    if not answer.body.startswith(b"PK"):
        rows = csv.reader(io.StringIO(answer.body.decode("utf-8-sig")))
        return [(cell, cell.startswith(("=", "+", "-", "@", "\t", "\r"))) for row in rows for cell in row]
    sheets = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return [(str(cell.value), cell.data_type == "f" or cell.hyperlink is not None) for cell in cells]


def test_a_table_that_leaves_holds_no_number_and_no_complainant(stage, tmp_path):
    world, found = stage.world, {}
    here = world.ground.around[1].community.id
    for name, headings, rows in (
        ("people", PEOPLE_HEADINGS, people_rows),
        ("cases", CASE_HEADINGS, case_rows),
        ("places", PLACE_HEADINGS, place_rows),
    ):
        file = tmp_path / f"{name}.csv"
        world.given.see(
            lambda s, f=file, h=headings, r=rows, **who: write_rows(f, h, r(s, here, **who)),
            by=world.given.system(),
        )
        found[name] = world.canaries.found_in(file.read_bytes())

    wanted = {
        "people": r"CN1R\d\dF(name|door)|CN1R00Fplace",
        "cases": r"CN1R\d\dF(private|public)|CN[01]R00F(place|org|door)",
        "places": r"CN1R00F(place|door)",
    }
    for name, canaries in found.items():
        assert canaries
        assert [one for one in canaries if not re.fullmatch(wanted[name], one)] == [], name
