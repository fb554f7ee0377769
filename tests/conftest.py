"""What every test can ask for: a door on both databases, a clock that stands, a named town, clients of both apps."""

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Generator, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine, event
from sqlmodel import select
from starlette.testclient import TestClient

from core_db.accounts import RoleAssignment, passwords
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LOCAL, RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from tests.asked import hear_who_asks, is_drawn
from tests.asked_elsewhere import known, learn_what_is_asked
from tests.beside import deed_of, found_town_beside, left_alone, told_facts
from tests.clients import Client
from tests.compiled_once import compile_once
from tests.databases import (
    PostgresDatabases,
    SqliteDatabases,
    TestsDoor,
    as_residents_read,
    named,
    open_door,
    open_lines,
    settings_for,
)
from tests.garbage import look_seldom_for_garbage
from tests.handed_out import WhatIsShared
from tests.nobody_outside import let_nobody_out
from tests.papers import keep_book
from tests.shuffled import in_another_order
from tests.town import Town, found_town
from tests.walls import listen

#: How long a draw takes says how busy the machine is, and nothing about what is tried.
drawing.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("house")
#: Databases that nobody keeps are kept in memory, where the machine offers so much of it, in bytes.
IN_MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3
Apps = Callable[[str, Settings], FastAPI]
#: A Monday morning in office hours.
START = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL)


