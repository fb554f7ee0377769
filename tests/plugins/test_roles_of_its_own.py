"""Roles within a plugin's own pages: said in plugin.toml, asked for by `access=`, and refused to whoever has none."""

import pytest

from plugins.sdk.performing import handlers_of
from plugins.testkit.x import X
from tests.plugins.test_registering import imported
from tests.plugins.test_the_manifest import HELLO, faults_of, line_of, written

__all__ = ["imported", "written"]

ROLE = """
[[contributes.roles]]
id = "recorder"
name = { zh = "记录员", en = "Recorder" }
grants = ["/records", "/records/{id}", "committee.home.cards", "committee.case.list.columns"]
"""
NAV = """
[[contributes.nav]]
app = "committee"
path = "/records"
label = { zh = "记录", en = "Records" }
access = "recorder"
"""
PAGES = """
from plugins.sdk import Ctx

pages = plugin.router("committee")


@pages.get("/open")
async def open_to_all(ctx: Ctx) -> ui.Page:
    return ui.Page(title=",".join(sorted(ctx.roles)) or "none", body=[])


@pages.get("/records", access="recorder")
async def records(ctx: Ctx) -> ui.Page:
    return ui.Page(title="records", body=[])


@pages.post("/records/{id}", access="recorder")
async def entered(ctx: Ctx, id: int) -> ui.Go:
    return ui.Go(to="/records")


@plugin.slot("committee.home.cards", access="recorder")
async def card(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title="records")


@plugin.column("committee.case.list.columns", access="recorder")
async def column(ctx: Context, subjects: list[str]) -> dict[str, ui.Cell]:
    return {one: ui.Cell(text="1") for one in subjects}


@plugin.on_enable
async def begin(ctx: Context) -> None:
    assert ctx.roles == frozenset()
"""


@pytest.fixture(params=["inprocess", "worker"])
def plugins_run(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def plugin(imported):
    return imported(PAGES, HELLO + ROLE + NAV)


async def test_a_page_opens_to_whoever_holds_its_role_and_is_a_403_to_everybody_else(x: X, plugin) -> None:
    x.load(plugin)
    x.staff("小张", id="worker")
    x.staff("小李", id="recorder", roles=["recorder"])
    base, lacks, holds = (
        "/x/hello-x",
        x.client("committee", as_="worker"),
        x.client("committee", as_="recorder"),
    )

    assert (await lacks.get(f"{base}/records")).status_code == 403
    # Asked before what was sent is looked at: a stranger does not learn what it takes.
    assert (await lacks.post(f"{base}/records/no-number")).status_code == 403
    assert (await holds.get(f"{base}/records")).status_code == 200
    assert (await holds.post(f"{base}/records/no-number")).status_code == 422
    assert (await holds.post(f"{base}/records/1")).goes_to == "/records"
    assert (await lacks.get(f"{base}/open")).blocks["title"] == "none"
    assert (await holds.get(f"{base}/open")).blocks["title"] == "recorder"


async def test_a_slot_shows_nothing_to_whoever_lacks_its_role(x: X, plugin) -> None:
    x.load(plugin)
    x.staff("小张", id="worker")
    x.staff("小李", id="recorder", roles=["recorder"])

    assert await x.slot("committee.home.cards", as_="worker") == []
    assert len(await x.slot("committee.home.cards", as_="recorder")) == 1
    assert await x.column("committee.case.list.columns", ["c"], as_="worker") == {}
    assert set(await x.column("committee.case.list.columns", ["c"], as_="recorder")) == {"c"}


async def test_nobody_holds_a_role_where_the_plugin_acts_alone(x: X, plugin) -> None:
    x.load(plugin)
    x.staff("小李", roles=["recorder"])

    await x.lifecycle("enable")


async def test_a_test_that_gives_a_role_nobody_names_is_told_so(x: X, plugin) -> None:
    x.load(plugin)
    x.staff("小李", id="recorder", roles=["recoder"])

    with pytest.raises(TypeError, match="names a role recoder"):
        await x.client("committee", as_="recorder").get("/x/hello-x/open")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('get("/records", access="recorder")', 'get("/records", access="recoder")',
         "records: plugin.toml names no role 'recoder'; did you mean 'recorder'?"),
        ('"committee.home.cards", access="recorder"', '"committee.home.cards", access="nobody"',
         "card: plugin.toml names no role 'nobody'"),
        ('get("/open")', 'get("/open", access="recorder")', "open_to_all: say '/open' in grants"),
        ('router("committee")', 'router("resident")', "names no role 'recorder'"),
    ],
)  # fmt: skip
def test_a_role_that_plugin_toml_does_not_give_it_is_a_mistake_with_the_functions_name(
    imported, before, after, said
):
    assert before in PAGES
    with pytest.raises(TypeError) as mistake:
        imported(PAGES.replace(before, after), HELLO + ROLE + NAV)
    assert said in str(mistake.value)


def test_a_role_that_grants_what_nothing_asks_it_for_is_a_mistake(imported):
    plugin = imported(
        PAGES.replace(', access="recorder")\nasync def records', ")\nasync def records"), HELLO + ROLE
    )

    assert [one for one in handlers_of(plugin)["disagrees"] if "role" in one] == [
        "role 'recorder' grants /records: nothing there says access='recorder'"
    ]


@pytest.mark.parametrize(
    ("wrong", "at", "said"),
    [
        (
            ROLE + NAV.replace('access = "recorder"', 'access = "recoder"'),
            "access =",
            "did you mean 'recorder'?",
        ),
        (NAV, "access =", "there is no role 'recorder'"),
        (ROLE + NAV.replace('"committee"', '"resident"'), "[[contributes.nav]]", "takes no access"),
        (ROLE.replace('"/records"', '"case:read"'), "grants", "no 'case:read'"),
        (ROLE.replace('"committee.home.cards"', '"resident.home.cards"'), "grants", "is shown to residents"),
        (ROLE.partition("grants")[0], "[[contributes.roles]]", "Field required"),
        (ROLE + ROLE, "[[contributes.roles]]", "recorder: said more than once"),
    ],
)
def test_what_cannot_be_is_a_fault_with_its_line(written, wrong, at, said):
    text = HELLO + wrong

    ((line, sentence),) = faults_of(written(text))

    assert line == line_of(text, at)
    assert said in sentence
