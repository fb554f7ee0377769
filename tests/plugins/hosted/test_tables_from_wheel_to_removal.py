"""The whole life of a plugin with tables: in a worker on SQLite, within the process on PostgreSQL."""

import asyncio
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from app_shell.plugged import Visitor
from core_db.foundation.came import BY_COMMAND
from core_db.foundation.clock import RehearsedClock
from core_db.installs import pair_of, remove_plugin
from core_db.mydata import withdraw_from_purpose
from core_db.relay import begin_listening, deliver_once
from plugins.host.hearing import messengers_of
from plugins.host.hosting import Beside
from tests.command.conftest import Said, at_home, typed
from tests.databases import TestsDoor
from tests.plugins.hosted.tabled import ID, TRACE, traces
from tests.plugins.hosted.test_from_wheel_to_removal import agree, porch_of, served, switch_on
from tests.plugins.hosted.test_what_an_operator_types import CODE_HERE, say
from tests.plugins.running.calling import PACKAGES
from tests.town import Town

__all__ = ["at_home", "say", "typed"]
#: Found in what it keeps, and not in its code.
KEPT = "Peony Lane"


def wheel(folder: Path) -> Path:
    """The porch book as any build backend packs it."""
    path = folder / "porch_book-1.0.0-py3-none-any.whl"
    info = "porch_book-1.0.0.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        for file in (PACKAGES / "porch_book").rglob("*"):
            if file.suffix in (".py", ".toml"):
                packed.write(file, file.relative_to(PACKAGES))
        packed.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: porch-book\nVersion: 1.0.0\n")
        packed.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr(f"{info}/entry_points.txt", "[shequyun.plugins.v1]\nporch-book = porch_book:plugin\n")
        packed.writestr(f"{info}/RECORD", "")
    return path


def test_a_plugin_with_tables_is_moved_up_used_forgets_and_goes_without_a_trace(
    say: Callable[..., Said], given: Town, door: TestsDoor, clock: RehearsedClock, settings: Any, owner_url: str,
    tmp_path_factory: Any,
) -> None:  # fmt: skip
    packed = str(wheel(tmp_path_factory.mktemp("outside")))
    secretary, resident = given.secretary(), given.resident()
    visitor = Visitor(actor=secretary, community_id=given.community.id, lang="zh", came=BY_COMMAND)

    async def count(beside: Beside) -> str:
        page = await beside.host.page("committee", ID, "GET", "/lights", {}, {}, visitor)
        return str((page.blocks or {}).get("title", page.status))

    async def before_it_is_moved_up() -> None:
        async with served(door, clock, settings) as beside:
            await asyncio.to_thread(switch_on, given, secretary, ID)
            assert f"shequyun plugin migrate {ID}" in await beside.host.switched_on(ID, visitor)
            assert ID not in beside.running
            assert "migrate" in (await beside.host.health(ID, visitor)).said

    async def used() -> None:
        async with served(door, clock, settings) as beside:
            assert await beside.host.switched_on(ID, visitor) == ""
            (post,) = messengers_of(
                beside.running[ID], places=beside.places, calls=beside.calls, submit=beside._host_loop.submit
            )
            await asyncio.to_thread(door.write_now, lambda session: begin_listening(session, post.name))
            await asyncio.to_thread(agree, given, resident)
            assert await asyncio.to_thread(deliver_once, door, [post], clock=clock) == 1
            assert await count(beside) == "1"
            handed = await beside.host.about(resident.person_id or "", visitor)
            assert {one["kind"] for one in handed[ID]["rows"]} == {"counts", "lights"}
            assert handed[ID]["said"][0]["said"] == TRACE

    async def forgets_and_goes() -> None:
        async with served(door, clock, settings) as beside:
            pair = await asyncio.to_thread(door.write_now, partial(whose, given, resident))
            await asyncio.to_thread(given.do, withdraw_from_purpose, porch_of(given, resident), by=resident)
            await beside.look_what_is_due()
            assert await count(beside) == "0"
            assert beside._keeping.of_subject(ID, given.community.id, pair) == []
            remove = partial(given.do, remove_plugin, ID, given.community.id, keep=False, by=secretary)
            await asyncio.to_thread(remove)
            await beside.look_what_is_due()

    if not settings.is_embedded:
        refused = say("install", packed)
        assert (refused.status, "PostgreSQL" in refused.err) == (1, True), refused
    how = () if settings.is_embedded else ("--run", "inprocess")
    assert say("install", packed, *how).status == 0
    asyncio.run(before_it_is_moved_up())
    too_early = say("enable", ID, "--community", CODE_HERE)
    assert (too_early.status, "plugin migrate" in too_early.err) == (1, True), too_early
    (moved,) = say("migrate", ID).json["plugins"]
    assert (moved["tables"]["from"], moved["fault"]) == ("", "")
    asyncio.run(used())
    assert traces(settings, owner_url, KEPT)

    asyncio.run(forgets_and_goes())
    assert say("uninstall", ID).status == 0

    assert traces(settings, owner_url, KEPT, TRACE) == []


def whose(given: Town, resident: Any, session: Any) -> str:
    return str(pair_of(session, ID, given.community.id, "person", resident.person_id))
