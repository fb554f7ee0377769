"""What a plugin registers is looked at while it is imported: a mistake is told there, with the function's name."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.plugins.test_the_manifest import HELLO

HEAD = "from plugins.sdk import Context, Document, Field, Plugin, Settings, events, ui\n\nplugin = Plugin(__name__)\n\n"
GOOD = """
@plugin.settings
class Config(Settings):
    greeting: str = Field("欢迎回家", title="问候语", max_length=40)


@plugin.document
class Greeted(Document):
    resident: str = Field(json_schema_extra={"subject": True, "index": True})


@plugin.on(events.PersonRegistered)
async def greet(ctx: Context, event: events.PersonRegistered) -> None: ...


@plugin.job(cron="0 8 * * *")
async def tidy(ctx: Context) -> None: ...


@plugin.slot("resident.home.cards")
async def card(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title="你好", body=(ui.Text(text="Hello, X!"),))


@plugin.column("committee.case.list.columns")
async def column(ctx: Context, subjects: list[str]) -> dict[str, ui.Cell]:
    return {one: ui.Cell(text="好") for one in subjects}


@plugin.on_subject_erase
async def forget(ctx: Context, resident: str) -> object:
    return await ctx.store(Greeted).delete(resident=resident)
"""


@pytest.fixture
def imported(tmp_path: Path, monkeypatch, request):
    """`imported(code)`: the plugin made of the usual head and this code."""
    name = f"tried_{abs(hash(request.node.nodeid))}"

    def import_it(code: str, manifest: str = HELLO):
        folder = tmp_path / name
        folder.mkdir()
        folder.joinpath("plugin.toml").write_text(manifest, encoding="utf-8")
        folder.joinpath("__init__.py").write_text(HEAD + code, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        return import_module(name).plugin

    yield import_it
    sys.modules.pop(name, None)


def test_everything_a_plugin_says_is_known_of_it(imported):
    plugin = imported(GOOD)

    assert plugin.id == "hello-x"
    assert [hook.name for hook in plugin.listeners] == ["greet"]
    assert [(hook.about, hook.seconds) for hook in plugin.slots] == [
        ("resident.home.cards", 0.3), ("committee.case.list.columns", 0.3),
    ]  # fmt: skip
    assert [hook.about for hook in plugin.jobs] == ["0 8 * * *"]
    assert plugin.settings_model().greeting == "欢迎回家"
    (kept,) = plugin.documents
    assert (kept.subject_field(), kept.indexed_fields()) == ("resident", ("resident",))
    assert plugin.subject_erase.__name__ == "forget"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("@plugin.on(events.CaseClosed)\ndef late(ctx, event: events.CaseClosed): ...", "late: write async def"),
        (
            "@plugin.on(events.CaseClosed)\nasync def late(ctx, event: events.CaseSubmitted): ...",
            "late: event is said to be .*CaseSubmitted.*, and will be CaseClosed",
        ),
        ("@plugin.on(events.CaseClosed)\nasync def late(ctx, event): ...", "late: event is said to be None"),
        (
            "@plugin.on(events.CaseClosed)\nasync def late(ctx: Context): ...",
            "late takes 1 parameters and will be given 2",
        ),
        ("@plugin.on()\nasync def late(ctx, event): ...", "say which facts"),
        (
            "@plugin.on(events.CaseClosed, timeout=600)\nasync def late(ctx, event: events.CaseClosed): ...",
            "late: 600 s is not between 0 and 60 s",
        ),
        (
            "@plugin.on(events.CaseClosed)\nasync def late(ctx, event: events.CaseClosed) -> None: ...",
            "late: CaseClosed is heard with case:read: ask for it in plugin.toml",
        ),
        (
            "@plugin.on(events.SignInRenewed)\nasync def late(ctx, event: events.SignInRenewed) -> None: ...",
            "late: no plugin hears of SignInRenewed",
        ),
        (
            "from plugins.sdk import points\n@plugin.filter(points.CaseClose)\n"
            "async def look(ctx, draft: points.CaseClose) -> points.CaseClose | None: ...",
            "look: case.close.v1 is asked with case:write",
        ),
        (
            '@plugin.router("committee").get("/visits")\nasync def visits(ctx) -> str: ...',
            "visits: say that it gives ui.Page or ui.Go",
        ),
        (
            '@plugin.router("committee").get("/visits")\ndef visits(ctx) -> ui.Page: ...',
            "visits: write async def",
        ),
        (
            '@plugin.provider("report.export")\nasync def figures(ctx, month) -> str: ...',
            "figures: say that it gives Table",
        ),
        (
            '@plugin.provider("report.export", id="monthly")\nasync def figures(ctx, month) -> ui.Table: ...',
            "plugin.toml names no report 'monthly'; it names none",
        ),
        (
            '@plugin.slot("resident.home.card")\nasync def c(ctx, s) -> ui.Card: ...',
            "there is no slot 'resident.home.card'",
        ),
        (
            '@plugin.slot("committee.case.list.columns")\nasync def c(ctx, s) -> ui.Card: ...',
            "there is no slot 'committee.case.list.columns' for cards",
        ),
        ('@plugin.slot("resident.home.cards")\nasync def c(ctx, s) -> str: ...', "c: say that it gives"),
        ('@plugin.job(cron="daily")\nasync def j(ctx): ...', "j: 'daily' is no time"),
        (
            "@plugin.settings\nclass A(Settings): ...\n\n@plugin.settings\nclass B(Settings): ...",
            "B: the settings are A already",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_a_mistake_at_once(imported, code, said):
    with pytest.raises(TypeError, match=said):
        imported(code)


def test_a_parent_of_several_facts_may_be_taken(imported):
    plugin = imported(
        "@plugin.on(events.PersonMovedIn, events.PersonMovedOut)\n"
        "async def either(ctx, event: events.PersonEvent) -> None: ..."
    )

    assert [kind.__name__ for kind in plugin.listeners[0].about] == ["PersonMovedIn", "PersonMovedOut"]
