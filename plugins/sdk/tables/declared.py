"""What a plugin's tables say of themselves: whose a row is, what is done when he is forgotten, from when it is kept.

It is said in the columns, read from `plugin.metadata`, and looked through before anything runs: a table that says
nothing of whose it is would be one that nobody is erased from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Column, Date, MetaData, Table
from sqlalchemy.exc import NoReferencedTableError
from sqlmodel import Field

if TYPE_CHECKING:
    from plugins.sdk.plugin import Plugin

#: Where the platform keeps what the tables said when they were last moved up, and Alembic how far they are.
SAID, MOVED = "x_declared", "alembic_version"
ON_ERASE = ("delete", "clear")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SUBJECT, _KEPT_FROM, _NOBODY = "x.subject", "x.kept_from", "x.nobody"


class BadTables(ValueError):
    """Tables that cannot be taken, or moved up: what is wrong with which, a line each."""


def subject(*, on_erase: Literal["delete", "clear"] = "delete", also: Sequence[str] = ()) -> Any:
    """The column with a resident's id. When he is forgotten the row is deleted, or with `clear` the column emptied.

    `also` names other columns of the row that are emptied with it. What is emptied has to be nullable.
    """
    said = {"on_erase": on_erase, "also": tuple(also)}
    clears = on_erase == "clear"
    more: dict[str, Any] = {"default": None} if clears else {}
    return Field(index=True, nullable=clears, sa_column_kwargs={"info": {_SUBJECT: said}}, **more)


def kept_from(*, days: int | None = None) -> Any:
    """The day from which a row's time counts: so many days, and never more than plugin.toml's `retention_days`."""
    return Field(index=True, nullable=False, sa_column_kwargs={"info": {_KEPT_FROM: days or 0}})


def holds_nobody(what: str) -> dict[str, Any]:
    """For `__table_args__` of a table that holds nothing of people: what it does hold, in a sentence."""
    return {"info": {_NOBODY: what}}


def declared_in(metadata: MetaData) -> list[Mapping[str, Any]]:
    """What each table says, as plain data; those that others refer to come first."""
    return [_said_by(table) for table in metadata.sorted_tables]


def _said_by(table: Table) -> Mapping[str, Any]:
    marked = [(column, column.info[_SUBJECT]) for column in table.columns if _SUBJECT in column.info]
    dated = [(column.name, column.info[_KEPT_FROM]) for column in table.columns if _KEPT_FROM in column.info]
    name, days = dated[0] if dated else (None, 0)
    return {
        "name": table.name,
        "subjects": [{"column": column.name, **said, "also": list(said["also"])} for column, said in marked],
        "kept_from": name, "days": days, "columns": [column.name for column in table.columns],
    }  # fmt: skip


# -- looking through them ---------------------------------------------------------------------------


def must_be_whole(plugin: "Plugin") -> None:
    """Raise BadTables where one of the plugin's tables does not say what it has to."""
    if faults := list(faults_in(plugin)):
        raise BadTables("; ".join(faults))


def faults_in(plugin: "Plugin") -> Iterator[str]:
    """What is lacking or cannot be, a sentence each."""
    tables = list(plugin.metadata.tables.values())
    if not tables:
        yield 'storage.mode is "tables", and there is no table on plugin.metadata'
    for table in tables:
        yield from (f"{table.name}: {said}" for said in _faults_of(table))
        is_of_people = any(_SUBJECT in column.info for column in table.columns)
        if is_of_people and not plugin.manifest.data.stores_personal:
            yield f"{table.name}: it is of residents: say stores_personal = true in [data] of plugin.toml"


def _faults_of(table: Table) -> Iterator[str]:
    if table.schema is not None or _NAME.fullmatch(table.name) is None or table.name in (SAID, MOVED):
        yield "a table goes by small letters, digits and _, without a schema, and not by a name of the platform's"
    if "community_id" not in table.columns or [one.name for one in table.primary_key] != ["id"]:
        yield "let its class inherit plugins.sdk.tables.Row, so that each row has an id and its neighbourhood"
    yield from _of_people(table)
    yield from _references(table)


def _of_people(table: Table) -> Iterator[str]:
    subjects = [column for column in table.columns if _SUBJECT in column.info]
    dated = [column for column in table.columns if _KEPT_FROM in column.info]
    if bool(subjects) == (_NOBODY in table.info):
        yield "say whose its rows are (subject), or that it holds nobody (holds_nobody): one of the two"
    if subjects and len(dated) != 1:
        yield "say from which day its rows' time counts: one column with kept_from()"
    if any(not isinstance(column.type, Date) or column.nullable for column in dated):
        yield "kept_from is a day (datetime.date) that is never empty"
    for column in subjects:
        said = column.info[_SUBJECT]
        emptied = [column.name, *said["also"]] if said["on_erase"] == "clear" else []
        if said["on_erase"] not in ON_ERASE or (said["also"] and not emptied):
            yield f'{column.name}: on_erase is "delete", or "clear" and what is emptied also'
        for name in emptied:
            if name not in table.columns or not table.columns[name].nullable:
                yield f"{name} is emptied when somebody is forgotten, so it has to be nullable"


def _references(table: Table) -> Iterator[str]:
    for key in table.foreign_keys:
        try:
            _target: Column[Any] = key.column
        except NoReferencedTableError:
            yield f"{key.target_fullname} is none of its own tables, and no other is reached"
            continue
        if (key.ondelete or "").upper() not in ("CASCADE", "SET NULL"):
            yield f'{key.parent.name}: say ondelete="CASCADE" or "SET NULL": what it refers to may be erased'
