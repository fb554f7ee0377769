"""Whoever waits for a demonstration waits for one import of the apps and not for two, one after the other."""

import os
import subprocess
import sys

_LOOK_BEFORE_IT_IS_READY = """
import os, sys
from multiprocessing import forkserver
from app_shell.commands import showing

def prepare(*_given, **_more):
    begun = forkserver._forkserver._forkserver_pid is not None
    print(begun, [name for name in ("committee_app", "resident_app") if name in sys.modules], flush=True)
    os._exit(0)

showing.prepare = prepare
showing.must_be_free = lambda *_given: None
showing.demo(port=8000, host="127.0.0.1")
"""


def test_the_demo_has_its_apps_imported_beside_while_it_is_made_ready(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", _LOOK_BEFORE_IT_IS_READY],
        env=os.environ | {"SHEQUYUN_DATA_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    assert told.stdout.split() == ["True", "[]"]
