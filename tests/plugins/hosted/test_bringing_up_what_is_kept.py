"""A newer version gives what a plugin keeps another shape: `plugin migrate` brings the rows there and counts them."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core_db.foundation.clock import RehearsedClock
from core_db.installs import PluginFiles, record_plugin
from core_db.installs.words import RunMode
from plugins.host import documents as documents_of_plugins
from plugins.host.documents import Documents, declared_in
from plugins.sdk.manifest_file import read_manifest
from tests.command.conftest import Said, at_home, typed
from tests.databases import TestsDoor
from tests.plugins.hosted.conftest import OPERATOR
from tests.plugins.hosted.test_what_an_operator_types import MANIFEST, say

__all__ = ["at_home", "say", "typed"]
FIRST = '''"""Notes of a porch."""

from plugins.sdk import Document, Field, Plugin

plugin = Plugin(__name__)


@plugin.document
class Note(Document):
    """One row per resident."""

    who: str = Field(json_schema_extra={"subject": True})
    said: str
'''
SECOND = '''"""Notes of a porch; what was said is a list now."""

from typing import Any, ClassVar

from plugins.sdk import Document, Field, Plugin

plugin = Plugin(__name__)


@plugin.document
class Note(Document):
    """One row per resident."""

    version: ClassVar[int] = 2

    resident: str = Field(json_schema_extra={"subject": True})
    lines: list[str]

    @classmethod
    def upgrade(cls, old: dict[str, Any], from_version: int) -> dict[str, Any]:
        if old["said"] == "unreadable":
            raise ValueError("nobody can read this")
        return {"id": old["id"], "resident": old["who"], "lines": [old["said"]]}
'''
PORCH = "porch-light"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The first version's code, as an installation keeps it."""
    found = tmp_path / "site" / "porch_light"
    found.mkdir(parents=True)
    (found / "plugin.toml").write_text(MANIFEST.format(version="1.0.0", scopes="[]"))
    (found / "__init__.py").write_text(FIRST)
    return found


@pytest.fixture
def kept(
    package: Path, settings: Any, door: TestsDoor, clock: RehearsedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Documents]:
    """The first version is installed and keeps rows of two neighbourhoods, more of them than one piece."""
    monkeypatch.setattr(documents_of_plugins, "PIECE", 3)
    files = PluginFiles(
        version="1.0.0", package=package.name, folder=str(package.parent), run_mode=RunMode.WORKER
    )
    said = read_manifest(package).model_dump(mode="json", by_alias=True)
    shape = {"document": [{"name": "Note", "version": 1, "subject": "who", "indexed": []}]}
    door.write_now(
        partial(record_plugin, manifest=said, files=files, declared=shape, actor=OPERATOR, clock=clock)
    )
    documents = Documents(settings.data_dir, door.engines, declared=declared_in(door), clock=clock)
    documents.prepare(PORCH, None if door.engines.is_sqlite else door.operator.write)
    for number in range(7):
        put(documents, "c1", f"n{number}", said=f"hello {number}")
    put(documents, "c2", "n1", said="hello 1")
    yield documents
    documents.close()


def put(documents: Documents, community: str, id: str, *, said: str) -> None:
    row = {"id": id, "who": f"r_{id}", "said": said}
    documents.put(PORCH, community, {"kind": "Note", "id": id, "version": 1, "row": row})


def versions(documents: Documents, community: str) -> list[int]:
    return [one["version"] for one in documents.find(PORCH, community, {"kind": "Note", "where": {}})]


def migrated(said: Said) -> Any:
    (one,) = said.json["plugins"]
    return {name: one[name] for name in ("done", "changed", "failed")}


def test_all_rows_are_brought_up_once_and_stay_whose_they_were(
    say: Callable[..., Said], kept: Documents, package: Path
) -> None:
    (package / "__init__.py").write_text(SECOND)

    first, again = say("migrate", PORCH), say("migrate")

    assert first.status == 0, first
    assert migrated(first) == {"done": 8, "changed": 0, "failed": 0}
    assert migrated(again) == {"done": 0, "changed": 0, "failed": 0}
    assert set(versions(kept, "c1") + versions(kept, "c2")) == {2}
    (row,) = kept.of_subject(PORCH, "c2", "r_n1")
    assert row == {"kind": "Note", "id": "n1", "resident": "r_n1", "lines": ["hello 1"]}


def test_a_row_that_cannot_be_brought_up_is_left_and_named_and_the_next_run_goes_on(
    say: Callable[..., Said], kept: Documents, package: Path
) -> None:
    put(kept, "c1", "n5", said="unreadable")
    (package / "__init__.py").write_text(SECOND)

    said = say("migrate", PORCH)

    assert (said.status, migrated(said)) == (1, {"done": 7, "changed": 0, "failed": 1})
    fault = said.json["plugins"][0]["fault"]
    assert fault.startswith("Note n5: ValueError: nobody can read this porch_light/__init__.py:")
    assert versions(kept, "c1").count(1) == 1
    put(kept, "c1", "n5", said="hello again")
    assert migrated(say("migrate", PORCH)) == {"done": 1, "changed": 0, "failed": 0}


def test_what_was_written_meanwhile_counts_and_is_not_written_over(kept: Documents) -> None:
    (old,) = kept.older(PORCH, "Note", 2, ("c1", "n9"))
    put(kept, "c2", "n1", said="written by the version that still runs")

    assert not kept.renew(PORCH, "Note", old, 2, {"id": "n1", "resident": "r_n1", "lines": []})

    assert versions(kept, "c2") == [1]


def test_a_plugin_that_does_not_come_up_leaves_everything_as_it_was(
    say: Callable[..., Said], kept: Documents, package: Path
) -> None:
    (package / "__init__.py").write_text("raise OSError('no')")

    said = say("migrate", PORCH)

    assert said.status == 1
    assert "OSError: no" in said.json["plugins"][0]["fault"]
    assert versions(kept, "c2") == [1]
    assert say("migrate", "nobody").status == 1
