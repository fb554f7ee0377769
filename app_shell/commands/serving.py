"""Serving the apps: one of them in this process, or both in processes of their own."""

import multiprocessing
import os
import signal
import threading
from enum import StrEnum
from typing import Annotated, Any

import typer
import uvicorn

from app_shell.commands.both import GRACE, PORTS, import_beside, serve_both, tell_address
from app_shell.commands.glance import must_have_key
from app_shell.commands.house import CLOCK
from app_shell.commands.voice import note
from app_shell.front import FrontDoor
from app_shell.live_wire import Wire
from app_shell.logs import configuration
from app_shell.stopping import DRAINED_WITHIN
from core_db import migrations
from core_db.foundation.database import Engines, open_engines
from core_db.foundation.house_keys import house_keys_of
from core_db.foundation.settings import Settings


class Which(StrEnum):
    RESIDENT = "resident"
    COMMITTEE = "committee"
    ALL = "all"


def serve(
    which: Annotated[Which, typer.Argument(help="居民端、居委端或两者 / residents', committee's, or both")],
    host: Annotated[str, typer.Option(help="监听地址 / address to listen at")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65534, help="端口（all：居民端，居委端加一）/ port")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="每个应用的进程数 / processes for each app")
    ] = 1,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="信任本机反向代理的头 / trust a proxy on this machine")
    ] = False,
    access_log: Annotated[
        bool, typer.Option("--access-log", help="记录每个请求 / log every request")
    ] = False,
) -> None:
    """启动应用 / serve the apps."""
    settings = Settings()
    if which is Which.ALL:
        import_beside()
    make_ready(settings)
    more = _flags(host=host, workers=workers, behind_proxy=behind_proxy, access_log=access_log)
    if which is Which.ALL:
        raise typer.Exit(serve_both(settings, host=host, port=port or PORTS["resident"], flags=more))
    chosen = port or PORTS[which]
    tell_address(settings, which, host=host, port=chosen)
    _run(which, host=host, port=chosen, workers=workers, behind_proxy=behind_proxy, access_log=access_log)


def make_ready(settings: Settings) -> None:
    """What has to be right before any process starts; an embedded database is made or brought up to date."""
    must_have_key(settings)
    house_keys_of(settings)
    engines = open_engines(settings)
    try:
        if engines.is_sqlite:
            migrations.upgrade(engines, clock=CLOCK)
        migrations.must_fit(engines)
        must_be_guarded(settings, engines)
    finally:
        engines.dispose()


def must_be_guarded(settings: Settings, engines: Engines) -> None:
    """Refuse to serve past the walls between neighbourhoods, unless somebody said loudly that he wants it."""
    try:
        migrations.must_be_guarded(engines)
    except migrations.Unguarded as unguarded:
        if not settings.unguarded:
            raise
        zh, en = unguarded.sentence("zh"), unguarded.sentence("en")
        note(f"只可用于开发（SHEQUYUN_UNGUARDED）：{zh}", f"For development alone (SHEQUYUN_UNGUARDED): {en}")


def _run(which: str, **chosen: Any) -> None:
    behind_proxy = chosen.pop("behind_proxy")
    level = "info" if chosen["access_log"] else "warning"
    _stop_when_alone()
    uvicorn.run(
        f"{which}_app.main:create_app", factory=True, loop="auto", http=FrontDoor, ws=Wire,
        ws_per_message_deflate=False, proxy_headers=behind_proxy, server_header=False,
        forwarded_allow_ips="127.0.0.1" if behind_proxy else "", timeout_graceful_shutdown=GRACE - int(DRAINED_WITHIN),
        log_level=level, log_config=dict(configuration(level)), **chosen,
    )  # fmt: skip


def _stop_when_alone() -> None:
    """A child whose parent was killed outright stops too: nobody else would give its port back."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def _flags(*, host: str, workers: int, behind_proxy: bool, access_log: bool) -> list[str]:
    flags = ["--host", host, "--workers", str(workers)]
    flags += ["--behind-proxy"] if behind_proxy else []
    return flags + (["--access-log"] if access_log else [])
