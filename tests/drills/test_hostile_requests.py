"""T36: what strangers and residents can send costs little: neither the processor nor the memory of a server.

Each hostile request is measured by what the server's process worked for it and by how far its memory rose, beside a
plain request of the same app in the same run. Nothing here is a time that somebody waited: the machine may be busy.
"""

import json
import signal
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import pytest

from bench.loading import Ask, ask
from tests.drills.house import PATIENCE, Place, size
from tests.drills.notes import keep_figures

TIMES = size(quick=3, long=25)
#: The dearest costs ten times as much as a page here; before two ways of ours were mended it was two hundred times.
#: Three tries on a machine that does much else have once read 32; the committee's, unmended, read 232, residents' 57.
PLAIN, DEAREST = "plain", size(quick=50, long=30)
#: By so much of what the process holds anyway its memory may rise.
RISES = 1 / 3
MIB = 1024 * 1024
KIB = 1024
#: Six signs as an address has them.
SIGNS = quote("楼道灯不亮了")
#: What is asked for by the way, and where files are sent.
PLAINLY = {"resident": "/", "committee": "/cases"}
PAGE = {"resident": "/report", "committee": "/enter"}
BOUNDARY = "a-word-in-no-picture"


def part(name: str, said: str = "x", head: str = "") -> str:
    return f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"{head}\r\n\r\n{said}\r\n'


def parts(*said: str) -> bytes:
    return ("".join(said) + f"--{BOUNDARY}--\r\n").encode()


A_FILE = '; filename="a.jpg"'
MULTIPART = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
JSON = {"Content_Type": "application/json"}


def as_case(text: str) -> bytes:
    return json.dumps({"text": text}).encode()


