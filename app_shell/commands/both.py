"""Both apps as two processes that live and stop together, each a fork of one that has imported everything.

This one imports next to nothing: it is done looking before the other has what it needs.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app_shell.commands.voice import Mistake, note
from core_db.foundation.egress import egress_from

if TYPE_CHECKING:
    from core_db.foundation.settings import Settings

PORTS = {"resident": 8000, "committee": 8001}
#: Seconds for requests that are being answered when the process is told to stop.
GRACE = 10
#: What the process imports of which both apps are forks.
IMPORTED = ["app_shell.commands.preloaded"]


def tell_address(settings: "Settings", which: str, *, host: str, port: int) -> None:
    """Where nobody said under which address an app is reached, it is where it listens."""
    name = f"{which}_url"
    if name in settings.model_fields_set or port == PORTS[which]:
        return
    seen = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not listened at
    os.environ[f"SHEQUYUN_{name.upper()}"] = f"http://{f'[{seen}]' if ':' in seen else seen}:{port}"


def serve_both(
    settings: "Settings", *, host: str, port: int, flags: Sequence[str],
    when_up: Callable[[Mapping[str, str]], None] | None = None, anew: Callable[[], bool] | None = None,
) -> int:  # fmt: skip
    """Both apps as processes of their own. If one ends the other is stopped; returns the exit status.

    `anew` is asked twice a second whether both are to be begun anew.
    """
    ports = {"resident": port, "committee": port + 1}
    for which, number in ports.items():
        tell_address(settings, which, host=host, port=number)
    children = {which: _start(which, number, flags) for which, number in ports.items()}
    stopped = _stop_with_us(children.values())
    try:
        seen = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
        addresses = {which: f"http://{seen}:{number}" for which, number in ports.items()}
        if _wait_until_up(children, addresses) and when_up is not None:
            when_up(addresses)
        while (first := _wait_for_first(children, anew)) is None or (
            not stopped and _was_stuck(settings, children[first])
        ):
            _begin_anew([first] if first else list(ports), children, ports, flags)
            _wait_until_up(children, addresses)
            note("重新启动好了。", "It is up again.")
    finally:
        _stop(children.values(), within=GRACE + 5)
    if stopped:
        return 0
    note(f"{first} 停止了，另一个也已停止。", f"{first} has stopped, and so has the other.")
    return 1


def import_beside() -> None:
    """Have the process from which both apps come import everything while this one makes them ready."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(IMPORTED)
    forkserver.ensure_running()


def _start(which: str, port: int, flags: Sequence[str]) -> BaseProcess:
    """A fork of a process that has imported everything and done nothing: seconds become a moment, each time anew."""
    kept = multiprocessing.get_context("forkserver")
    kept.set_forkserver_preload(IMPORTED)
    words = ("serve", which, "--port", str(port), *flags)
    child = kept.Process(target=_be, args=(words, dict(os.environ)), name=which)
    child.start()
    return child


def _be(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """The command, in a process of its own from here on."""
    # A group of its own: a Ctrl-C in the terminal reaches us, and we stop both in order.
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["shequyun", *words]
    from app_shell.command import main

    main()


def _begin_anew(
    which: Sequence[str], children: dict[str, BaseProcess], ports: Mapping[str, int], flags: Sequence[str]
) -> None:
    """Whoever began it anew waits for it: what is open is not waited for."""
    _stop([children[one] for one in which], within=1)
    for one in which:
        children[one] = _start(one, ports[one], flags)


def _was_stuck(settings: "Settings", child: BaseProcess) -> bool:
    """Whether a process ended itself because a plugin left it no turn: its last words say so. It is begun anew."""
    last_words = settings.data_dir / "x" / "stuck" / f"{child.pid}.txt"
    was_stuck = last_words.exists() and last_words.stat().st_size > 0
    if was_stuck:
        note("一个应用卡住了整个进程，重新启动。", "A plugin held the whole process up; it is begun anew.")
    return was_stuck


def _stop_with_us(children: Collection[BaseProcess]) -> list[int]:
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)
        for child in children:
            child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped


def _wait_until_up(children: Mapping[str, BaseProcess], addresses: Mapping[str, str]) -> bool:
    """Ask each app until it answers, for three minutes at most."""
    for which, address in addresses.items():
        port = urlsplit(address).port
        own_house = egress_from(f"0.0.0.0/0:{port}, [::/0]:{port}")
        for _attempt in range(1800):
            if not children[which].is_alive():
                return False
            with suppress(OSError):
                if own_house.request("GET", f"{address}/healthz", timeout=2).status == 200:
                    break
            children[which].join(0.1)
    return all(child.is_alive() for child in children.values())


def _wait_for_first(children: Mapping[str, BaseProcess], anew: Callable[[], bool] | None) -> str | None:
    """Who ended; None: nobody did, and all are to be begun anew."""
    while True:
        wait([child.sentinel for child in children.values()], timeout=0.5)
        for which, child in children.items():
            if not child.is_alive():
                return which
        if anew is not None and anew():
            return None


def _stop(children: Collection[BaseProcess], *, within: float) -> None:
    for child in children:
        if child.is_alive():
            child.terminate()
    for child in children:
        child.join(within)
        if child.is_alive():
            child.kill()
            child.join()


def must_be_free(host: str, ports: Sequence[int]) -> None:
    """Say at once that a port is taken, rather than in the log of a child."""
    import socket

    for port in ports:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as knocking:
            knocking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                knocking.bind((host, port))
            except OSError as fault:
                raise Mistake(
                    f"端口 {port} 不能用：{fault.strerror}。",
                    f"Port {port} cannot be used: {fault.strerror}.",
                ) from fault
