"""R-14: a database of the first release, with a case in every state, is brought up to date. Nothing is lost, what was
sealed opens, both apps serve it, and a `kill -9` in the middle leaves what stood before."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from starlette.testclient import TestClient

from committee_app.main import create_app as committees
from core_db import migrations
from core_db.foundation.clock import RehearsedClock
from core_db.foundation.database import Engines, open_engines
from core_db.foundation.door import Door
from core_db.foundation.sealing import SealedPlace, keyring_from
from core_db.foundation.settings import Settings
from core_db.people import Person
from core_db.upkeep import verify
from resident_app.main import create_app as residents
from tests.clients import Client
from tests.databases import named, open_door, settings_for
from tests.drills import warm
from tests.drills.first_release import FIRST, FirstRelease, make_as_it_was, remembered, standing
from tests.drills.house import size

#: After so many statements of these the upgrade is killed.
CHANGING = ("CREATE", "ALTER", "DROP", "UPDATE", "INSERT", "DELETE")
KILLED_AFTER = size(quick=(40,), long=(1, 5, 20, 40, 60, 80))


@dataclass(frozen=True)
class Upgraded:
    """An installation of the first release that runs today's program, and what stood in it before and after."""

    settings: Settings
    door: Door
    before: dict[str, list[str]]
    after: dict[str, list[str]]


@contextmanager
def first_installation(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[Settings]:
    databases = request.getfixturevalue(f"_{kind}")
    with databases.empty(folder) as url:
        owner = url if kind == "sqlite" else named(databases.address, urlsplit(url).path.removeprefix("/"))
        settings = settings_for(url, folder, database_owner_url=owner)
        with opened(settings) as engines:
            make_as_it_was(engines)
        yield settings


@contextmanager
def opened(settings: Settings) -> Iterator[Engines]:
    """As whoever owns the tables."""
    engines = open_engines(settings.as_owner)
    with engines.write.connect():
        # A reader may not make the file.
        pass
    yield engines
    engines.dispose()


#: What an upgrade makes of the visibility of a case that was withdrawn.
OFF_THE_BOARD = ("'public'", "'private'")


def what_stands(engines: Engines) -> dict[str, list[str]]:
    with engines.read.connect() as connection:
        return standing(connection)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgraded")
    with first_installation(request, request.param, folder) as settings:
        with opened(settings) as engines:
            before = what_stands(engines)
        migrations.bring_up(settings)
        with opened(settings) as engines:
            migrations.must_fit(engines)
            after = what_stands(engines)
        door = open_door(settings)
        yield Upgraded(settings, door, before, after)
        door.close()


@pytest.fixture
def then() -> FirstRelease:
    return remembered()


def signed_in(app: FastAPI, token: str) -> TestClient:
    return Client(app, base_url=app.state.shell.url, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def clock(then: FirstRelease) -> RehearsedClock:
    return RehearsedClock(datetime.fromisoformat(then.at) + timedelta(minutes=1))


def test_every_row_of_the_first_release_is_there_afterwards(upgraded):
    before, after = upgraded.before, upgraded.after

    assert sum(map(len, before.values())) > 500
    for table, its_rows in before.items():
        # What was taken back has left the neighbours' board, and nothing else of it has changed.
        gone = [row for row in its_rows if table == "cases" and "'withdrawn'" in row]
        kept = set(its_rows) - set(gone) | {row.replace(*OFF_THE_BOARD) for row in gone}
        assert kept <= set(after[table]), table
    grown = {table for table in before if len(after[table]) > len(before[table])}
    assert grown <= {"case_categories", "category_limits"}, "what the upgrade itself brings"


def test_what_was_kept_agrees_with_itself_afterwards(upgraded):
    settings = upgraded.settings
    checks = list(verify(settings, upgraded.door.engines, keyring_from(settings)))

    assert len(checks) > 3
    assert [check.sentence("en") for check in checks if not check.holds] == []


def test_what_was_sealed_opens_afterwards(upgraded, then):
    def in_the_clear(session):
        person = session.get(Person, then.person)
        at = {"table": "persons", "row_id": person.id, "community_id": then.community}
        columns = ("phone_sealed", "id_number_sealed", "birth_sealed")
        places = {column: SealedPlace(column=column, **at) for column in columns}
        keyring = upgraded.door.keyring
        return [keyring.unseal(session, getattr(person, c), places[c]).in_the_clear() for c in columns]

    assert upgraded.door.write_now(in_the_clear) == ["13812345678", "11010519491231002X", "1949-12-31"]


def test_the_residents_app_serves_it(upgraded, clock, then):
    with signed_in(residents(upgraded.settings, door=upgraded.door, clock=clock), then.token) as client:
        listed, after = [], ""
        while after is not None:
            page = client.get(f"/api/v1/cases?limit=50{after and f'&after={after}'}").json()
            listed, after = listed + [one["id"] for one in page["items"]], page["next"]
        assert set(then.statuses.values()) <= set(listed)
        for status, case in then.statuses.items():
            shown = client.get(f"/api/v1/cases/{case}")
            assert shown.json()["status"].startswith(status.split("_")[0]), (status, shown.text)
            assert client.get(f"/api/v1/cases/{case}/timeline").json()["items"]
        again = client.post(
            "/api/v1/cases", json={"text": then.kept["text"]}, headers={"Idempotency-Key": then.kept["key"]}
        )
        assert json.loads(again.text) == json.loads(then.kept["answer"])
        new = client.post("/api/v1/cases", json={"text": "新的一件"}, headers={"Idempotency-Key": "new"})
        assert new.status_code == 201, new.text


def test_the_committees_app_serves_it(upgraded, clock, then):
    with signed_in(
        committees(upgraded.settings, door=upgraded.door, clock=clock), then.worker_token
    ) as client:
        found = client.get("/api/v1/cases", params={"q": "不亮", "limit": 100}).json()["items"]
        asked = {"number": "13812345678", "purpose": "case"}
        people = client.post("/api/v1/people/number", json=asked, headers={"Idempotency-Key": "p"}).json()[
            "items"
        ]
        shown = client.get(f"/api/v1/cases/{then.statuses['accepted']}")
        noted = client.post(
            f"/api/v1/cases/{then.statuses['accepted']}/note", json={"text": "升级以后"},
            headers={"Idempotency-Key": "n", "If-Match": shown.headers["etag"]},
        )  # fmt: skip

    assert set(then.statuses.values()) <= {one["id"] for one in found}
    assert [one["name"] for one in people] == ["赵奶奶"]
    assert noted.status_code == 200, noted.text


@pytest.mark.parametrize("statements", KILLED_AFTER)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_an_upgrade_that_is_killed_is_begun_again(request, tmp_path, kind, statements):
    with first_installation(request, kind, tmp_path) as settings:
        with opened(settings) as engines:
            before = what_stands(engines)

        killed = warm.run_elsewhere(upgrade_and_die, settings, statements)

        assert killed == -signal.SIGKILL
        with opened(settings) as engines:
            assert migrations.current(engines) == FIRST
            assert what_stands(engines) == before
            migrations.upgrade(engines)
            migrations.must_fit(engines)


def upgrade_and_die(settings: Settings, statements: int) -> None:
    """Killed outright in place of one of the statements that change something."""
    engines, left = open_engines(settings.as_owner), [statements]

    @event.listens_for(engines.write, "before_cursor_execute")
    def _die(_connection, _cursor, statement, *_rest):
        left[0] -= statement.split(maxsplit=1)[0].upper() in CHANGING
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    migrations.upgrade(engines)
