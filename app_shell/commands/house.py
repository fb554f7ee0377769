"""The installation a command works on: its settings, its door, its neighbourhoods by code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from app_shell.commands.glance import must_have_key
from app_shell.commands.voice import Mistake
from core_db import migrations
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import SystemClock
from core_db.foundation.database import Engines, open_engines
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.places import PlaceKind, place_with_code
from core_db.upkeep import mind_damage

CLOCK = SystemClock()
COMMAND: Actor = system_actor("command")
#: How far whoever sits at the machine reaches.
EVERYTHING = across(Across.COMMAND)
CommunityCode = Annotated[
    str,
    typer.Option("--community", metavar="CODE", help="居村的 12 位代码 / the neighbourhood's 12-digit code"),
]


def must_exist(settings: Settings) -> None:
    """Looking at a database must not make one."""
    if settings.is_embedded and not settings.sqlite_path.exists():
        raise Mistake(
            f"没有数据库 {settings.sqlite_path}：请先运行 shequyun init。",
            f"There is no database {settings.sqlite_path}: run `shequyun init` first.",
        )


@contextmanager
def opened_engines(settings: Settings) -> Iterator[Engines]:
    must_exist(settings)
    engines = open_engines(settings)
    try:
        yield engines
    finally:
        engines.dispose()


@contextmanager
def opened_door(settings: Settings) -> Iterator[Door]:
    """The door to a database that is there and fits."""
    must_exist(settings)
    must_have_key(settings)
    engines = open_engines(settings)
    try:
        migrations.must_fit(engines)
        door = Door(engines, keyring=keyring_from(settings))
        mind_damage(door, settings)
    except BaseException:
        engines.dispose()
        raise
    try:
        yield door
    finally:
        door.close()


def community_with_code(door: Door, code: str) -> str:
    """The id of the neighbourhood with a code."""
    found = door.read_now(lambda session: place_with_code(session, code), reach=EVERYTHING)
    if found is None or found.kind is not PlaceKind.COMMUNITY:
        raise Mistake(f"没有代码为 {code} 的居村。", f"There is no neighbourhood with the code {code}.")
    return found.id
