"""The one place from which the record asks outside: JSON over the one way out, to an address the operator set."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core_db.audit.errors import WitnessAway
from core_db.foundation.egress import Egress

#: Seconds for an answer, and bytes of it that are read.
PATIENCE, AT_MOST = 8.0, 65_536
#: Only on this machine may it go without encryption.
HERE = ("127.0.0.1", "localhost", "::1")


def ask(
    url: str, path: str, said: Mapping[str, Any] | None = None, *, egress: Egress
) -> tuple[int, dict[str, Any]]:
    """GET, or POST what is said; the status and what was answered. WitnessAway: nothing that can be read came back."""
    try:
        host, port = _address(url)
        body = None if said is None else json.dumps(said).encode()
        reply = egress.also(host, port).request(
            "GET" if body is None else "POST", url.rstrip("/") + path, body=body,
            headers={"Content-Type": "application/json"} if body else {}, timeout=PATIENCE, most=AT_MOST,
        )  # fmt: skip
        answered = json.loads(reply.body)
    except (OSError, ValueError) as fault:
        raise WitnessAway(type(fault).__name__) from fault
    return reply.status, answered if isinstance(answered, dict) else {}


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return parts.hostname, parts.port or 443
    if parts.scheme == "http" and parts.hostname in HERE:
        return parts.hostname, parts.port or 80
    raise WitnessAway(f"{url} is no https address")
