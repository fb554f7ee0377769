"""A bench that is killed leaves its folder, a database with a town in it; the next one takes it away."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench.serving import WORKPLACE, workplace
from tests.contracts.house import HOUSE

KILLED = """
import os, signal
from bench.serving import workplace
with workplace() as folder:
    (folder / "shequyun.db").write_bytes(b"a town")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The folder in which whatever passes is kept."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_next_bench_takes_away_what_a_killed_one_left_and_nothing_of_one_that_runs(here):
    command = [sys.executable, "-c", KILLED]
    environment = os.environ | {"TMPDIR": str(here), "PYTHONPATH": str(HOUSE)}
    killed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    left = Path(killed.stdout.strip())
    assert (killed.returncode, left.parent, left.exists()) == (-signal.SIGKILL, here, True)
    runs, anothers = here / f"{WORKPLACE}{os.getppid()}-runs", here / "shequyun-1-else"
    for kept in (runs, anothers):
        kept.mkdir()

    with workplace() as mine:
        assert sorted(here.iterdir()) == sorted([mine, runs, anothers])

    assert sorted(here.iterdir()) == sorted([runs, anothers])
