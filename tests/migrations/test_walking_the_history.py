"""The history of the tables ends where the models stand, and nobody works on a database that does not fit."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app_shell.commands.named import NAMED
from core_db import migrations
from core_db.migrations import walking
from core_db.migrations.tables import all_tables, is_compared

VERSIONS = Path(migrations.__file__).parent / "versions"


def stands_at(engines, revision: str) -> None:
    with engines.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def test_a_walked_history_leaves_nothing_to_compare(engines):
    migrations.upgrade(engines)

    with engines.write.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_compared})
        differences = compare_metadata(context, all_tables())

    assert len(all_tables().tables) > 20
    assert differences == []


def test_every_foreign_key_has_an_index_that_begins_with_it(engines):
    migrations.upgrade(engines)

    catalogue, asked, bare = inspect(engines.read), 0, []
    for table in catalogue.get_table_names():
        led = [index["column_names"] for index in catalogue.get_indexes(table)]
        led += [unique["column_names"] for unique in catalogue.get_unique_constraints(table)]
        led.append(catalogue.get_pk_constraint(table)["constrained_columns"])
        for key in catalogue.get_foreign_keys(table):
            columns = key["constrained_columns"]
            asked += 1
            if not any(index[: len(columns)] == columns for index in led):
                bare.append(f"{table}.{','.join(columns)}")

    assert asked > 20
    assert bare == []


def test_a_case_can_be_searched_as_soon_as_the_tables_stand(engines):
    migrations.upgrade(engines)

    with engines.read.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_search")).scalar() == 0


def test_an_empty_database_is_at_no_revision_and_has_all_before_it(engines):
    migrations.upgrade(engines)
    with engines.write.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))

    assert migrations.current(engines) is None
    assert migrations.pending(engines)[-1] == migrations.head()
    with pytest.raises(migrations.OlderSchema):
        migrations.must_fit(engines)


def test_walking_twice_is_walking_once(engines):
    migrations.upgrade(engines)
    migrations.upgrade(engines)

    assert migrations.current(engines) == migrations.head()
    assert migrations.pending(engines) == []
    migrations.must_fit(engines)


def test_nobody_works_on_a_database_from_the_future(engines):
    migrations.upgrade(engines)
    stands_at(engines, "2031_01_01_cases_can_sing")

    with pytest.raises(migrations.NewerSchema) as refused:
        migrations.must_fit(engines)

    assert "2031_01_01_cases_can_sing" in refused.value.sentence("zh")
    assert "newer release" in refused.value.sentence("en")


def test_an_existing_file_is_copied_aside_before_it_is_upgraded(engines, monkeypatch):
    if not engines.is_sqlite:
        pytest.skip("PostgreSQL has backups of its own")
    migrations.upgrade(engines)
    stands_at(engines, "2020_01_01_before_everything")
    monkeypatch.setattr(migrations.history, "pending", lambda _engines: ["one"])
    monkeypatch.setattr(walking, "walk_to", lambda _connection, _to: None)

    copy = migrations.upgrade(engines)

    assert copy is not None
    assert copy.stat().st_size > 0
    assert copy.name.startswith("empty.db.before-upgrade-")


def test_a_first_start_copies_nothing(engines):
    assert migrations.upgrade(engines) is None


def test_the_order_that_files_say_is_the_order_that_is_walked():
    walked = ScriptDirectory.from_config(walking.configured()).walk_revisions()

    assert [one.revision for one in walked] == list(reversed(migrations.known()))


def test_whoever_serves_brings_nothing_along_that_he_does_not_use():
    """What walks or packs copies, and other commands; on SQLite what speaks PostgreSQL, and what reads catalogues."""
    others = {f"app_shell.commands.{stands.partition('.')[0]}" for stands in NAMED.values()}
    unused = (
        "alembic",
        "sqlalchemy.dialects.postgresql",
        "babel",
        "tarfile",
        *(others - {"app_shell.commands.serving"}),
    )
    asked = (
        "import sys, resident_app.main, committee_app.main; from app_shell.command import app, run; "
        "run(lambda: app(['serve', '--help'], standalone_mode=False)); "
        f"print([one for one in {unused} if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert "--behind-proxy" in said.stdout
    assert said.stdout.endswith("\n[]\n")


def test_no_migration_imports_what_may_change_under_it():
    files = list(VERSIONS.glob("*.py"))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert files
    assert not [
        name for name in imported if name.split(".")[0] in {"core_db", "app_shell", "plugins", "sqlmodel"}
    ]
