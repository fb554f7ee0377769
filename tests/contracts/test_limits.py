"""What docs/limits.md says is what holds: every figure, and every way in."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from app_shell.routing import Access, access_of, walk
from core_db.foundation.settings import Settings
from tests.databases import settings_for

LIMITS = (Path(__file__).resolve().parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (SHEQUYUN_\w+|\w+(?:\.\w+)+: [^|]+) \|$", re.M)
ROWS = {what: (said, where) for what, said, where in ROW.findall(LIMITS)}
SPANS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
#: What anybody may send without being signed in, and what opens nothing.
OPENS_NOTHING = {
    "POST /sign-out",
    "POST /preferences",
    "POST /feedback",
    "POST /api/v1/witness/checkpoint",
}


def value_at(where: str) -> object:
    """What stands in the code, or the default of a setting."""
    if where.startswith("SHEQUYUN_"):
        return Settings.model_fields[where.removeprefix("SHEQUYUN_").lower()].default
    module, name = where.split(": ")
    return eval(name, dict(vars(import_module(module))))


def ways_to_say(value: object) -> set[str]:
    """`300` seconds → `5 minutes`, `300 seconds`; 65,536 → `65,536`, `64 KiB`."""
    if isinstance(value, timedelta):
        seconds = value // timedelta(seconds=1)
        said = {f"{seconds // size} {span}" for span, size in SPANS if seconds % size == 0}
        return said | {one.removesuffix("s") for one in said if one.startswith("1 ")}
    if isinstance(value, tuple):
        count, window = value
        return {f"{count} in {one}" for one in ways_to_say(window)}
    assert isinstance(value, int)
    return {
        f"{value:,}",
        f"{value:,} bytes",
        f"{value:,} pixels",
        f"{value / 1024:g} KiB",
        f"{value / 1024**2:g} MiB",
    }


@pytest.mark.parametrize("what", ROWS)
def test_a_limit_that_is_written_down_is_the_one_in_force(what):
    said, where = ROWS[what]

    assert said in ways_to_say(value_at(where))


def test_every_setting_is_read_by_what_it_is_about():
    """One that nobody reads changes nothing, whatever its paper says."""
    home = Path(__file__).resolve().parents[2]
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for part in ("core_db", "app_shell", "resident_app", "committee_app", "plugins/host")
        for path in (home / part).rglob("*.py")
        if path.name != "settings.py"
    )
    unread = [name for name in Settings.model_fields if not re.search(rf"settings(\(\))?\.{name}\b", code)]

    assert len(Settings.model_fields) > 25
    assert unread == []


def test_every_row_was_read():
    rows = [line for line in LIMITS.split("## Guessing")[1].splitlines() if line.startswith("| ")]
    headings = [line for line in rows if line.endswith("| Where |")]

    assert len(headings) == 5
    assert len(ROWS) == len(rows) - len(headings) > 45


def test_every_way_in_is_written_down_and_no_other(tmp_path):
    settings = settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path)
    open_to_all = {
        f"{method} {path}"
        for app in ("resident", "committee")
        for method, path, route in walk(import_module(f"{app}_app.main").create_app(settings).routes)
        if method not in ("GET", "MOUNT") and access_of(route) is Access.PUBLIC
    }
    ways_in = set(re.findall(r"`(POST [^`]+)`", LIMITS.split("## Guessing")[0]))

    assert len(ways_in) > 5
    assert open_to_all == ways_in | OPENS_NOTHING
