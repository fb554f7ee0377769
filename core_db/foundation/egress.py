"""The one way out of the house: every call that we make ourselves goes through here, and nowhere else.

A name is looked up once, and every address it has must be public or expressly allowed; then exactly that
address is dialled, while the name stays in the Host header and in the certificate that is asked for. So
neither a strange spelling of 127.0.0.1, nor a name that changes its address between check and use, nor a
redirect reaches what stands inside. No proxy is asked, nothing is followed, time and size are bounded.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from core_db.foundation.lean import dataclass

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[tuple[str, int], float], socket.socket]

PORTS: Final = frozenset({80, 443})
MOST_BYTES: Final = 1_000_000
#: A name as it is registered (RFC 1123): letters, digits, hyphens. Others are spellings of something else.
_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)

#: IANA's special-purpose registries (2026), and addresses at which clouds keep their machines' secrets.
_INSIDE: Final = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",
    )
)  # fmt: skip
#: Of IPv6 only what is given out to networks (2000::/3), without what carries an IPv4 address or is no network.
_GIVEN_OUT: Final = IPv6Network("2000::/3")
_INSIDE_6: Final = tuple(
    IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


class CallRefused(OSError):
    """We do not call there: the address is inside, or the port is none that is called."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered, its body cut off after so many bytes as were wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_public(address: Address) -> bool:
    """Is this an address of the wide world, whichever way it is written?"""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        return address in _GIVEN_OUT and not any(address in net for net in _INSIDE_6)
    return not any(address in net for net in _INSIDE)


def _looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True)
class Allowed:
    """A network that may be called although it is inside, at one port or at those that are always called."""

    network: Any
    port: int | None = None


@dataclass(frozen=True)
class Egress:
    """Where an installation may call. `resolve` and `dial` are the system's, unless a test puts its own there."""

    allowed: tuple[Allowed, ...] = ()
    hosts: tuple[tuple[str, int], ...] = ()
    resolve: Resolve = field(default=_looked_up, repr=False)
    dial: Dial = field(default=socket.create_connection, repr=False)

    def also(self, host: str, port: int) -> "Egress":
        """The same, and this very host at this port, because the operator himself wrote it into a setting.

        A literal address or `localhost` may then be inside; a name may not: whoever keeps it says what it means.
        """
        return replace(self, hosts=(*self.hosts, (host.lower(), port)))

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        """A connection to an address of the host that was looked at. CallRefused before anything is sent."""
        addresses = self._checked(host.lower().rstrip("."), port)
        fault: OSError = CallRefused(f"{host} has no address")
        for address in addresses:
            try:
                return self.dial((str(address), port), timeout)
            except OSError as missed:
                fault = missed
        raise fault

    def request(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None,
        timeout: float, most: int = MOST_BYTES,
    ) -> Reply:  # fmt: skip
        """One request over HTTP; `timeout` is for all of it, in seconds. OSError when there was no answer.

        TimeoutError says that it may have arrived. A redirect is an answer like any other.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CallRefused(f"{parts.scheme}: is not called")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = HTTPConnection(parts.hostname, port, timeout=timeout)
        line.sock = self.connect(parts.hostname, port, timeout=timeout)
        with _in_time(line, timeout) as late:
            try:
                if parts.scheme == "https":
                    _secure(line)
                line.request(method, path, body, {"Connection": "close", **(headers or {})})
                answer = line.getresponse()
                reply = Reply(answer.status, dict(answer.headers), answer.read(most))
                if late.is_set():
                    # What was cut looks like what had ended.
                    raise TimeoutError
                return reply
            except OSError as fault:
                raise (TimeoutError() if late.is_set() else fault) from fault
            except (HTTPException, ValueError) as fault:
                raise (TimeoutError() if late.is_set() else OSError(str(fault))) from fault
            finally:
                line.close()

    def mail(self, host: str, port: int, *, timeout: float) -> smtplib.SMTP:
        """A connection to a mail server, still to be secured; `timeout` is for each step of it, in seconds."""
        return _Smtp(self, host, port, timeout)

    # -- what may be called -------------------------------------------------------------------------

    def _checked(self, host: str, port: int) -> list[Address]:
        written = (host, port) in self.hosts
        literal = _literal(host)
        if literal is None and _NAME.fullmatch(host) is None:
            raise CallRefused("a host is a name or an address as everybody writes it")
        if literal is not None:
            addresses = [literal]
        else:
            addresses = [ip_address(one.split("%")[0]) for one in self.resolve(host, port)]
        is_explicit = written and (literal is not None or host == "localhost")
        for address in addresses:
            if not (is_explicit or self._may_be_called(address, port, is_written=written)):
                raise CallRefused(
                    f"{host} is not called at port {port}: it is not public, and nobody allowed it"
                )
        return addresses

    def _may_be_called(self, address: Address, port: int, *, is_written: bool) -> bool:
        inner = getattr(address, "ipv4_mapped", None) or address
        for one in self.allowed:
            if inner.version == one.network.version and inner in one.network:
                return one.port == port if one.port is not None else port in PORTS or is_written
        return is_public(address) and (port in PORTS or is_written)


def egress_from(allowed: str) -> Egress:
    """What an operator allows: networks or addresses, each perhaps with a port: `10.1.0.0/16, [fd00::5]:25`."""
    return Egress(tuple(_allowed(one.strip()) for one in allowed.split(",") if one.strip()))


def _allowed(said: str) -> Allowed:
    with_port = re.fullmatch(r"(?:\[([0-9a-fA-F:/]+)\]|([\d./]+))(?::(\d{1,5}))?", said)
    try:
        if with_port is None:
            return Allowed(ip_network(said))
        return Allowed(ip_network(with_port[1] or with_port[2]), int(with_port[3]) if with_port[3] else None)
    except ValueError as fault:
        raise ValueError(f"SHEQUYUN_EGRESS_ALLOWED: {said} is no network.") from fault


def _literal(host: str) -> Address | None:
    """An address in its usual spelling; 0177.0.0.1, 2130706433 and their like are none."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return None if getattr(address, "scope_id", None) else address


def _secure(line: HTTPConnection) -> None:
    context = ssl.create_default_context()
    secured = context.wrap_socket(line.sock, server_hostname=line.host, do_handshake_on_connect=False)
    # Before the handshake: that can be dragged out as well.
    line.sock = secured
    secured.do_handshake()


@contextmanager
def _in_time(line: HTTPConnection, timeout: float) -> Iterator[threading.Event]:
    """Cut the line when the time is up: one that sends a byte a second never runs into a timeout by itself."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        try:
            # Of the socket itself: a secured one would first forget how it is secured, under the reader's hands.
            socket.socket.shutdown(line.sock, socket.SHUT_RDWR)
        except (OSError, TypeError):
            return

    watch = threading.Timer(timeout, cut)
    watch.start()
    try:
        yield late
    finally:
        watch.cancel()


class _Smtp(smtplib.SMTP):
    """A mail connection over a line that was looked at."""

    def __init__(self, egress: Egress, host: str, port: int, timeout: float) -> None:
        self._egress = egress
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._egress.connect(host, port, timeout=timeout)
