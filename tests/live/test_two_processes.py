"""Both apps as processes of their own on one SQLite file: what is raised at one is heard at the other."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
from websockets.sync.client import connect

from core_db.foundation.clock import SystemClock
from core_db.foundation.ids import new_id
from tests.databases import SECRET, open_door, settings_for
from tests.town import Town

PATIENCE = 60.0
SERVE = """
import socket, sys, uvicorn

config = uvicorn.Config(sys.argv[1], factory=True, ws="websockets-sansio", log_level="warning")
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[2]))])
"""


@pytest.fixture
def settings(_sqlite, tmp_path):
    with _sqlite.fresh(tmp_path) as url:
        yield settings_for(url, tmp_path)


@pytest.fixture
def given(settings):
    door = open_door(settings)
    yield Town(door, SystemClock())
    door.close()


@contextmanager
def a_process(name, settings):
    """The app behind uvicorn on a socket it inherits, so that it can be called before it is up."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port = listener.getsockname()[1]
        environment = os.environ | {
            "SHEQUYUN_DATABASE_URL": settings.database_url, "SHEQUYUN_DATA_DIR": str(settings.data_dir),
            "SHEQUYUN_SECRET_KEY": SECRET, f"SHEQUYUN_{name.upper()}_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        command = [sys.executable, "-c", SERVE, f"{name}_app.main:create_app", str(listener.fileno())]
        process = subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()])
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def test_what_is_raised_at_one_app_is_heard_at_the_other(settings, given):
    resident, worker = given.resident(), given.worker()
    with ExitStack() as stack:
        raising, listening = (
            stack.enter_context(a_process(name, settings)) for name in ("resident", "committee")
        )
        ear = stack.enter_context(
            connect(
                f"ws://{listening}/live", open_timeout=PATIENCE, proxy=None,
                additional_headers={"Cookie": f"shequyun_committee={given.token_of(worker)}"},
            )
        )  # fmt: skip
        hello = json.loads(ear.recv(timeout=PATIENCE))
        raised = httpx2.post(
            f"http://{raising}/api/v1/cases", json={"text": "12号楼道的灯坏了"}, timeout=PATIENCE,
            headers={"Authorization": f"Bearer {given.token_of(resident)}", "Idempotency-Key": new_id()},
        )  # fmt: skip
        fact = json.loads(ear.recv(timeout=PATIENCE))

    assert hello["type"] == "hello"
    assert raised.status_code == 201
    assert (fact["type"], fact["subject"]) == ("case.submitted", f"case/{raised.json()['id']}")
