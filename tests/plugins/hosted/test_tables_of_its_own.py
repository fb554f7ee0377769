"""A plugin's own tables: moved up by the operator alone, of one neighbourhood each, and gone with the person."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import porch_book
import pytest
from porch_book import Count, Light, Street, lights, note
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import delete, select

from core_db.foundation.clock import RehearsedClock
from core_db.foundation.database import open_engines
from core_db.upkeep import back_up, restore
from plugins.host.tables_kept import TablesInSchema
from plugins.sdk.context import Forbidden, Refused
from plugins.sdk.tables import kept
from tests.databases import TestsDoor, named, open_door, own_programs
from tests.plugins.hosted import tabled
from tests.plugins.hosted.tabled import ELSEWHERE, HERE, ID, LI, TODAY, TRACE, WANG, Tabled, traces


@pytest.fixture
def book(door: TestsDoor, clock: RehearsedClock, settings: Any) -> Iterator[Tabled]:
    """Installed; its tables are not made yet."""
    found = tabled.opened(door, clock, settings)
    found.install()
    yield found
    found.own.close()
    if found.own.tables.exists(ID):
        found.own.drop(ID, found.owner)


@pytest.fixture
def kept_by(book: Tabled) -> Tabled:
    """Moved up; two residents here and one elsewhere."""
    assert book.move_up() == ""
    book.work(note, WANG, TODAY)
    book.work(note, LI, TODAY)
    book.work(note, WANG.replace("a1", "c3"), TODAY, at=ELSEWHERE)
    return book


def everything(book: Tabled) -> list[dict[str, Any]]:
    with book.own.tables._of(ID).transaction() as connection:
        return kept.everything(connection)


# -- how far they are -------------------------------------------------------------------------------


def test_only_the_operator_moves_them_up_and_twice_is_once(book: Tabled) -> None:
    declared = {"tables": [{"head": "2026_11_27_the_first_tables"}]}
    assert "shequyun plugin migrate porch-book" in book.own.tables.lacks(ID, declared)
    with pytest.raises((Refused, SQLAlchemyError)):
        book.work(lights)

    first = book.migrate()

    assert (first.fault, first.tables) == ("", {"from": "", "to": "2026_11_27_the_first_tables"})
    assert book.move_up() == ""
    assert book.own.tables.at(ID) == first.tables["to"]
    assert book.own.tables.lacks(ID, declared) == ""


SECOND = '''"""{subject}."""

import sqlalchemy as sa
from alembic import op

revision = "second"
down_revision = "2026_11_27_the_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lights") as batch_op:
        {step}
'''


@pytest.fixture
def newer(kept_by: Tabled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`newer(step)`: the same plugin with one more script, ready to be moved up."""
    copied = tmp_path / "site" / "porch_book"
    shutil.copytree(Path(porch_book.__file__).parent, copied)

    def written(step: str) -> Any:
        (copied / "migrations" / "second.py").write_text(SECOND.format(subject="More", step=step))
        monkeypatch.setattr(porch_book.plugin, "folder", copied)
        return kept_by.move_up()

    return written


def test_a_script_that_only_adds_leaves_every_row_and_its_street(newer: Any, kept_by: Tabled) -> None:
    assert newer('batch_op.add_column(sa.Column("colour", sa.String(), nullable=True))') == ""

    assert kept_by.own.tables.at(ID) == "second"
    rows = [one for one in everything(kept_by) if one["kind"] == "lights"]
    assert len(rows) == 3
    assert all(one["street_id"] and one["colour"] is None for one in rows)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('batch_op.drop_column("said")', "lights: said would be gone"),
        ('batch_op.add_column(sa.Column("colour", sa.String(), nullable=False))', "colour"),
        ('batch_op.alter_column("said", new_column_name="told")', "lights: said would be gone"),
    ],
)
def test_what_the_version_before_needs_is_not_taken_away(
    newer: Any, kept_by: Tabled, step: str, said: str
) -> None:
    before = everything(kept_by)

    assert said in newer(step)

    assert everything(kept_by) == before
    assert kept_by.own.tables.at(ID) == "2026_11_27_the_first_tables"


# -- of one neighbourhood ---------------------------------------------------------------------------


def test_no_neighbourhood_reads_writes_or_deletes_anothers(kept_by: Tabled) -> None:
    (there,) = kept_by.work(lights, at=ELSEWHERE)

    assert [one.resident for one in kept_by.work(lights)] == [WANG, LI]
    assert kept_by.work(lambda session: session.get(Light, there.id)) is None
    assert kept_by.work(lambda session: len(session.exec(select(Street)).all())) == 2

    def move(session: Any) -> None:
        session.add(Light(resident=LI, community_id=ELSEWHERE, noted_on=TODAY))

    with pytest.raises(Forbidden):
        kept_by.work(move)
    everyone: Any = delete(Light)
    assert kept_by.work(lambda session: session.execute(everyone).rowcount) == 2
    assert kept_by.work(lights, at=ELSEWHERE) == [there]


