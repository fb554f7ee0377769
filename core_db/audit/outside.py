"""The one place from which the record asks outside: JSON to an address the operator set. No redirect, no proxy."""

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from core_db.audit.errors import WitnessAway

#: Seconds for an answer, and bytes of it that are read.
PATIENCE, AT_MOST = 8.0, 65_536
#: Only on this machine may it go without encryption.
HERE = ("127.0.0.1", "localhost", "::1")


def ask(url: str, path: str, said: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    """GET, or POST what is said; the status and what was answered. WitnessAway: nothing that can be read came back."""
    connection, base = _connection(url)
    try:
        body = None if said is None else json.dumps(said)
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request("POST" if body else "GET", base + path, body, headers)
        response = connection.getresponse()
        answered = json.loads(response.read(AT_MOST))
    except (OSError, HTTPException, ValueError) as fault:
        raise WitnessAway(type(fault).__name__) from fault
    finally:
        connection.close()
    return response.status, answered if isinstance(answered, dict) else {}


def _connection(url: str) -> tuple[HTTPConnection, str]:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        encrypted = ssl.create_default_context()
        return HTTPSConnection(parts.hostname, parts.port, timeout=PATIENCE, context=encrypted), _base(
            parts.path
        )
    if parts.scheme == "http" and parts.hostname in HERE:
        return HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE), _base(parts.path)
    raise WitnessAway(f"{url} is no https address")


def _base(path: str) -> str:
    return path.rstrip("/")
