"""Moving a plugin's tables up: its own Alembic scripts, in one transaction, which take away nothing that is in use.

The history is the plugin's alone and lies in `migrations/` beside its code; how far the tables are stands beside them.
The version before goes on running meanwhile: so what it said it has has to be there afterwards, and what is new must
not be demanded of rows that it writes.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
)

from plugins.sdk.tables.declared import MOVED, SAID, BadTables, declared_in, must_be_whole
from plugins.sdk.tables.heads import head_of, scripts_of

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

    from plugins.sdk.plugin import Plugin

# Alembic is imported where something is moved: whoever only serves would keep it in memory for nothing.

SAYING = Table(
    SAID, MetaData(), Column("name", String(60), primary_key=True), Column("place", String(6), nullable=False),
    Column("said", Text, nullable=False),
)  # fmt: skip
#: Of each table, whether each column may be empty, and whether it fills itself.
Shape = Mapping[str, Mapping[str, tuple[bool, bool]]]


def scripts_in(folder: Path) -> "ScriptDirectory":
    """The history beside a plugin's code. BadTables: there is none."""
    from alembic.script import ScriptDirectory

    place = scripts_of(folder)[0].parent
    return ScriptDirectory(place, version_locations=[place])


def standing(connection: Connection) -> str:
    """How far the tables are; empty: nothing was made yet."""
    if not inspect(connection).has_table(MOVED):
        return ""
    return connection.execute(select(text("version_num")).select_from(text(MOVED))).scalar() or ""


def said_in(connection: Connection) -> list[Mapping[str, Any]]:
    """What the tables said of themselves when they were last moved up; those that others refer to come first."""
    if not inspect(connection).has_table(SAID):
        return []
    rows = connection.execute(select(SAYING.c.said).order_by(SAYING.c.place, SAYING.c.name)).scalars()
    return [json.loads(one) for one in rows]


def move_up(connection: Connection, plugin: "Plugin") -> Mapping[str, str]:
    """Run what is pending in this transaction; `{"from", "to"}`. BadTables: it may not be; nothing is changed."""
    must_be_whole(plugin)
    scripts, before, head = scripts_in(plugin.folder), standing(connection), head_of(plugin.folder)
    shape, said = shape_of(connection), said_in(connection)
    if before and before not in {one.revision for one in scripts.walk_revisions()}:
        raise BadTables(
            f"the tables are at {before}, which this version does not know: install the newer one"
        )
    run_scripts(connection, scripts, plugin.metadata)
    _must_suit_the_version_before(shape, shape_of(connection), said)
    _must_be_as_the_code_says(connection, plugin.metadata)
    _must_refer_to_something(connection)
    _note(connection, said, declared_in(plugin.metadata))
    return {"from": before, "to": head}


def run_scripts(connection: Connection, scripts: "ScriptDirectory", metadata: MetaData) -> None:
    """Run what is pending, and nothing else."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    def pending(revision: Any, _context: object) -> Any:
        return scripts._upgrade_revs("head", revision)

    opts = {"fn": pending, "script": scripts, "target_metadata": metadata}
    context = MigrationContext.configure(connection, opts=opts)
    with Operations.context(context):
        context.run_migrations()


def shape_of(connection: Connection) -> Shape:
    """The tables there are."""
    looked = inspect(connection)
    return {
        name: {
            one["name"]: (bool(one["nullable"]), one.get("default") is not None)
            for one in looked.get_columns(name)
        }
        for name in looked.get_table_names()
    }


def _must_suit_the_version_before(before: Shape, after: Shape, said: Sequence[Mapping[str, Any]]) -> None:
    """Of what it had, nothing is gone and nothing is stricter."""
    faults = []
    for table in (one for one in said if one["name"] in before):
        name, columns = table["name"], after.get(table["name"], {})
        if gone := [one for one in table["columns"] if one in before[name] and one not in columns]:
            faults.append(f"{name}: {', '.join(gone)} would be gone, and the version before has it")
        for column, (is_nullable, fills_itself) in columns.items():
            was_nullable = before[name].get(column, (True, False))[0]
            if was_nullable and not is_nullable and not fills_itself:
                faults.append(
                    f"{name}.{column}: the version before writes rows without it: nullable, or a server_default"
                )
    if faults:
        raise BadTables("; ".join(faults))


def _must_be_as_the_code_says(connection: Connection, metadata: MetaData) -> None:
    there = shape_of(connection)
    lacking = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name not in there.get(table.name, {})
    ]
    if lacking:
        raise BadTables(f"its scripts do not make {', '.join(lacking)}")


def _must_refer_to_something(connection: Connection) -> None:
    """SQLite's references rested while tables were copied over."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise BadTables(f"{lost[0][0]}: rows would refer to what is not there")


def _note(
    connection: Connection, before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> None:
    """Keep what the tables say. One that its code left and that is still there says what it said."""
    SAYING.metadata.create_all(connection)
    there, known = shape_of(connection), {one["name"] for one in now}
    left = [one for one in before if one["name"] not in known and one["name"] in there]
    connection.execute(delete(SAYING))
    rows = [
        {"name": one["name"], "place": f"{place:06}", "said": json.dumps(one)}
        for place, one in enumerate((*now, *left))
    ]
    if rows:
        connection.execute(insert(SAYING), rows)


def differences(connection: Connection, metadata: MetaData) -> list[str]:
    """Where the tables are not what the models say, a sentence each."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    opts = {"include_object": is_its_own, "target_metadata": metadata}
    found = compare_metadata(MigrationContext.configure(connection, opts=opts), metadata)
    return [_told(step) for one in found for step in (one if isinstance(one, list) else [one])]


def is_its_own(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Whether something of the database is the plugin's, and not the platform's notes beside it."""
    return not (kind == "table" and name in (SAID, MOVED))


def _told(step: Sequence[Any]) -> str:
    what, about = str(step[0]).replace("_", " "), step[1:]
    names = [str(getattr(one, "name", one)) for one in about if one is not None]
    return f"{what}: {'.'.join(names[:3])}"
