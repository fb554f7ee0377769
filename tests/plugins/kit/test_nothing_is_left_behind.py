"""What a run of a plugin's tests needs goes with it: nothing piles up on the machine of whoever writes plugins."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[1] / "packages"
#: A test of a plugin with tables, in a process of its own, and how it ends.
TRIED = """
import os
import pytest
import porch_book

@pytest.mark.parametrize("plugins_run", ["worker"])
async def test_it(x):
    x.load(porch_book.plugin)
    await x.client("committee").get("/x/porch-book/lights")
    print("folders", len(os.listdir(os.environ["TMPDIR"])))
    {end}
"""
KILLED = "os.kill(os.getpid(), 9)"


@pytest.fixture
def tried(tmp_path):
    """`tried("assert False")`: what such a run said, what it ended with, and what is left after it."""
    own, temporary = tmp_path / "own", tmp_path / "temporary"
    own.mkdir()
    temporary.mkdir()

    def run(end, *options):
        (own / "test_it.py").write_text(TRIED.format(end=end), encoding="utf-8")
        house = os.pathsep.join([str(PACKAGES), *sys.path])
        surroundings = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": house, "PYTEST_ADDOPTS": ""}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-rP", "-p", "no:cacheprovider", "--rootdir", own, own, *options],
            env=surroundings, cwd=own, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        left = sorted(one.name for one in temporary.glob("plugin*"))
        return done.stdout, done.returncode, left

    return run


@pytest.mark.parametrize("end", ["pass", "assert False"])
def test_a_run_leaves_no_folder_however_its_tests_end(tried, end):
    said, ended_with, left = tried(end)

    assert ("folders 2" in said, ended_with) == (True, int(end != "pass")), said
    assert left == []


def test_what_a_killed_run_left_goes_with_the_next_and_what_runs_stays(tried, tmp_path):
    _said, ended_with, left = tried(KILLED)
    assert (ended_with, len(left)) == (-signal.SIGKILL, 2)
    of_who_runs = tmp_path / "temporary" / f"plugin-tests-{os.getpid()}-abc"
    of_who_runs.mkdir()
    (tmp_path / "temporary" / "plugin-tests-mine").mkdir()

    assert tried("pass")[2] == sorted([of_who_runs.name, "plugin-tests-mine"])


def test_what_a_worker_of_the_run_left_that_died_goes_with_the_run(tried):
    said, _ended_with, left = tried(KILLED, "-n", "1", "--max-worker-restart", "0")

    assert "crashed" in said
    assert left == []
