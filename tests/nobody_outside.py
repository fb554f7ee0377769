"""No test calls anybody outside of this machine: what tries to ends with a sentence, whoever tries.

Holds in this process and in what is forked from it; a program that a test starts is held by the guard that the product
has of its own (`core_db.foundation.egress`).
"""

import socket
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import pytest

#: Ways out of a socket, by where in their arguments the address stands: `sendto` may have flags before it.
WAYS_OUT = {"connect": 0, "connect_ex": 0, "sendto": -1}


class CalledOutside(AssertionError):
    """A test was about to call another machine, or to ask one for a name."""


def is_here(address: object) -> bool:
    """Whether an address is of this machine: a path, loopback, or its own name for itself."""
    if not isinstance(address, tuple):
        return True
    number = _number(str(address[0]))
    return number.is_loopback if number is not None else address[0] in {"", "localhost"}


def let_nobody_out(config: pytest.Config) -> None:
    """Until pytest ends every way out of a socket, and the look-up of names, leads to this machine alone."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for way, at in WAYS_OUT.items():
        patch.setattr(socket.socket, way, _held(getattr(socket.socket, way), at))
    patch.setattr(socket, "getaddrinfo", _asking_nobody(socket.getaddrinfo))


def _held(way: Callable[..., Any], at: int) -> Callable[..., Any]:
    @wraps(way)
    def leads_here(self: socket.socket, *said: Any) -> Any:
        if not is_here(said[at]):
            raise CalledOutside(f"a test called {said[at]}")
        return way(self, *said)

    return leads_here


def _asking_nobody(look_up: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(look_up)
    def answers_from_here(host: Any, *said: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and _number(name) is None and not is_here((name,)):
            raise CalledOutside(f"a test asked where {name} is")
        return look_up(host, *said, **more)

    return answers_from_here


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None