def hostile() -> dict[str, tuple[str, str, bytes, dict[str, str]]]:
    """By its name: method, path, body and headers.."""
    nested = b"[" * (30 * KIB) + b"]" * (30 * KIB)
    dense = zlib.compress(b"a" * (64 * MIB), 9)
    return {
        # -- addresses
        "a long query": ("GET", f"/api/v1/cases?q={'a' * 50_000}", b"", {}),
        "many parameters": ("GET", "/api/v1/cases?" + "limit=1&" * 6_000, b"", {}),
        "many different parameters": ("GET", "/api/v1/cases?" + "&".join(f"p{n}=1" for n in range(6_000)), b"", {}),
        "a long path": ("GET", "/" + "a" * 50_000, b"", {}),
        "many folders": ("GET", "/static" + "/.." * 15_000, b"", {}),
        "a number without end": ("GET", f"/api/v1/cases?limit={'9' * 50_000}", b"", {}),
        "a cursor without end": ("GET", f"/api/v1/cases?cursor={'A' * 50_000}", b"", {}),
        # -- words that a careless pattern goes through again and again
        "nested brackets": ("GET", "/api/v1/cases?q=" + "(" * 2_000 + ")" * 2_000, b"", {}),
        "one sign again and again": ("GET", "/api/v1/cases/similar?text=" + "a" * 8_000 + "!", b"", {}),
        "blanks": ("POST", "/api/v1/cases", as_case("a" + " \t" * 15_000 + "a"), JSON),
        "digits": ("POST", "/api/v1/cases", as_case("1" * 30_000), JSON),
        "digits and dashes": ("POST", "/api/v1/cases", as_case("1-" * 15_000), JSON),
        "a hundred rooms": ("GET", "/api/v1/cases/similar?text=" + "12%E5%8F%B7101%E5%AE%A4" * 300, b"", {}),
        "signs on signs": ("POST", "/api/v1/cases", as_case("e" + "\u0301" * 10_000), JSON),
        "words without end": ("GET", "/similar?text=" + SIGNS * 1_000, b"", {}),
        "as many words as are taken": ("GET", f"/api/v1/cases/similar?text={SIGNS * 330}", b"", {}),
        "as many words as are looked for": ("GET", f"/api/v1/cases?q={'+'.join([SIGNS] * 20)}", b"", {}),
        "quotes": ("GET", "/api/v1/cases?q=" + "%22*%25_" * 2_000, b"", {}),
        # -- JSON
        "deep JSON": ("POST", "/api/v1/cases", nested, JSON),
        "deep JSON within a field": ("POST", "/api/v1/cases", b'{"text":' + nested + b"}", JSON),
        "a huge number": ("POST", "/api/v1/cases", b'{"text":' + b"9" * 60_000 + b"}", JSON),
        "many fields": ("POST", "/api/v1/cases", json.dumps({f"f{n}": n for n in range(4_000)}).encode(), JSON),
        "one field again and again": ("POST", "/api/v1/cases", b"{" + b'"text":1,' * 6_000 + b'"text":1}', JSON),
        "many photos": ("POST", "/api/v1/cases", json.dumps({"text": "灯", "photos": ["x"] * 9_000}).encode(), JSON),
        # -- forms
        "many fields of a form": ("POST", "/feedback", b"text=1&" * 18_000, FORM),
        "many names in a form": ("POST", "/feedback", "&".join(f"f{n}=" for n in range(18_000)).encode(), FORM),
        "percents": ("POST", "/feedback", b"text=" + b"%" * 120_000, FORM),
        "many parts": ("POST", "{page}", parts(*(part(f"f{n}") for n in range(4_000))), MULTIPART),
        "many files": ("POST", "{page}", parts(*(part("file", head=A_FILE) for _ in range(3_000))), MULTIPART),
        "a part without an end": ("POST", "{page}", part("text", "-" * 1_000_000).encode(), MULTIPART),
        "dashes": ("POST", "{page}", parts(part("text", f"\r\n--{BOUNDARY[:-1]}" * 30_000)), MULTIPART),
        "a long head of a part": ("POST", "{page}", parts(part("a" * 60_000)), MULTIPART),
        # -- headers
        "a long cookie": ("GET", "/", b"", {"Cookie": "a" * 50_000}),
        "many cookies": ("GET", "/", b"", {"Cookie": "a=1; " * 8_000}),
        "many languages": ("GET", "/", b"", {"Accept_Language": "zh-CN;q=0.1," * 4_000}),
        "many kinds": ("GET", "/", b"", {"Accept": "text/html;q=0.1," * 3_000}),
        "many headers": ("GET", "/", b"", {f"X_{n}": "1" for n in range(3_000)}),
        "many ranges": ("GET", "/static/css/base.css", b"", {"Range": "bytes=" + "0-1," * 9_000 + "0-1"}),
        "many versions": ("GET", "/static/css/base.css", b"", {"If_None_Match": '"x",' * 9_000}),
        "a long token": ("GET", "/api/v1/cases", b"", {"Authorization": f"Bearer {'a' * 50_000}"}),
        # -- bodies
        "a packed body": ("POST", "/api/v1/cases", dense, JSON | {"Content_Encoding": "deflate"}),
        "a body that is too large": ("POST", "/api/v1/cases", as_case("a" * (4 * MIB)), JSON),
        "a form that is too large": ("POST", "/feedback", b"text=" + b"a" * (4 * MIB), FORM),
    }  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Seconds that the server worked, and bytes by which its memory rose at most."""

    worked: float
    rose: int
    statuses: frozenset[int]


class Measured:
    """A server's process, seen from outside."""

    def __init__(self, place: Place, token: str) -> None:
        assert place.process is not None
        self.place, self.token, self.pid = place, token, place.process.pid
        self.held = Path(f"/proc/{self.pid}")

    @property
    def worked(self) -> float:
        """Seconds of the processor, of all its threads: the clock that Linux has for another process."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory(self, what: str) -> int:
        lines = (self.held / "status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * KIB for line in lines if line.startswith(what))

    def cost_of(self, request: Ask) -> Cost:
        took, statuses, before = [], set(), self.memory("VmRSS")
        # From here on the highest that was held is told anew.
        (self.held / "clear_refs").write_text("5", encoding="ascii")
        for _ in range(TIMES):
            begun = self.worked
            statuses.add(answer_to(request, self.place.port))
            took.append(self.worked - begun)
        return Cost(median(took), self.memory("VmHWM") - before, frozenset(statuses))

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Ask:
        signed_in = {"Authorization": f"Bearer {self.token}"}
        if not path.startswith("/api/"):
            origin = f"http://127.0.0.1:{self.place.port}"
            signed_in = {"Cookie": f"shequyun_{self.place.app}={self.token}", "Origin": origin}
        path = path.replace("{page}", PAGE[self.place.app])
        sent = ask(method, path, host=f"127.0.0.1:{self.place.port}", **signed_in | headers)
        if not body:
            return sent
        return Ask(sent.data.replace(b"Content-Length: 0\r\n", b"").removesuffix(b"\r\n") + framed(body))


def framed(body: bytes) -> bytes:
    return f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def answer_to(request: Ask, port: int) -> int:
    """The answer's status; 0 where it hangs up instead, as it may."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        # Whoever has read enough answers before he has read all of it.
        with suppress(ConnectionError):
            line.sendall(request.data)
        with suppress(ConnectionError):
            while b"\r\n" not in said and (came := line.recv(64 * KIB)):
                said += came
    return int(said.split(b" ", 2)[1]) if said else 0


@pytest.fixture(params=["resident", "committee"])
def measured(request: pytest.FixtureRequest, place: Place) -> Iterator[Measured]:
    place.app = request.param
    with place.town() as town:
        who = town.resident() if place.app == "resident" else town.worker()
        token = town.token_of(who)
    place.start()
    yield Measured(place, token)
    place.kill(signal.SIGTERM)


def test_no_request_costs_much_more_than_a_plain_one(measured):
    plain = measured.ask("GET", PLAINLY[measured.place.app], b"", {})
    requests = {name: measured.ask(*said) for name, said in hostile().items()}
    # What the first of each kind makes a process load is not what it costs.
    for one in (plain, *requests.values()):
        answer_to(one, measured.place.port)

    costs = {PLAIN: measured.cost_of(plain)} | {name: measured.cost_of(one) for name, one in requests.items()}

    note(measured.place.app, costs)
    usual, holds = costs[PLAIN], measured.memory("VmRSS")
    assert usual.statuses == {200}
    assert {name: one.statuses for name, one in costs.items() if max(one.statuses) >= 500} == {}
    assert {
        name: one.worked / usual.worked for name, one in costs.items() if one.worked > DEAREST * usual.worked
    } == {}
    assert {name: one.rose // MIB for name, one in costs.items() if one.rose > RISES * holds} == {}


def note(app: str, costs: dict[str, Cost]) -> None:
    said = {
        name: {"ms": round(1000 * one.worked, 2), "MiB": round(one.rose / MIB, 1), "answers": sorted(one.statuses)}
        for name, one in costs.items()
    }  # fmt: skip
    keep_figures(f"hostile requests, {app}", said)
