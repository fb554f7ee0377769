"""Tests stay on this machine: whoever in them calls another one, or asks one for a name, is told so."""

import asyncio
import socket

import pytest

from tests.nobody_outside import CalledOutside

#: An address of nobody's, by RFC 5737 and 3849.
NOBODYS, NOBODYS_SIX = ("192.0.2.1", 443), ("2001:db8::1", 443, 0, 0)


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, NOBODYS), (socket.AF_INET6, NOBODYS_SIX)], ids=["four", "six"]
)
def test_a_socket_reaches_no_other_machine(way, family, address):
    with socket.socket(family) as one, pytest.raises(CalledOutside, match="a test called"):
        getattr(one, way)(address)


def test_nothing_is_sent_to_another_machine_either():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, pytest.raises(CalledOutside):
        one.sendto(b"a question", NOBODYS)


def test_nobody_is_asked_where_a_name_is():
    with pytest.raises(CalledOutside, match=r"asked where residents\.test is"):
        socket.create_connection(("residents.test", 443), timeout=1)


def test_a_loop_reaches_no_other_machine():
    with pytest.raises(CalledOutside):
        asyncio.run(asyncio.open_connection(*NOBODYS))


def test_this_machine_is_reached():
    """A control: by loopback, by its name, and by a path."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1]), timeout=5).close()
    ours, theirs = socket.socketpair()
    ours.close(), theirs.close()
