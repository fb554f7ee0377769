"""The one place from which the record asks outside: JSON, encrypted or on this machine, and nobody else is called."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core_db.audit import WitnessAway, outside
from core_db.foundation.egress import Egress


class Answering(BaseHTTPRequestHandler):
    """Says back what it was told; `/nonsense` no JSON, `/list` no object."""

    def do_GET(self) -> None:
        said = {"/nonsense": b"<html>", "/base/list": b"[1]"}.get(
            self.path, b'{"path": "%s"}' % self.path.encode()
        )
        self._say(200, said)

    def do_POST(self) -> None:
        self._say(201, self.rfile.read(int(self.headers["Content-Length"])))

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on the screen."""


@pytest.fixture
def here():
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_witness_is_asked_in_json(here):
    assert outside.ask(f"{here}/base/", "/seen", egress=Egress()) == (200, {"path": "/base/seen"})
    assert outside.ask(here, "/show", {"old_size": 0}, egress=Egress()) == (
        201,
        json.loads('{"old_size": 0}'),
    )
    assert outside.ask(f"{here}/base", "/list", egress=Egress()) == (200, {})
    with pytest.raises(WitnessAway):
        outside.ask(here, "/nonsense", egress=Egress())


def dialled_for(url: str) -> list[tuple[str, int]]:
    """Where somebody is called who is asked for at this address; nobody answers."""
    dialled: list[tuple[str, int]] = []

    def nobody_there(there: tuple[str, int], _patience: float) -> None:
        dialled.append(there)
        raise ConnectionRefusedError

    anywhere = Egress(resolve=lambda *_: ["9.9.9.9"], dial=nobody_there)  # type: ignore[arg-type]
    with pytest.raises(WitnessAway):
        outside.ask(url, "/seen", egress=anywhere)
    return dialled


@pytest.mark.parametrize(
    "url",
    [
        "http://street.example", "http://street.example:8443", "ftp://street.example", "ftp://localhost", "https://",
        "nonsense",
    ],
)  # fmt: skip
def test_who_cannot_be_asked_safely_is_not_called(url):
    assert dialled_for(url) == []


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://street.example", ("9.9.9.9", 443)),
        ("https://street.example:8443", ("9.9.9.9", 8443)),
        ("https://127.0.0.1:1", ("127.0.0.1", 1)),
        ("http://127.0.0.1", ("127.0.0.1", 80)),
    ],
)
def test_who_is_asked_is_called_at_the_door_that_was_named_or_at_the_usual_one(url, there):
    assert dialled_for(url) == [there]


def test_a_name_that_leads_inside_is_not_asked():
    dialled: list[object] = []
    inside = Egress(resolve=lambda *_: ["127.0.0.1"], dial=lambda *there: dialled.append(there))

    with pytest.raises(WitnessAway, match="CallRefused"):
        outside.ask("https://street.example", "/seen", egress=inside)

    assert not dialled
