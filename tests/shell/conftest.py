"""Small apps made of planted routes; who knocks says so in a header."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from app_shell.asgi import make_app
from core_db.foundation.actor import ANONYMOUS, Actor, ActorKind, Grant, Role
from core_db.foundation.clock import RehearsedClock
from tests.clients import Client
from tests.databases import settings_for

BASE = "http://residents.test"
PAGE = {"Accept": "text/html"}
PEOPLE = {
    "resident": Actor(kind=ActorKind.RESIDENT, id="r", name="王阿姨"),
    **{
        str(role): Actor(
            kind=ActorKind.STAFF, id=str(role), name=str(role), grants=(Grant(role=role, place_id=""),)
        )
        for role in Role
        if role not in (Role.RESIDENT, Role.SYSTEM, Role.PLUGIN)
    },
}


async def who_knocks(connection: HTTPConnection) -> Actor:
    return PEOPLE.get(connection.headers.get("x-who", ""), ANONYMOUS)


@pytest.fixture
def make(tmp_path: Path, clock: RehearsedClock) -> Callable[..., FastAPI]:
    """`make(pages=[…], api=[…], computing=1)`: an app with these routes and settings, and a closed door."""

    def make_small(pages=(), api=(), door=None, templates=None, actor_of=who_knocks, **settings) -> FastAPI:
        return make_app(
            "resident", settings=settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path, **settings),
            clock=clock, door=door, pages=pages, api=api, package=templates, actor_of=actor_of,
        )  # fmt: skip

    return make_small


@pytest.fixture
def knock(make: Callable[..., FastAPI]) -> Callable[..., TestClient]:
    """A client at such an app, who says nothing about where he comes from."""

    def client_at(*args, **kwargs) -> TestClient:
        return Client(make(*args, **kwargs), base_url=BASE, follow_redirects=False)

    return client_at