def test_what_raises_half_way_is_undone(kept_by: Tabled) -> None:
    def half(session: Any) -> None:
        session.add(Street(name="Plum Lane"))
        session.flush()
        raise LookupError("the rest is missing")

    with pytest.raises(LookupError):
        kept_by.work(half)

    assert "Plum Lane" not in str(everything(kept_by))


def test_its_session_reaches_nothing_but_its_own(kept_by: Tabled, settings: Any) -> None:
    def reach(order: str) -> None:
        kept_by.work(lambda session: session.execute(text(order)).all())

    if settings.is_embedded:
        with pytest.raises(SQLAlchemyError):
            reach(f"ATTACH DATABASE '{settings.sqlite_path}' AS base")
        return
    for order in (
        "SELECT * FROM persons",
        "SELECT * FROM public.persons",
        "CREATE TABLE public.mine (id text)",
    ):
        with pytest.raises(SQLAlchemyError):
            reach(order)


def test_it_keeps_no_more_than_it_may(kept_by: Tabled) -> None:
    def fill(session: Any) -> None:
        for number in range(40):
            session.add(Street(name=f"{number}" + "长" * 60_000))

    def until_it_is_full() -> None:
        for _ in range(8):
            kept_by.work(fill)

    with pytest.raises(Refused, match="1 MB"):
        until_it_is_full()

    assert kept_by.own.erase(ID, HERE) > 0


# -- whose it is ------------------------------------------------------------------------------------


def test_a_residents_rows_are_handed_out_without_the_plugins_help(kept_by: Tabled) -> None:
    found = kept_by.own.of_subject(ID, HERE, WANG)

    assert [(one["kind"], one.get("said") or one.get("words")) for one in found] == [
        ("counts", TRACE), ("lights", TRACE),
    ]  # fmt: skip
    assert kept_by.own.of_subject(ID, ELSEWHERE, WANG) == []
    assert kept_by.own.of_subject(ID, HERE, "") == []


def test_whoever_is_forgotten_is_deleted_or_emptied_as_each_table_says(kept_by: Tabled) -> None:
    assert kept_by.own.erase(ID, HERE, WANG) == 2

    assert [one.resident for one in kept_by.work(lights)] == [LI]
    counts = kept_by.work(lambda session: session.exec(select(Count).order_by(Count.by)).all())
    assert sorted((one.by or "", one.words or "", one.lights) for one in counts) == [
        ("", "", 1),
        (LI, TRACE, 1),
    ]
    assert WANG not in str(everything(kept_by))


def test_an_id_that_its_author_put_elsewhere_goes_too(kept_by: Tabled) -> None:
    kept_by.work(lambda session: session.add(Street(name=WANG)))

    kept_by.own.erase(ID, HERE, WANG)

    assert WANG not in str(everything(kept_by))


def test_what_is_over_its_time_goes_by_itself_some_of_it_sooner(
    kept_by: Tabled, clock: RehearsedClock
) -> None:
    assert kept_by.own.expire(ID) == 0
    clock.advance(timedelta(days=11))
    assert kept_by.own.expire(ID) == 3
    clock.advance(timedelta(days=19))
    assert kept_by.own.expire(ID) == 0

    clock.advance(timedelta(days=1))

    assert kept_by.own.expire(ID) == 3
    assert {one["kind"] for one in everything(kept_by)} == {"streets"}


# -- without a trace --------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_beside")
@pytest.mark.parametrize("pairs", [(WANG, LI), ("",)])
def test_a_byte_search_after_an_erasure_finds_nothing(
    kept_by: Tabled, settings: Any, owner_url: str, pairs: tuple[str, ...]
) -> None:
    kept_by.own.erase(ID, ELSEWHERE)
    assert traces(settings, owner_url, TRACE)

    for pair in pairs:
        kept_by.own.erase(ID, HERE, pair)

    assert traces(settings, owner_url, TRACE, WANG, LI) == []
    assert pages_with(kept_by, TRACE, WANG) == []


def test_of_whoever_is_forgotten_among_others_no_file_and_no_copy_tells(
    kept_by: Tabled, settings: Any, owner_url: str
) -> None:
    assert traces(settings, owner_url, WANG)

    kept_by.own.erase(ID, HERE, WANG)

    assert traces(settings, owner_url, WANG) == []
    assert traces(settings, owner_url, LI)


