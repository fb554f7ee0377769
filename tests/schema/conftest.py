"""An app with its document and somebody signed in at it as a program, for as long as a module lasts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema
from starlette.testclient import TestClient

from core_db.cases import Verb
from core_db.foundation.actor import Actor
from core_db.foundation.clock import RehearsedClock
from tests.conftest import START
from tests.databases import SqliteDatabases, open_door, settings_for
from tests.town import Town

RULES = Path(__file__).with_name("schemathesis.toml")


@dataclass(kw_only=True)
class Program:
    """A program at an app: what the app says of itself, and a way to ask it."""

    schema: BaseSchema
    client: TestClient
    town: Town
    actor: Actor
    #: What really exists, by the name of the parameter that asks for it.
    known: dict[str, str]

    def sign_in(self) -> None:
        self.client.headers["Authorization"] = f"Bearer {self.town.token_of(self.actor)}"


def _app(name: str, **known: Any) -> FastAPI:
    if name == "resident":
        from resident_app.main import create_app
    else:
        from committee_app.main import create_app
    return create_app(**known)


@pytest.fixture(scope="module")
def program_at(
    _sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Program]]:
    """`program_at("resident")`: an app on a database of its own."""
    made: list[tuple[TestClient, Any]] = []

    def at(name: str) -> Program:
        folder: Path = tmp_path_factory.mktemp(name)
        with _sqlite.fresh(folder) as url:
            settings = settings_for(url, folder, computing=8)
        clock = RehearsedClock(START)
        door = open_door(settings)
        town = Town(door, clock)
        client = TestClient(
            _app(name, settings=settings, door=door, clock=clock), base_url=f"http://{name}.localhost",
            headers={"Host": "localhost"}, raise_server_exceptions=False,
        )  # fmt: skip
        made.append((client.__enter__(), door))
        return _program(name, client, town)

    yield at
    for client, door in made:
        client.__exit__(None, None, None)
        door.close()


def _program(name: str, client: TestClient, town: Town) -> Program:
    aunt, worker = town.resident(name="王阿姨"), town.worker()
    case = town.a_case(by=aunt, visibility="public").case
    known = {"case_id": case.id, "place_id": town.building.id, "home_id": town.home.id}
    document = client.get("/openapi.json").json()
    rules = SchemathesisConfig.from_path(RULES)
    program = Program(
        schema=schemathesis.openapi.from_dict(document, config=rules), client=client, town=town,
        actor=aunt if name == "resident" else worker, known=known,
    )  # fmt: skip
    program.sign_in()
    assert Verb.ACCEPTANCE in town.see(_allowed, case.id, by=worker)
    return program


def _allowed(session: Any, case_id: str, **who: Any) -> list[str]:
    from core_db.cases import case_shown

    allowed: list[str] = case_shown(session, case_id, lang="zh", **who)["allowed"]
    return allowed
