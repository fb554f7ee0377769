"""A demonstration that stands is seen at a glance; whatever is otherwise is looked into, mended or refused as ever."""

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as pysqlite
import pytest

from app_shell import demo
from app_shell.commands import showing
from app_shell.commands.glance import MARKER, demo_stands
from app_shell.commands.voice import Mistake
from core_db.foundation.house_keys import SecretKeyTooShort, key_file
from core_db.foundation.settings import Settings
from core_db.migrations import NewerSchema

THREE_CASES = replace(demo.SMALL, cases=3)

_LOADED_BY_STARTING_AGAIN = """
import sys
from app_shell.command import app, run
status = run(lambda: app(["demo", "--prepare-only"], standalone_mode=False))
print(status, [one for one in ("sqlalchemy", "fastapi", "uvicorn", "app_shell.demo") if one in sys.modules])
"""


class PowerCut(Exception):
    """What comes in the middle of it."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A demonstration whose making was broken off when its people were there and their cases were not."""
    folder = tmp_path_factory.mktemp("stands")
    settings = Settings(database_url=f"sqlite:///{folder}/shequyun.db", data_dir=folder, demo=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app_shell.demo.prepare.Chronicle", _break_off)
        with pytest.raises(PowerCut):
            showing.make_world(settings, THREE_CASES, silent=True)
    assert not settings.sqlite_path.exists()
    assert list(folder.glob("*.preparing"))
    return settings


def _break_off(*_args: Any, **_known: Any) -> None:
    raise PowerCut()


@pytest.fixture(scope="module")
def made(begun: Settings) -> Settings:
    """The same, begun again."""
    showing.make_world(begun, THREE_CASES, silent=True)
    return begun


def _told(settings: Settings, order: str) -> None:
    with closing(pysqlite.connect(settings.sqlite_path)) as file, file:
        file.execute(order)


@pytest.mark.either
def test_what_was_broken_off_is_begun_again_and_nothing_of_it_is_left(made: Settings) -> None:
    assert demo_stands(made)
    assert not list(made.data_dir.glob("*.preparing*"))


@pytest.mark.either
def test_a_start_where_the_demonstration_stands_loads_nothing_of_what_serves(made: Settings) -> None:
    known = {"SHEQUYUN_DATABASE_URL": made.database_url, "SHEQUYUN_DATA_DIR": str(made.data_dir)}

    said = subprocess.run(
        [sys.executable, "-c", _LOADED_BY_STARTING_AGAIN], env=os.environ | known, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip

    assert demo_stands(made)
    assert said.stdout.split(maxsplit=1) == ["0", "[]\n"]


@pytest.mark.either
def test_what_is_not_whole_is_looked_into(made: Settings) -> None:
    name, put_back = "UPDATE accounts SET username = '{}' WHERE username = '{}'", ("demo-prepared", "another")
    _told(made, name.format("another", "demo-prepared"))
    is_unfinished = not demo_stands(made)
    _told(made, name.format(*put_back))
    (made.data_dir / MARKER).unlink()
    is_unmarked = not demo_stands(made)
    showing.prepare(made, reset=False, silent=True)

    assert is_unfinished
    assert is_unmarked
    assert demo_stands(made)


@pytest.mark.either
def test_tables_of_another_program_are_refused_as_ever(made: Settings) -> None:
    with closing(pysqlite.connect(made.sqlite_path)) as file:
        (revision,) = file.execute("SELECT version_num FROM alembic_version").fetchone()
    _told(made, "UPDATE alembic_version SET version_num = '2999_01_01_later'")
    try:
        assert not demo_stands(made)
        with pytest.raises(NewerSchema):
            showing.prepare(made, reset=False, silent=True)
    finally:
        _told(made, f"UPDATE alembic_version SET version_num = '{revision}'")


@pytest.mark.either
def test_a_key_that_is_missing_is_refused_and_none_is_made(made: Settings) -> None:
    key = key_file(made)
    aside = key.rename(key.with_name("aside"))
    try:
        with pytest.raises(Mistake):
            showing.prepare(made, reset=False, silent=True)
        assert not key.exists()
    finally:
        aside.rename(key)


@pytest.mark.either
def test_a_key_that_is_too_short_is_refused_though_all_else_stands(made: Settings) -> None:
    key = key_file(made)
    whole = key.read_text()
    key.write_text("1:short\n")
    try:
        with pytest.raises(SecretKeyTooShort):
            demo_stands(made)
    finally:
        key.write_text(whole)


@pytest.mark.either
def test_where_no_file_is_none_is_made_by_looking(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/shequyun.db", data_dir=tmp_path, demo=True)
    (tmp_path / MARKER).touch()

    assert not demo_stands(settings)
    assert not settings.sqlite_path.exists()
