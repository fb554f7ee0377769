"""What the house promises as a whole: it stands alone, all keep to their floor, some things never move in."""

import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from sqlmodel import SQLModel

HOUSE = Path(__file__).resolve().parents[2]

#: What stands at the top, by names that other people's habits rely on.
TOP = (
    ".ci/run",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "README.zh-CN.md",
    "SECURITY.md",
    "app_shell",
    "bench",
    "committee_app",
    "core_db",
    "docs/decisions",
    "plugins/sdk",
    "pyproject.toml",
    "requirements/dev.txt",
    "requirements/run.txt",
    "resident_app",
    "tests/contracts",
)

#: Made by a machine for itself, or by tools; never committed.
OURS_NOT = {"var", "build", "dist", "__pycache__", "node_modules"}

FOREIGN = {
    "a registry's address": re.compile(r"https?://[a-z0-9.-]*(?:pypi|pythonhosted|npmjs|debian)\.", re.I),
    "an order to use a registry": re.compile(r"^\s*--(?:extra-)?index[-]url|^\s*--find[-]links", re.M),
    "a path of somebody's machine": re.compile(r"(?<![\w.)}\]])/(?:work|farm|root)/|/(?:home|Users)/[a-z]+/"),
}

#: By law and by common sense this product has nothing of the kind, in no table and behind no address.
NEVER = re.compile(
    r"(?:^|_)(?:"
    r"check_?ins?|clock_?(?:in|out)|punch|attendance|points?|rankings?|leader_?boards?|league|"
    r"online_(?:time|minutes|hours|duration)|install(?:s|ation|ations|_rate|_rates)?|likes?|thumbs?_up|"
    r"faces?|face_id|religion|bad_habits?|gps|gps_tracks?|tracks?|mileage"
    r")(?:_|$)"
)


@cache
def files_of_the_house() -> Sequence[Path]:
    found: list[Path] = []
    for folder, below, names in os.walk(HOUSE):
        below[:] = [name for name in below if _is_ours(name)]
        found += [Path(folder, name) for name in names if _is_ours(name)]
    return found


def _is_ours(name: str) -> bool:
    is_hidden = name.startswith(".") and name not in {".ci", ".gitignore"}
    return not (is_hidden or name in OURS_NOT or name.endswith(".egg-info"))


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def locked(name: str) -> dict[str, str]:
    """The requirements of a lock: `name==version ; marker` and the lines of hashes that follow it."""
    text = (HOUSE / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", "")
    return dict(re.findall(r"^(\S+==\S+(?: ; .*?)?)\s+(--hash.*)$", text, re.M))


def distributions(lock: dict[str, str]) -> set[str]:
    return {line.split("==")[0] for line in lock}


def words_of(name: str) -> str:
    """`/api/v1/clockIn/{id}` → `api_v1_clock_in_id`, so that a word is found however it is written."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return re.sub(r"[^a-z0-9]+", "_", spaced).strip("_")


@pytest.mark.parametrize("what", FOREIGN)
def test_the_house_stands_alone(what):
    files = files_of_the_house()
    # The data of a city are addresses by nature, and this file names what it looks for.
    found = [
        str(p.relative_to(HOUSE)) for p in files if p != Path(__file__) and FOREIGN[what].search(text_of(p))
    ]

    assert len(files) > 50
    assert not found, f"{what} stands in {found}"


@pytest.mark.parametrize("name", TOP)
def test_what_others_look_for_stands_at_the_top(name):
    assert (HOUSE / name).exists()


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_requirement_of_a_lock_carries_its_hashes(name):
    lock = locked(name)
    text = (HOUSE / "requirements" / f"{name}.txt").read_text(encoding="utf-8")

    assert len(lock) > 30
    assert len(lock) == len(re.findall(r"^\S+==", text, re.M))
    assert all("--hash=sha256:" in hashes for hashes in lock.values())


def test_the_tests_run_on_the_very_versions_the_apps_run_on():
    run, dev = locked("run"), locked("dev")

    assert run.items() <= dev.items()


def test_what_the_project_names_is_in_the_lock():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[\[<>=]", line)[0] for line in project["dependencies"]}

    assert len(named) > 20
    assert named <= distributions(locked("run"))
    assert "psycopg" in distributions(locked("dev")) - distributions(locked("run"))


def test_everybody_imports_only_whom_they_may():
    # In a process of its own: it silences the loggers of whoever calls it.
    order = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    run = subprocess.run(order, cwd=HOUSE, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout


def test_no_module_is_so_long_that_a_second_subject_lives_in_it():
    modules = [
        path for path in files_of_the_house() if path.suffix == ".py" and "migrations" not in path.parts
    ]
    too_long = {
        str(path.relative_to(HOUSE)): lines for path in modules if (lines := text_of(path).count("\n")) > 400
    }

    assert len(modules) > 30
    assert not too_long


def test_no_table_holds_what_this_product_must_never_have():
    importlib.import_module("resident_app.main")
    importlib.import_module("committee_app.main")
    tables = SQLModel.metadata.tables.values()
    names = [f"{table.name}.{column.name}" for table in tables for column in table.columns]
    found = [name for name in names if any(NEVER.search(words_of(part)) for part in name.split("."))]

    assert len(names) > 100
    assert not found


@pytest.mark.parametrize("app", ["resident_app", "committee_app"])
def test_no_address_offers_what_this_product_must_never_have(app):
    routes = importlib.import_module(f"{app}.main").create_app().routes
    paths = [path for route in iter_route_contexts(routes) if (path := getattr(route, "path", None))]
    found = [path for path in paths if NEVER.search(words_of(path))]

    assert len(paths) > 20
    assert not found


@pytest.mark.parametrize(
    "name", ["checkin", "worker_check_ins", "clockIn", "points", "staff-ranking", "online_time"]
)
def test_the_word_list_would_notice(name):
    assert NEVER.search(words_of(name))


@pytest.mark.parametrize(
    "name", ["sign_in_sessions", "case_clocks", "rank", "endpoints", "likely", "interface", "tracked_at"]
)
def test_the_word_list_leaves_honest_names_alone(name):
    assert not NEVER.search(words_of(name))