def pytest_configure(config: pytest.Config) -> None:
    """Nothing here outlives the tests, and waiting for a disk to keep it takes half their time."""
    keep_book(config)
    let_nobody_out(config)
    hear_who_asks(config)
    learn_what_is_asked(config)
    look_seldom_for_garbage(config)
    if (
        "TMPDIR" not in os.environ
        and os.access(IN_MEMORY, os.W_OK)
        and shutil.disk_usage(IN_MEMORY).free > ROOM
    ):
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)
    compile_once(config)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores, unless a number was given: tests wait for servers, browsers and databases."""
    counted = yield
    return counted if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS") else counted + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WhatIsShared:
    return WhatIsShared(config, log)


#: Whose subject is what a database does: there each set of parameters goes to both.
OF_THE_DATABASE = {
    "browser",
    "drills",
    "foundation",
    "live",
    "migrations",
    "relay",
    "sealing",
    "security",
}


#: Whoever has one of these goes through an app, and an app decides the same whichever database lies below.
THROUGH_AN_APP = {"resident_client", "committee_client", "actor_client", "offices"}
#: Whoever has this one is a test of the core held again beside a plugin in a process of its own: once with the first
#: set of its parameters. What the others are told they are told without it, and `--beside` holds all of them.
BESIDE = "chaos"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--throughout", action="store_true", help="every set of parameters on both databases")
    parser.addoption(
        "--learn", action="store_true", help="write down which tests ask PostgreSQL what others ask"
    )
    beside = "the core's tests beside the plugin that breaks: chaos, or chaos: and what it does (chaos:leak)"
    parser.addoption("--beside", metavar="PLUGIN", help=beside)
    another = "files, and the tests in each, in the order that this number gives"
    parser.addoption("--shuffle", metavar="SEED", type=int, help=another)


def pytest_report_header(config: pytest.Config) -> str | None:
    """The number that gives this order again."""
    seed = config.getoption("--shuffle")
    return None if seed is None else f"order: --shuffle {seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    gone = set(left_alone(items) if deed_of(config) else [])
    if not config.getoption("--throughout"):
        gone |= set(left_out([item for item in items if item not in gone], elsewhere_of(config)))
    config.hook.pytest_deselected(items=list(gone))
    items[:] = [item for item in items if item not in gone]
    if learning := config.pluginmanager.get_plugin("learning"):
        learning.may_be_left_out = may_be_left_out(items)
    if (seed := config.getoption("--shuffle")) is not None:
        items[:] = in_another_order(items, seed)


def elsewhere_of(config: pytest.Config) -> frozenset[str]:
    """The tests whose every question to PostgreSQL others ask; none while that is found out."""
    return frozenset() if config.getoption("--learn") else known()


def left_out(items: Collection[pytest.Item], elsewhere: Collection[str] = ()) -> list[pytest.Item]:
    """Every test goes to both databases, but for those that no database has a part in and those of a release alone.

    Elsewhere than in `OF_THE_DATABASE` PostgreSQL is asked with the first set of its parameters alone, and not at all
    what SQLite is asked through an app: what an app asks of a database is asked by the capabilities' own tests, and
    through the access matrix on every route. Whether that is so is seen in each whole run (`tests/asked.py`). Nor is it
    asked what is asked `elsewhere` to the last statement (`tests/asked_elsewhere.py`).
    """
    of_sqlite = {_name(item) for item in items if "sqlite" in _parameters(item)}
    asked: set[str] = set()
    return [item for item in items if _is_asked_again(item, of_sqlite, asked, elsewhere)]


def may_be_left_out(items: Collection[pytest.Item]) -> set[str]:
    """The tests, without their parameters, that PostgreSQL need not be asked where others ask it all of that."""
    names = {_name(item) for item in items if "postgres" in _parameters(item) and not is_drawn(item)}
    gone = {item.nodeid for item in left_out(items, names)}
    asked = {_name(item) for item in items if "postgres" in _parameters(item) and item.nodeid not in gone}
    return names - asked


def _is_asked_again(
    item: pytest.Item, of_sqlite: Collection[str], asked: set[str], elsewhere: Collection[str]
) -> bool:
    name, fixtures = _name(item), set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("throughout") is not None:
        return True
    if BESIDE in fixtures:
        return _was_asked(name, asked)
    if "postgres" not in _parameters(item):
        return False
    if item.get_closest_marker("either") is not None:
        return True
    # Whatever SQLite is not asked is about PostgreSQL itself.
    if name.split("/")[1] in OF_THE_DATABASE or name not in of_sqlite:
        return False
    if (fixtures & THROUGH_AN_APP or name in elsewhere) and item.get_closest_marker("both") is None:
        return True
    return "database_url" in fixtures and _was_asked(name, asked)


def _was_asked(name: str, asked: set[str]) -> bool:
    """Whether it comes with another set of parameters than its first."""
    before = name in asked
    asked.add(name)
    return before


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _parameters(item: pytest.Item) -> list[str]:
    return item.nodeid.partition("[")[2].rstrip("]").split("-")


@pytest.fixture
def owner_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The address of this test's database for whoever owns its tables; on PostgreSQL a superuser here."""
    if database_url.startswith("sqlite"):
        return database_url
    address: str = request.getfixturevalue("_postgres").address
    return named(address, urlsplit(database_url).path.removeprefix("/"))


@pytest.fixture(scope="session", autouse=True)
def _narrowed() -> Iterator[None]:
    """No statement of the whole suite reads a neighbourhood's rows without saying whose."""
    event.listen(Engine, "before_cursor_execute", listen)
    yield
    event.remove(Engine, "before_cursor_execute", listen)


@pytest.fixture(scope="session", autouse=True)
def _hashing_as_served() -> Iterator[PasswordHash]:
    """Hashing a password is dear on purpose, and here many sign in: it is as cheap as it goes, but for who asks."""
    as_served = passwords._HASHER
    passwords._HASHER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    yield as_served
    passwords._HASHER = as_served


