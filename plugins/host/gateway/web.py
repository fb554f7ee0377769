"""The web for plugins: the hosts of the manifest and no other, never what stands inside, ten seconds, a mebibyte."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from core_db.foundation.egress import Egress
from core_db.installs.sheets import ANY_HOST
from plugins.host.gateway.gates import Asking, Denied
from plugins.host.gateway.noting import Answer
from plugins.sdk.context import Refused
from plugins.sdk.told import Answer as Told

SECONDS, MOST = 10.0, 1024 * 1024
#: What is ours to say of a request.
OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer"})
Asked = Mapping[str, Any]


def let_out(asking: Asking, asked: Asked) -> Answer:
    """Whether the address is one of the manifest's, or of any host where the operator approved that of this version."""
    asking.must_be_open([])
    parts = urlsplit(str(asked["url"]))
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not (host and _is_known(asking.standing.plugin, host)):
        raise Denied(f"{asking.op}: {parts.hostname or 'this'} is not among the hosts of plugin.toml")
    _must_be_told_of(asking, host)
    return Answer()


def _is_known(plugin: Any, host: str) -> bool:
    known = {str(one).lower() for one in plugin.manifest.get("network") or ()}
    return host in known or (ANY_HOST in known and plugin.any_host_version == plugin.version)


def _must_be_told_of(asking: Asking, host: str) -> None:
    """What a call has read goes nowhere but where the residents were told that it goes: `sends_to` of its purpose.

    Of one call alone: what a plugin keeps and sends in another, nobody sees.
    """
    for purpose in asking.standing.purposes:
        told = {one.lower() for one in purpose.hosts}
        if purpose.id in asking.where.read_for and not told & {host, ANY_HOST}:
            raise Denied(
                f"{asking.op}: this call read people's fields for {purpose.id!r}, whose sends_to has no {host}"
            )


def call_out(egress: Egress, op: str, asked: Asked) -> dict[str, Any]:
    """Make the request; Refused where there was no answer. For a thread: it blocks."""
    headers = {
        name: str(value)
        for name, value in (asked.get("headers") or {}).items()
        if name.lower() not in OURS and "\n" not in f"{name}{value}" and "\r" not in f"{name}{value}"
    }
    body = None
    if op == "http.post":
        body = orjson.dumps(asked.get("json"))
        headers = {"Content-Type": "application/json", **headers}
    method = "POST" if op == "http.post" else "GET"
    try:
        reply = egress.request(
            method, str(asked["url"]), body=body, headers=headers, timeout=SECONDS, most=MOST
        )
    except OSError as fault:
        raise Refused(
            f"{op}: {urlsplit(str(asked['url'])).hostname} did not answer ({type(fault).__name__})"
        ) from fault
    text = reply.body.decode("utf-8", errors="replace")
    return Told(status=reply.status, text=text, headers=dict(reply.headers)).model_dump(mode="json")
