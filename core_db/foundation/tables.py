"""The base of every table: column types that mean the same on both databases, and names for constraints."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    TIMESTAMP,
    Boolean,
    ColumnElement,
    Date,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    Select,
    String,
    Text,
    TextClause,
    bindparam,
    func,
    select,
)
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import eq, ne
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Session, SQLModel

from core_db.foundation.clock import LOCAL
from core_db.foundation.fields import F0, FieldClass, held

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

SQLModel.metadata.naming_convention = MetaData(naming_convention=NAMES).naming_convention

#: Text compared byte by byte, so that both databases sort ids, codes and paths alike.
PlainText = String().with_variant(String(collation="C"), "postgresql")


class Table(SQLModel):
    """Parent of every table model. What would check its rows is never asked, and so never made."""

    model_config = {"defer_build": True}


class UtcTime(TypeDecorator[datetime]):
    """A moment. Stored in UTC (SQLite drops zones, so there as fixed-width text), always returned aware."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return _zoned(value) if dialect.name == "postgresql" else text_of(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """On SQLite the spelling alone, without a call around it: a row has several moments."""
        return super().bind_processor(dialect) if dialect.name == "postgresql" else text_of

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return _moment_of(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """The reading alone, as with the spelling."""
        return _moment_of


def _moment_of(value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value)


def _zoned(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return moment


@lru_cache(maxsize=256)
def text_of(moment: datetime | None) -> str | None:
    """As SQLite keeps it. One change writes the same moment into several rows, and its answer says it again."""
    if (zoned := _zoned(moment)) is None:
        return None
    return zoned.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


class Json(TypeDecorator[Any]):
    """JSON; PostgreSQL keeps it taken apart. What knows PostgreSQL is loaded there alone: it takes two megabytes."""

    impl = JSON
    cache_ok = True
    hashable = False
    #: As JSON does by itself: nothing is a value, too.
    should_evaluate_none = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB

            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(JSON())

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """What a whole value is compared with is written alike; of a part of it JSON knows better."""
        return self if op in (eq, ne) else self.impl_instance.coerce_compared_value(op, value)


class Worded(TypeDecorator[StrEnum]):
    """An enum stored by value as text; SQLModel's default would be a native enum of names."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__(40)
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return _word_of(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[StrEnum | str | None], Any] | None:
        """The word alone, without a call around it."""
        return _word_of

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.words(value)


#: One for all columns of a kind: SQLAlchemy makes a class for each type that is made, and notes for each statement.
_MOMENT, _JSON, _TEXT = UtcTime(), Json(), Text()
_worded = lru_cache(maxsize=None)(Worded)


def _word_of(value: StrEnum | str | None) -> str | None:
    return None if value is None else str(value)


def id_column(*, primary_key: bool = False, refers_to: str | None = None, nullable: bool = False,
              index: bool = False, unique: bool = False, leads: bool = False) -> Any:  # fmt: skip
    """A column holding an id. A foreign key gets an index, unless it `leads` one of its table's own."""
    keys = [ForeignKey(refers_to)] if refers_to else []
    own = index or (refers_to is not None and not leads)
    return SqlColumn(
        PlainText, *keys, primary_key=primary_key, nullable=nullable and not primary_key,
        index=own and not primary_key and not unique, unique=unique or None, **held(F0),
    )  # fmt: skip


def text_column(field_class: FieldClass, *, primary_key: bool = False, nullable: bool = False,
                index: bool = False, unique: bool = False) -> Any:  # fmt: skip
    """Text whose order and equality are byte by byte: codes, paths, keys."""
    return SqlColumn(
        PlainText,
        primary_key=primary_key,
        nullable=nullable,
        index=index,
        unique=unique or None,
        **held(field_class),
    )


def long_text(field_class: FieldClass, *, nullable: bool = False) -> Any:
    """What people write."""
    return SqlColumn(_TEXT, nullable=nullable, **held(field_class))


def moment_column(*, nullable: bool = False, index: bool = False) -> Any:
    return SqlColumn(_MOMENT, nullable=nullable, index=index, **held(F0))


def worded_column(words: type[StrEnum], *, nullable: bool = False, index: bool = False) -> Any:
    return SqlColumn(_worded(words), nullable=nullable, index=index, **held(F0))


def json_column(field_class: FieldClass, *, nullable: bool = False) -> Any:
    return SqlColumn(_JSON, nullable=nullable, **held(field_class))


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index over those rows alone for which a condition holds.

    PostgreSQL hears of it where tables are compared (`core_db.migrations.tables`): to be told here it would be loaded.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where)


def insert_into(session: Session, table: SqlTable) -> Any:
    """An insert that may say what becomes of a row that is there already; each database spells that its own way."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(table)


def counted(session: Session, found: Select[Any], *, most: int) -> int:
    """How many rows a query finds; it stops at `most`, so that a long list costs a desk no more than a short one."""
    return int(session.execute(select(func.count()).select_from(found.limit(most).subquery())).scalar() or 0)


def one_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """The column is one of these. One alone is compared: a list in a statement is written out anew at each use."""
    return column == values[0] if len(values) == 1 else column.in_(values)


class _TextList(TypeDecorator[Sequence[str]]):
    """Words handed over as one value: an array, and on SQLite, which has none, JSON."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        words = list(value or ())
        return words if dialect.name == "postgresql" else json.dumps(words)


class _Among(FunctionElement[bool]):
    """A column's value is one of a list that is one value."""

    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """It is a condition as it stands: compared with 1, as SQLite's booleans are, it would use no index."""
        return self


@compiles(_Among)
def _as_array(element: Any, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _as_json(element: Any, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


def among(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """The column is one of these texts, which may be hundreds: the statement stays as short as for one."""
    return _Among(column, bindparam(None, list(values), type_=_TextList(), unique=True))


class local_day(FunctionElement[date]):  # noqa: N801 - called like a function of the database
    """The day of a moment where the product is at home, worked out by the database."""

    type = Date()
    inherit_cache = True


@compiles(local_day)
def _day_of_moment(element: Any, compiler: Any, **more: Any) -> str:
    moment = compiler.process(element.clauses, **more)
    return f"CAST({moment} AT TIME ZONE '{LOCAL.key}' AS date)"


@compiles(local_day, "sqlite")
def _day_of_text(element: Any, compiler: Any, **more: Any) -> str:
    """SQLite knows no zones; this one has had no summer time since 1991."""
    return f"date({compiler.process(element.clauses, **more)}, '+8 hours')"


class found_otherwise(FunctionElement[str]):  # noqa: N801 - called like a function of the database
    """A column that SQLite looks at in rows it found by something else; PostgreSQL knows by itself which is better."""

    type = String()
    inherit_cache = True


class found_by(FunctionElement[bool]):  # noqa: N801 - called like a function of the database
    """Says nothing, but that SQLite goes by an index that has this number as its next column; of several with the same
    beginning it takes any. PostgreSQL knows by itself which is better."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As for `_Among`: compared with 1 it would lead to no index."""
        return self


@compiles(found_by)
def _nothing_said(_element: Any, _compiler: Any, **_more: Any) -> str:
    return "true"


@compiles(found_by, "sqlite")
def _true_of_any(element: Any, compiler: Any, **more: Any) -> str:
    return f"{compiler.process(element.clauses, **more)} > 0"


@compiles(found_otherwise)
def _as_it_is(element: Any, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(found_otherwise, "sqlite")
def _without_its_index(element: Any, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"
