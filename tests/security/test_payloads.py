"""Words that would like to be more: markup, templates and formulas in every string of the world stay words.

A world is made in which every name, place, text and note carries the payload; every page and answer is drawn for those
who may read it, and whatever leaves by the command is opened again.
"""

import asyncio
import re
from html.parser import HTMLParser

import pytest

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
from tests.security.lock import locked
from tests.security.matrix import routes_of

#: A new element, a new attribute of an open one, an address that runs, and a template's own words.
PAYLOAD = "'\"><pwned onpwned=1>{{7*7}}pwn"
READERS = {
    "resident": ("own", "same community", "unbound"),
    "committee": ("secretary", "contractor", "district dispatcher", "analyst"),
}


def pytest_generate_tests(metafunc):
    """Drawing a page is no work of a database, and that both give the same to draw the matrix says: one will do."""
    if "loaded" in metafunc.fixturenames:
        asked = DATABASES if metafunc.config.getoption("--throughout") else DATABASES[:1]
        metafunc.parametrize("loaded", asked, indirect=True, scope="module")


@pytest.fixture(scope="module")
def loaded(request):
    with stage_on(request, request.param, also=PAYLOAD) as made:
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
    runs = ("href", "src", "action", "formaction")
    bad += [
        value
        for name, value in found.attributes
        if name in runs and re.match(r"\s*(javascript|data:text)", value)
    ]
    # What stands in an address is encoded: nothing ends it, nothing opens another.
    bad += [value for name, value in found.attributes if name in runs and re.search(r"[<>\"\s]", value)]
    return bad + (["a template ran"] if "49pwn" in page else [])


def drawn_for(known):
    """Each page for whom the lock lets in, and once for each other answer: a refusal holds no word of the world."""
    refused = {}
    for key, outcome in sorted(known.items()):
        if (
            key[3] in READERS[key[0]]
            and not key[2].startswith("/api/")
            and outcome[:3] in ("401", "403", "404")
        ):
            refused.setdefault((key[0], key[3], outcome[:3]), key)
    first = set(refused.values())
    return lambda key: known.get(key, "")[:3] not in ("401", "403", "404") or key in first


def test_every_page_shows_words_as_words(loaded):
    drawn, wrong, carrying = 0, [], 0
    is_worth_drawing = drawn_for(locked())

    async def draw_all():
        nonlocal drawn, carrying
        for name, matrix in loaded.matrices.items():
            for method, route in sorted(set(routes_of(matrix.app))):
                if route.startswith("/api/") or (method != "GET" and "/{case_id}/" not in route):
                    continue
                for ask in asks_of(loaded.world, name, method, route):
                    for role in READERS[name]:
                        if not is_worth_drawing((name, method, route, role, ask.relation)):
                            continue
                        page = (await matrix.ask(method, route, role, ask)).answer.body.decode(
                            "utf-8", "ignore"
                        )
                        drawn, carrying = drawn + 1, carrying + ("&lt;pwned" in page)
                        wrong.extend(f"{route} as {role}: {what}" for what in wrong_with(page))

    asyncio.run(draw_all())

    assert drawn > 300
    assert carrying > 100
    assert wrong == []


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