def pages_with(book: Tabled, *wanted: str) -> list[str]:
    """On PostgreSQL the tables' own files as they lie on the disk, the free space in them too."""
    if book.settings.is_embedded:
        return []
    with book.door.operator.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        files = connection.exec_driver_sql(
            "SELECT relname, pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c "
            "WHERE relnamespace = 'xt_porch_book'::regnamespace AND relkind = 'r'"
        ).all()
    assert len(files) >= 4
    return [name for name, raw in files if any(one.encode() in bytes(raw) for one in wanted)]


def test_taken_away_its_place_and_its_role_are_gone(
    kept_by: Tabled, settings: Any, owner_url: str, door: TestsDoor
) -> None:
    assert traces(settings, owner_url, TRACE)

    kept_by.own.drop(ID, kept_by.owner)

    assert not kept_by.own.tables.exists(ID)
    assert traces(settings, owner_url, TRACE, WANG) == []
    assert not list((settings.data_dir / "x").glob(f"{ID}.tables*"))
    if not settings.is_embedded:
        with door.operator.write.connect() as connection:
            wanted = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
            role = TablesInSchema(door.operator.write, ID).role_in(connection)
            assert connection.execute(wanted, {"role": role}).scalar() == 0


@contextmanager
def an_owner(owner_url: str, may: str) -> Iterator[Engine]:
    """An owner of tables who is no superuser, as operating.md makes him."""
    name = f"owner_{secrets.token_hex(4)}"
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    admin = create_engine(url, poolclass=NullPool)
    with admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {may}")
        connection.exec_driver_sql(f"GRANT CREATE ON DATABASE {url.database} TO {name}")
    engine = create_engine(url.set(username=name))
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {name} CASCADE")
        connection.exec_driver_sql(f"DROP ROLE {name}")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_an_owner_who_may_make_roles_is_enough(book: Tabled, owner_url: str) -> None:
    with an_owner(owner_url, "CREATEROLE") as owner:
        tables = book.own.tables
        tables.prepare(ID, owner)
        tables.move_up_here(book.plugin, owner)
        tables.prepare(ID, owner)
        book.work(note, WANG, TODAY)

        assert tables.erase(ID, HERE, WANG) == 2
        tables.drop(ID, owner)
        assert not tables.exists(ID)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_an_owner_who_may_not_is_told_which_role_to_have_made(book: Tabled, owner_url: str) -> None:
    with an_owner(owner_url, "") as owner, pytest.raises(Refused, match="CREATE ROLE xt_porch_book_"):
        book.own.tables.prepare(ID, owner)


def test_a_copy_of_the_installation_brings_them_back_and_migrate_lets_the_plugin_in(
    kept_by: Tabled, settings: Any, owner_url: str, tmp_path: Path, clock: RehearsedClock, request: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked = {"kind": "Elder", "id": "1", "version": 1, "row": {"name": TRACE}}
    kept_by.own.documents.prepare(ID, kept_by.owner)
    kept_by.own.documents.put(ID, HERE, asked)
    before = everything(kept_by)
    monkeypatch.setenv("PATH", own_programs(), prepend=os.pathsep)
    owning = (
        settings if settings.is_embedded else settings.model_copy(update={"database_owner_url": owner_url})
    )
    back_up(owning, tmp_path / "copy.tar", clock=clock)

    with empty_place(request, owning, tmp_path) as there:
        restore(there, tmp_path / "copy.tar")
        back = reopened(there, clock)
        if not there.is_embedded:
            assert back.own.tables.at(ID) == ""
            with pytest.raises(Refused, match="plugin migrate"):
                back.own.tables.erase(ID, HERE, WANG)
            back.own.documents.prepare(ID, back.owner)
        assert back.move_up() == ""

        assert sorted(map(str, everything(back))) == sorted(map(str, before))
        assert [one.resident for one in back.work(lights)] == [WANG, LI]
        assert back.own.documents.get(ID, HERE, asked)
        assert back.own.erase(ID, HERE, WANG) == 2
        back.own.drop(ID, back.owner)
        back.own.close()
        back.door.close()


@contextmanager
def empty_place(request: Any, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """Settings of an installation where nothing is yet."""
    data = {"data_dir": tmp_path / "there"}
    if settings.is_embedded:
        yield settings.model_copy(update=data | {"database_url": f"sqlite:///{tmp_path}/there/new.db"})
        return
    databases = request.getfixturevalue("_postgres")
    with databases.empty(tmp_path) as url:
        owner = named(settings.database_owner_url, urlsplit(url).path.removeprefix("/"))
        yield settings.model_copy(update=data | {"database_url": url, "database_owner_url": owner})


def reopened(settings: Any, clock: RehearsedClock) -> Tabled:
    door = open_door(settings)
    if not settings.is_embedded:
        door.operator = open_engines(settings.as_owner)
    return tabled.opened(door, clock, settings)
