"""The command as somebody types it, on this test's own database."""

from dataclasses import dataclass

import orjson
import pytest

from app_shell.command import app, run
from tests.databases import SECRET


@dataclass
class Said:
    """What the command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return orjson.loads(self.out)


@pytest.fixture
def typed(capsys, monkeypatch, tmp_path):
    """`typed("doctor", "--json")` in an empty folder, where nothing is yet."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "DATA_DIR", "SECRET_KEY", "DEMO", "RESIDENT_URL", "COMMITTEE_URL"):
        # Set first, so that what the command itself sets is taken back too.
        monkeypatch.setenv(f"SHEQUYUN_{name}", "")
        monkeypatch.delenv(f"SHEQUYUN_{name}")
    monkeypatch.setenv("SHEQUYUN_LANGUAGE", "zh")

    def type_it(*words: str) -> Said:
        capsys.readouterr()
        status = run(lambda: app([*words], standalone_mode=False))
        heard = capsys.readouterr()
        return Said(status, heard.out, heard.err)

    return type_it


@pytest.fixture
def at_home(typed, settings, monkeypatch):
    """The same on the town's database, on SQLite and on PostgreSQL."""
    monkeypatch.setenv("SHEQUYUN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SHEQUYUN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SHEQUYUN_SECRET_KEY", SECRET)
    return typed
