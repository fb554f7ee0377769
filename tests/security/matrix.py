"""The matrix: every method and route of both apps × every role × whose thing it is → what came of it.

A cell's outcome is its status, and whether anything would have been changed: `201 writes`, `404`, `303 sign-in`.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from app_shell.routing import walk
from tests.rehearsal import COUNTERS, RehearsingDoor
from tests.security.asks import ABSENT, Ask, asks_of, request_for
from tests.security.canaries import FETCHING, UNCOVERING
from tests.security.chosen import Wanted, every_cell
from tests.security.knocking import Answer, Asked, knock
from tests.security.world import World

NOBODY = {"resident": "nobody at the residents'", "committee": "nobody at the committee's"}
ROLES = {
    "resident": (
        NOBODY["resident"], "own", "household", "same building", "same community", "anonymous", "next door",
        "other town", "other district", "unbound",
    ),
    "committee": (
        NOBODY["committee"], "worker", "secretary", "contractor", "assisting", "contractor of another",
        "worker next door", "town dispatcher", "dispatcher of the other town", "district dispatcher",
        "dispatcher of the other district", "analyst", "no role in force",
    ),
}  # fmt: skip
#: Who looks after it all, leads a building or acts in a right that was lent. They ask each route for the nearest thing
#: alone, where a right of theirs that is none would show first; whoever was lent a right for what lies next door too.
BESIDES = {
    "resident": ("building lead",),
    "committee": ("system administrator", "security administrator", "auditor", "delegate"),
}
#: They hold a process's figures or files of ours, and no row.
OPAQUE = ("MOUNT", "WS")
#: What an answer holds that is new with every request.
LENGTH = re.compile(rb"content-length[^0-9]*\d+", re.I)
FRESH = re.compile(
    rb'[0-9a-f]{8}-[0-9a-f-]{27}|csrf.token" (?:value|content)="[^"]*"|csrf=[^;]*|position="\d+"'
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One request of the matrix, and what came of it."""

    app: str
    method: str
    route: str
    role: str
    ask: Ask
    answer: Answer
    canaries: frozenset[str]
    #: Tables that would have been changed, and reads of sealed fields that would have been recorded.
    written: frozenset[str]
    looks: tuple[Any, ...]

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.app, self.method, self.route, self.role, self.ask.relation

    @property
    def outcome(self) -> str:
        said = str(self.answer.status)
        if self.is_turned_to_sign_in:
            return f"{said} sign-in"
        return f"{said} writes" if self.written - COUNTERS else said

    @property
    def is_turned_to_sign_in(self) -> bool:
        return self.answer.status == 303 and self.answer.header("location").startswith("/sign-in?next=")

    @property
    def is_done(self) -> bool:
        return self.answer.status < 400 and not self.is_turned_to_sign_in

    @property
    def gist(self) -> tuple[int, str]:
        """The answer without what is new with every request: two with one gist tell the same."""
        # A page says at which address it stands; how long that is, its length tells.
        said = LENGTH.sub(b"", self.answer.whole.replace(self.ask.path.encode(), b""))
        return self.answer.status, hashlib.sha256(FRESH.sub(b"", said)).hexdigest()


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """(method, path) of every route that answers requests."""
    for method, path, _route in walk(app.routes):
        if method not in OPAQUE:
            yield method, path


def besides(app: str, ask: Ask, asks: list[Ask]) -> tuple[str, ...]:
    """Who of those besides asks this of a route."""
    if ask is asks[0]:
        return BESIDES[app]
    return ("delegate",) if app == "committee" and ask.relation.startswith("next door") else ()


def credentials(world: World, app: FastAPI, role: str) -> tuple[tuple[str, str], ...]:
    """What a browser of this role sends: its cookie, and where the form came from."""
    return with_cookie(app, "" if role in NOBODY.values() else world.tokens[role])


def with_cookie(app: FastAPI, token: str) -> tuple[tuple[str, str], ...]:
    """What a browser sends that holds this token; none: nobody's."""
    origin = ("origin", app.state.shell.url)
    return (origin, ("cookie", f"shequyun_{app.state.shell.name}={token}")) if token else (origin,)


class Matrix:
    """The wanted cells of one app on one database, asked once and kept."""

    def __init__(self, app: FastAPI, world: World, door: RehearsingDoor, wanted: Wanted = every_cell) -> None:
        self.app, self.world, self.door, self.wanted = app, world, door, wanted
        self.name: str = app.state.shell.name
        self.log = _Log()

    async def fill(self) -> list[Cell]:
        with self.log:
            return [cell async for cell in self._cells()]

    async def _cells(self) -> Any:
        for method, route in sorted(set(routes_of(self.app))):
            asks = list(asks_of(self.world, self.name, method, route))
            for ask in asks:
                for role in (*ROLES[self.name], *besides(self.name, ask, asks)):
                    if self.wanted((self.name, method, route, role, ask.relation)):
                        yield await self.ask(method, route, role, ask)

    async def ask(
        self, method: str, route: str, role: str, ask: Ask, headers: tuple[tuple[str, str], ...] | None = None
    ) -> Cell:
        """One cell. A role whose session the request would end keeps it: nothing is written for good.

        `headers`: what is sent instead of what a browser of this role sends.
        """
        self.door.begin()
        if headers is None:
            headers = credentials(self.world, self.app, role)
        asked = request_for(self.world, method, ask, headers=headers)
        answer = await knock(self.app, asked)
        found = self.world.canaries.found_in(answer.whole)
        return Cell(
            app=self.name, method=method, route=route, role=role, ask=ask, answer=answer,
            canaries=found and found - _told_himself(self.world, asked),
            written=frozenset(self.door.rehearsal.written), looks=tuple(self.door.rehearsal.looks),
        )  # fmt: skip


def _told_himself(world: World, asked: Asked) -> frozenset[str]:
    """What the asker typed himself may stand in the answer again."""
    return world.canaries.found_in(asked.query.encode() + b" " + asked.body)


#: What is there for nobody, where it is no id but a number.
NOWHERE = {"{seq}": "999999999", "{look}": "999999999"}


def without_its_object(cell: Cell) -> Ask:
    """The same ask of something that is not there."""
    parts = cell.route.split("/")
    path = "/".join(NOWHERE.get(part, ABSENT) if part.startswith("{") else part for part in parts)
    return Ask(relation="absent", path=path, query=cell.ask.query, words=cell.ask.words)


def is_uncovering(cell: Cell) -> bool:
    return (cell.method, cell.route) in UNCOVERING


def is_fetching(cell: Cell) -> bool:
    return (cell.method, cell.route) in FETCHING


class _Log(logging.Handler):
    """Every line that is logged meanwhile, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def __enter__(self) -> "_Log":
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_fault: object) -> None:
        logging.getLogger().removeHandler(self)