@pytest.fixture
def hashing_as_served(_hashing_as_served: PasswordHash, monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever asks how dear it is."""
    monkeypatch.setattr(passwords, "_HASHER", _hashing_as_served)


@pytest.fixture(scope="session")
def _founded(request: pytest.FixtureRequest) -> Callable[[Door], None]:
    """How the town is laid out in which each test begins."""
    deed = deed_of(request.config)
    return partial(found_town_beside, deed) if deed else found_town


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory, _founded: Callable[[Door], None]) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"), _founded)


@pytest.fixture
def nothing_beside(request: pytest.FixtureRequest, database_url: str) -> None:
    """For whoever looks into the files of tables: nobody wrote there before, and no other is made meanwhile."""
    if database_url.startswith("postgresql"):
        request.getfixturevalue("_postgres").be_still()


@pytest.fixture(scope="session")
def _postgres(
    tmp_path_factory: pytest.TempPathFactory, _founded: Callable[[Door], None]
) -> Iterator[PostgresDatabases]:
    databases = PostgresDatabases(tmp_path_factory.mktemp("postgres"), _founded)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def _clock() -> RehearsedClock:
    return RehearsedClock(START)


@pytest.fixture
def clock(_clock: RehearsedClock) -> RehearsedClock:
    """Stands at ten on a Monday morning until it is told to move."""
    _clock.move_to(START)
    return _clock


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all its tables and the empty town, on SQLite and then on PostgreSQL."""
    databases = request.getfixturevalue(f"_{request.param}")
    made = databases.untouched if "nothing_beside" in request.fixturenames else databases.fresh
    with made(tmp_path) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


@pytest.fixture
def door(settings: Settings, owner_url: str) -> Iterator[TestsDoor]:
    """The one door to this test's database."""
    opened = open_door(settings)
    if not opened.engines.is_sqlite:
        opened.operator = open_lines(settings_for(owner_url, settings.data_dir))
    yield opened
    opened.close()


@pytest.fixture
def given(door: Door, clock: RehearsedClock) -> Town:
    """The town and whoever the test needs in it."""
    return Town(door, clock)


@pytest.fixture
def town(given: Town) -> Town:
    return given


@pytest.fixture
def worker(given: Town) -> Actor:
    """Of the committee of the neighbourhood here."""
    return given.worker()


@pytest.fixture
def secretary(given: Town) -> Actor:
    """The secretary here."""
    return given.secretary()


# -- the two apps -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _apps(_clock: RehearsedClock) -> Apps:
    """An app is made once a worker, and shown another database by each test: making it costs more."""
    made: dict[str, FastAPI] = {}

    def app_of(name: str, settings: Settings) -> FastAPI:
        if name not in made:
            made[name] = _make(name, settings, _clock)
        return made[name]

    return app_of


def _make(name: str, settings: Settings, clock: RehearsedClock) -> FastAPI:
    if name == "resident":
        from resident_app.main import create_app
    else:
        from committee_app.main import create_app
    return create_app(settings, clock=clock)


def _at(app: FastAPI, settings: Settings, door: Door) -> Iterator[TestClient]:
    shell = app.state.shell
    shell.begin_anew(settings, door)
    with Client(app, base_url=shell.url, headers={"Origin": shell.url}) as client, told_facts(shell):
        yield client


@pytest.fixture
def resident_client(
    settings: Settings, door: Door, clock: RehearsedClock, _apps: Apps
) -> Iterator[TestClient]:
    """Somebody at the residents' app who has not signed in."""
    with as_residents_read(door, settings) as closed:
        yield from _at(_apps("resident", settings), settings, closed)


@pytest.fixture
def committee_client(
    settings: Settings, door: Door, clock: RehearsedClock, _apps: Apps
) -> Iterator[TestClient]:
    """Somebody at the committee's app who has not signed in."""
    yield from _at(_apps("committee", settings), settings, door)


@pytest.fixture
def actor_client(request: pytest.FixtureRequest, given: Town) -> Callable[..., TestClient]:
    """`actor_client(actor)`: the actor at his own app, signed in with the browser's cookie.

    `bearer=True` signs in as a program does; `page=True` asks for pages as a browser does.
    """

    def client_of(actor: object, *, bearer: bool = False, page: bool = False) -> TestClient:
        return given.at_the_app(actor, request, bearer=bearer, page=page)

    return client_of


@pytest.fixture
def post_of(given: Town) -> Callable[[Actor], str]:
    """The id of somebody's one assignment."""

    def found(actor: Actor) -> str:
        mine = select(RoleAssignment.id).where(RoleAssignment.account_id == actor.id)
        return given.door.read_now(lambda session: session.exec(mine).one())

    return found
