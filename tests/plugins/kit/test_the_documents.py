"""What is written for who writes plugins: made of the code and of today, and a tutorial that works as it stands."""

import datetime as dt
import re
import shlex
import sys
from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from committee_app.plugin_settings import setting_fields
from plugins.host.commands import plugin as command
from plugins.host.describing import HOOKS, PARTS, documents
from plugins.host.exhibited import PICTURES, kinds_of_block, picture_of_block, picture_of_slot
from plugins.host.keys import described
from plugins.sdk import Field, Manifest, Plugin, Settings, ui
from plugins.sdk.scopes import SCOPES
from plugins.sdk.slots import SLOTS, WHERE

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"^```(sh|python|toml|po)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", sorted(documents()))
def test_each_document_is_of_today(name):
    """`shequyun plugin docs --to docs/plugins` renews them."""
    assert documents()[name] == (DOCS / "plugins" / name).read_text(encoding="utf-8")


def test_every_hook_block_and_scope_is_documented():
    hooks = {name for name, member in vars(Plugin).items() if callable(member) and not name.startswith("_")}
    blocks = {
        name for name, kind in vars(ui).items() if isinstance(kind, type) and issubclass(kind, ui.Block)
    }

    assert hooks == set(HOOKS)
    assert {f"ui.{name}" for name in blocks - {"Block"}} <= set(
        re.findall(r"`(ui\.\w+)`", documents()["blocks.md"])
    )
    assert set(SLOTS) == set(WHERE) == set(re.findall(r"## `(\S+)`", documents()["slots.md"]))
    assert all(f"`{name}`" in documents()["scopes.md"] for name in SCOPES)
    assert all(f"## `{name}`" in documents()["context.md"] for name, _part in PARTS)


def test_every_slot_and_block_has_its_picture_and_no_other_lies_there():
    """`python -m scripts.gallery` takes them anew. Together they are small enough to be looked at on a telephone."""
    wanted = {picture_of_slot(name) for name in SLOTS} | {picture_of_block(name) for name in kinds_of_block()}
    named = set(re.findall(r"\(pictures/(\S+)\)", documents()["slots.md"] + documents()["blocks.md"]))
    there = sorted((DOCS / "plugins" / PICTURES).iterdir())

    assert {path.name for path in there} == wanted == named
    assert {path.read_bytes()[:8] for path in there} == {b"\x89PNG\r\n\x1a\n"}
    assert sum(path.stat().st_size for path in there) < 1_500_000


def test_every_key_of_the_manifest_says_what_it_means_to_readers_and_to_editors():
    """Whoever adds a key says in `plugins/host/keys.py` what it means."""
    rows = [line for line in documents()["manifest.md"].splitlines() if line.startswith("| `")]
    schema = described(Manifest.model_json_schema())
    parts = [schema, *schema["$defs"].values()]
    silent = [
        f"{part['title']}.{name}"
        for part in parts
        for name, about in part.get("properties", {}).items()
        if not about.get("description")
    ]

    assert len(rows) > 50
    assert not [row for row in rows if row.endswith("|  |")]
    assert not silent


def test_what_the_settings_reference_says_a_form_shows_it_shows():
    """Each kind of field that is promised becomes the field that is promised."""

    class Config(Settings):
        line: str = Field("", max_length=40)
        lines_of_text: str = Field("", max_length=201)
        number: int = 1
        yes: bool = False
        choice: Literal["a", "b"] = "a"
        lines: list[str] = Field(default_factory=list)
        day: dt.date = dt.date(2026, 11, 26)
        secret: SecretStr = SecretStr("")
        perhaps: int | None = None

    shown = setting_fields(Config.model_json_schema(), {}, False, str)

    kinds = ["text", "long", "number", "yes", "choice", "lines", "date", "secret", "number"]
    assert [one.kind for one in shown] == kinds
    assert not shown[-1].required


def test_every_call_of_the_context_says_what_it_does():
    rows = [line for line in documents()["context.md"].splitlines() if line.startswith("| `")]

    assert len(rows) > 25
    assert not [row for row in rows if row.endswith("|  |")]


def test_the_tutorial_works_as_it_stands(tmp_path, monkeypatch):
    """Its blocks in their order: what is typed is typed, what is to be put below something is put there."""
    text = (DOCS / "plugins.md").read_text(encoding="utf-8")
    tutorial = text[text.index("## Five minutes") : text.index("## How it works")]
    monkeypatch.chdir(tmp_path)
    said = []
    for kind, file, block in BLOCK.findall(tutorial):
        if kind != "sh":
            with Path(file).open("a", encoding="utf-8") as target:
                target.write(f"\n\n{block}")
            continue
        for line in block.splitlines():
            if line.startswith("cd "):
                monkeypatch.chdir(line.removeprefix("cd "))
            else:
                said.append(_typed(line))

    assert "“Hello neighbour” can be installed." in said[1]
    assert "its level is platinum" in said[2]
    assert list(Path().glob("dist/hello_neighbour-0.1.0-*.whl"))


def _typed(line: str) -> str:
    """What a command says. It runs in here, because to begin a process for each takes most of the time."""
    shequyun, plugin, *words = line.split(maxsplit=2)
    assert (shequyun, plugin) == ("shequyun", "plugin")
    done = CliRunner().invoke(command, shlex.split(words[0]), env={"SHEQUYUN_LANGUAGE": "en"})
    for name in [name for name in sys.modules if name.partition(".")[0] == "hello_neighbour"]:
        del sys.modules[name]
    assert done.exit_code == 0, f"{line}\n{done.output}"
    return done.output
