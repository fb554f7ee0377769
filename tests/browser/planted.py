"""Both apps served within the test's own process, so that a planted host can stand behind them."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app_shell.plugged import PluginHost
from tests.browser.servers import PATIENCE, Servers, free_port
from tests.databases import settings_for


@contextmanager
def running_with(host: PluginHost, database_url: str, folder: Path) -> Iterator[Servers]:
    """Both apps answer inside this block, and ask this host."""
    from committee_app.main import create_app as committee
    from resident_app.main import create_app as resident

    ports = {"resident": free_port(), "committee": free_port()}
    at = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    urls = {"resident_url": at["resident"], "committee_url": at["committee"]}
    settings = settings_for(database_url, folder).model_copy(update={**urls, "waiting_ms": 10_000})
    with ExitStack() as stack:
        for name, create_app in (("resident", resident), ("committee", committee)):
            app = create_app(settings)
            app.state.shell.plugins = host
            stack.enter_context(_served(app, ports[name]))
        yield Servers(resident=at["resident"], committee=at["committee"], database_url=database_url)


@contextmanager
def _served(app: FastAPI, port: int) -> Iterator[None]:
    config = uvicorn.Config(
        app,
        port=port,
        log_level="error",
        access_log=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the app did not start"
        assert time.monotonic() < until, "the app took too long to start"
        threading.Event().wait(0.05)
    yield
    server.should_exit = True
    thread.join(PATIENCE)
