"""Both apps as processes of their own, on one database file."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.databases import SECRET

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
#: The first that is there; the one that has no windows to draw is quicker.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")


def found_browser() -> str | None:
    """Where a Chromium is, if there is one on this machine."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Where the two apps answer, and the database they share."""

    resident: str
    committee: str
    database_url: str

    def of(self, app: str) -> str:
        return self.resident if app == "resident" else self.committee


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[Servers]:
    """Both apps answer inside this block."""
    ports = {"resident": free_port(), "committee": free_port()}
    # Passkeys answer to names alone, and browsers trust no plain address but this machine's own name.
    hosts = {"resident": "127.0.0.1", "committee": "localhost"}
    at = {name: f"http://{hosts[name]}:{port}" for name, port in ports.items()}
    environment = os.environ | {
        "SHEQUYUN_DATABASE_URL": database_url, "SHEQUYUN_DATA_DIR": str(folder), "SHEQUYUN_SECRET_KEY": SECRET,
        "SHEQUYUN_RESIDENT_URL": at["resident"], "SHEQUYUN_COMMITTEE_URL": at["committee"], "SHEQUYUN_DEMO": "true",
        # Two browsers and two apps on two busy cores: here waiting is no sign of overload.
        "SHEQUYUN_WAITING_MS": "10000",
    }  # fmt: skip
    with ExitStack() as stack:
        processes = [stack.enter_context(_process(name, ports[name], environment, folder)) for name in ports]
        for name, process in zip(ports, processes, strict=True):
            _await(f"{at[name]}/readyz", process, folder / f"{name}.log")
        yield Servers(resident=at["resident"], committee=at["committee"], database_url=database_url)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@contextmanager
def _process(
    name: str, port: int, environment: dict[str, str], folder: Path
) -> "Iterator[subprocess.Popen[bytes]]":
    order = [
        sys.executable, "-m", "uvicorn", "--factory", f"{name}_app.main:create_app", "--port", str(port),
        "--ws", "websockets-sansio", "--no-access-log", "--log-level", "warning",
        "--timeout-graceful-shutdown", "2",
    ]  # fmt: skip
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(order, cwd=HOUSE, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the app says it is ready; the one place here that waits by the clock: a process has no other bell."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{address} never became ready:\n{log.read_text(errors='replace')[-3000:]}")
