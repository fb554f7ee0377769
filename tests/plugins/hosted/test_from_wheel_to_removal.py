"""The whole life of somebody's plugin: built outside the repository, installed, on, used, widened, removed, gone.

On SQLite, where what is gone has to be gone from the files.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app_shell.plugged import Visitor
from core_db.foundation.came import BY_COMMAND
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.egress import egress_from
from core_db.installs import EnablingDraft, consent_sheet, enable_plugin, remove_plugin
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.words import InstallState
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents
from core_db.relay import FactStream, begin_listening, deliver_once
from plugins.host.building import build_wheel
from plugins.host.documents import declared_in
from plugins.host.gateway import BaseGateway
from plugins.host.hearing import messengers_of
from plugins.host.hosting import Beside
from plugins.host.loading import to_load
from plugins.host.own_data import OwnData
from tests.command.conftest import Said, at_home, typed
from tests.plugins.hosted.conftest import ShellOfATest
from tests.plugins.hosted.test_what_an_operator_types import say
from tests.town import Town

__all__ = ["at_home", "say", "typed"]
ID = "porch-notes"
#: A sentence that stands nowhere else in a file.
TRACE = "the third porch light on the left"
PYPROJECT = """[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "porch-notes"
version = "{version}"

[project.entry-points."shequyun.plugins.v1"]
porch-notes = "porch_notes:plugin"

[tool.setuptools]
packages = ["porch_notes"]
package-data = {{ porch_notes = ["plugin.toml"] }}
"""
MANIFEST = """manifest = 1
id = "porch-notes"
version = "{version}"
api = "^1.0"
name = {{ zh = "门廊", en = "Porch" }}
license = "Apache-2.0"
contact = "somebody@example.org"
scopes = {scopes}

[data]
stores_personal = true
retention_days = 30

[[purposes]]
id = "porch"
text = {{ zh = "记下门廊的灯", en = "Note the light of your porch" }}
fields = ["text"]
retention_days = 30
"""
CODE = f'''"""Notes the porch light of everybody who agrees."""

from plugins.sdk import Ctx, Document, Field, Plugin, events, ui

plugin = Plugin(__name__)
pages = plugin.router("committee")


@plugin.document
class Note(Document):
    """One row per resident."""

    resident: str = Field(json_schema_extra={{"subject": True}})
    said: str


@plugin.on(events.PluginConsentGiven)
async def note(ctx: Ctx, event: events.PluginConsentGiven) -> None:
    await ctx.store(Note).put(Note(id=event.person_id, resident=event.person_id, said="{TRACE}"))


@pages.get("/notes")
async def notes(ctx: Ctx) -> ui.Page:
    return ui.Page(title=str(len(await ctx.store(Note).find())), body=[])


@plugin.on_subject_export
async def hand_out(ctx: Ctx, resident: str) -> object:
    return await ctx.store(Note).find(resident=resident)


@plugin.on_subject_erase
async def forget(ctx: Ctx, resident: str) -> int:
    return await ctx.store(Note).delete(resident=resident)
'''


def wheel(folder: Path, version: str, scopes: str) -> Path:
    project = folder / f"porch-{version}"
    (project / "porch_notes").mkdir(parents=True)
    (project / "pyproject.toml").write_text(PYPROJECT.format(version=version))
    (project / "porch_notes" / "plugin.toml").write_text(MANIFEST.format(version=version, scopes=scopes))
    (project / "porch_notes" / "__init__.py").write_text(CODE)
    return build_wheel(project, folder / "dist")


@asynccontextmanager
async def served(door: Door, clock: RehearsedClock, settings: Any) -> AsyncIterator[Beside]:
    """An app's host from its start to its end, with the base's own gateway and documents."""
    own = OwnData(settings.data_dir, door.engines, declared=declared_in(door), clock=clock)
    gateway = BaseGateway(door, own.documents, egress_from(""), clock=clock, data_dir=settings.data_dir)
    stream = FactStream(door)
    shell: Any = ShellOfATest(door, clock, settings, {"facts": stream})
    beside = Beside(shell, gateway, own)
    stream.start()
    await beside.begin(door.read_now(to_load), by_itself=False)
    try:
        yield beside
    finally:
        await beside.end()
        stream.stop()


def switch_on(given: Town, secretary: Any, plugin_id: str = ID) -> None:
    """The committee reads the sheet and gives all that is needed."""
    sheet = given.see(consent_sheet, plugin_id, given.community.id, by=secretary)
    scopes = tuple(one.name for one in sheet.scopes if one.is_required)
    draft = EnablingDraft(scopes=scopes, sheet_version=sheet.sheet_version, settings={})
    given.do(enable_plugin, plugin_id, given.community.id, draft, by=secretary)


def agree(given: Town, resident: Any) -> None:
    given.do(agree_to_purpose, porch_of(given, resident), by=resident)


def porch_of(given: Town, resident: Any) -> PurposeOf:
    """The only purpose there is, as he reads it today."""
    (plugin,) = given.see(my_plugin_consents, by=resident)
    (found,) = plugin.purposes
    return PurposeOf(
        plugin_id=plugin.plugin_id, community_id=given.community.id, purpose="porch",
        text_version=found.purpose.text_version,
    )  # fmt: skip


def left_in(folder: Path, *traces: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(one.encode() in path.read_bytes() for one in traces)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plugin_comes_is_used_is_widened_and_goes_without_a_trace(
    say: Callable[..., Said], given: Town, door: Door, clock: RehearsedClock, settings: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    outside = tmp_path_factory.mktemp("outside")
    secretary, resident = given.secretary(), given.resident()
    visitor = Visitor(actor=secretary, community_id=given.community.id, lang="zh", came=BY_COMMAND)
    state = partial(door.read_now, lambda session: session.execute(select(INSTALLS.c.state)).scalar())

    installed = say("install", str(wheel(outside, "1.0.0", '["case:read"]')))
    assert (installed.status, installed.json["run"]) == (0, "worker"), installed

    async def count(beside: Beside) -> tuple[int, str]:
        page = await beside.host.page("committee", ID, "GET", "/notes", {}, {}, visitor)
        return page.status, (page.blocks or {}).get("title", "")

    async def used() -> None:
        async with served(door, clock, settings) as beside:
            assert (await count(beside))[0] == 404
            await asyncio.to_thread(switch_on, given, secretary)
            assert await beside.host.switched_on(ID, visitor) == ""
            (post,) = messengers_of(
                beside.running[ID], places=beside.places, calls=beside.calls, submit=beside._host_loop.submit
            )
            await asyncio.to_thread(door.write_now, lambda session: begin_listening(session, post.name))
            await asyncio.to_thread(agree, given, resident)
            assert await asyncio.to_thread(deliver_once, door, [post], clock=clock) == 1
            assert await count(beside) == (200, "1")

    async def held_and_agreed_to() -> None:
        async with served(door, clock, settings) as beside:
            assert (await count(beside))[0] == 404
            await asyncio.to_thread(switch_on, given, secretary)
            assert await beside.host.switched_on(ID, visitor) == ""
            assert await count(beside) == (200, "1")
            remove = partial(given.do, remove_plugin, ID, given.community.id, keep=False, by=secretary)
            await asyncio.to_thread(remove)
            await beside.look_what_is_due()
            assert (await count(beside))[0] == 404

    asyncio.run(used())
    assert left_in(settings.data_dir / "x", TRACE)

    wider = say("install", str(wheel(outside, "1.1.0", '["case:read", "guide:read"]')))
    assert (wider.json["new_scopes"], wider.json["held"]) == (["guide:read"], 1), wider
    assert state() == InstallState.HELD

    asyncio.run(held_and_agreed_to())
    assert say("uninstall", ID).status == 0

    assert state() is None
    assert door.read_now(lambda session: session.execute(select(PLUGINS)).all()) == []
    door.close()
    assert left_in(settings.data_dir, TRACE, "Notes the porch light") == []
    assert not list((settings.data_dir / "x").glob(f"{ID}*"))
