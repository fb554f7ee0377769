"""Who writes a plugin with tables: what is looked through before anything runs, and the same tests in both places."""

import datetime as dt
import shutil
import sys
from types import SimpleNamespace

import porch_book
import pytest
from sqlalchemy import MetaData
from sqlmodel import Field
from typer.testing import CliRunner

from plugins.host.commands import plugin as command
from plugins.sdk import events
from plugins.sdk.tables import Row, holds_nobody, kept_from, subject
from plugins.sdk.tables.declared import faults_in
from plugins.testkit.contract import WANG, PluginContract
from tests.plugins.running.calling import PACKAGES

OURS = {"__tablename__": "things", "__module__": __name__}


class TestPorchBook(PluginContract):
    """The contract, on a plugin with tables."""

    plugin = porch_book.plugin

    async def make(self, x):
        x.tables(porch_book.note, x.pair(WANG), x.host.today)


@pytest.fixture(params=["inprocess", "worker"])
def plugins_run(request):
    """Only what follows is held twice: the contract above says nothing of where."""
    return request.param if "in_both_places" in request.node.name else "inprocess"


async def test_tables_are_there_in_both_places_empty_and_of_one_neighbourhood(x):
    x.load(porch_book.plugin)
    wang = x.resident("王阿姨", consent=["porch"])
    agreed = events.PluginConsentGiven(
        community_id="c1", person_id=wang, plugin_id="porch-book", purpose="porch"
    )

    await x.emit(agreed)
    await x.emit(agreed)

    assert [one.resident for one in x.tables(porch_book.lights)] == [x.pair(wang)]
    page = await x.client("committee").get("/x/porch-book/lights")
    assert page.json()["title"] == "1"
    other = x.second_community()
    assert (await other.client("committee", community="c2").get("/x/porch-book/lights")).json()[
        "title"
    ] == "0"
    assert len((await x.export(wang))["porch-book"]) == 1
    await x.erase(wang)
    assert x.tables(porch_book.lights) == []


async def test_what_is_over_its_time_goes(x):
    x.load(porch_book.plugin)
    x.tables(porch_book.note, "r_1", x.host.today)

    x.travel(11)
    assert x.expire() == 1
    x.travel(20)
    assert x.expire() == 1


async def test_a_trace_that_its_author_left_behind_fails_the_test(x):
    x.load(porch_book.plugin)
    wang = x.resident("王阿姨")
    x.tables(lambda session: session.add(porch_book.Street(name="王阿姨的那条弄堂")))

    with pytest.raises(AssertionError, match="still keeps 王阿姨"):
        await x.erase(wang)


# -- what is looked through -------------------------------------------------------------------------


def said_of(*, personal=True, **columns):
    """The faults of one table with these columns."""
    metadata = MetaData()
    annotations = {name: kind for name, (kind, _) in columns.items()}
    fields = {name: value for name, (_, value) in columns.items() if value is not None}
    type(Row)(
        "Thing", (Row,), {**OURS, **fields, "metadata": metadata, "__annotations__": annotations}, table=True
    )
    manifest = SimpleNamespace(data=SimpleNamespace(stores_personal=personal))
    return "; ".join(faults_in(SimpleNamespace(metadata=metadata, manifest=manifest)))


DAY, NULL, CLEARED = (dt.date, kept_from()), str | None, subject(on_erase="clear", also=["words"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"name": (str, None)}, "say whose its rows are"),
        ({"who": (str, subject())}, "from which day"),
        ({"who": (str, subject()), "on": (str, kept_from())}, "is a day"),
        ({"who": (NULL, CLEARED), "words": (str, None), "on": DAY}, "words is emptied"),
        ({"who": (str, subject(also=["words"])), "words": (NULL, Field(default=None)), "on": DAY}, "on_erase is"),
        ({"who": (str, subject()), "on": DAY, "case_id": (str, Field(foreign_key="cases.id"))}, "no other is reached"),
        ({"who": (str, subject()), "on": DAY, "personal": False}, "stores_personal"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:This declarative base")
def test_a_table_that_does_not_say_what_it_has_to_is_found(columns, said):
    assert said in said_of(**columns)


@pytest.mark.filterwarnings("ignore:This declarative base")
def test_a_table_that_says_all_of_it_has_no_fault():
    assert said_of(who=(str, subject()), on=DAY) == ""
    assert said_of(name=(str, None), __table_args__=(None, holds_nobody("names"))) == ""


# -- what is typed ----------------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The porch book under another name, to be written on."""
    folder = tmp_path / "porch_more"
    shutil.copytree(PACKAGES / "porch_book", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.delitem(sys.modules, "porch_more", raising=False)
    yield folder
    sys.modules.pop("porch_more", None)


def typed(*words):
    return CliRunner().invoke(command, [str(one) for one in words])


@pytest.mark.filterwarnings("ignore:This declarative base")
def test_a_column_without_a_script_is_found_and_written(copied):
    code = copied / "__init__.py"
    code.write_text(
        code.read_text().replace(
            "    said: str = TRACE\n", "    said: str = TRACE\n    colour: str | None = None\n"
        )
    )

    found = typed("check", copied, "--import", "--no-types")
    written = typed("revise", copied, "Lights get a colour")

    assert (found.exit_code, "lights.colour" in found.output) == (1, True), found.output
    assert written.exit_code == 0, written.output
    (script,) = copied.glob("migrations/*lights_get_a_colour.py")
    assert (
        'batch_op.add_column(sa.Column("colour", sa.String(), nullable=True))'
        in script.read_text().replace("'", '"')
    )
    assert typed("check", copied, "--import", "--no-types").exit_code == 0
    assert typed("revise", copied, "Again").exit_code != 0


@pytest.mark.filterwarnings("ignore:This declarative base")
def test_a_plugin_without_a_script_is_not_taken(copied):
    shutil.rmtree(copied / "migrations")

    found = typed("check", copied, "--import", "--no-types")

    assert (found.exit_code, "shequyun plugin revise" in found.output) == (1, True), found.output
