"""All tables the models describe, to compare a migrated database with and to write migrations from."""

import importlib
import pkgutil

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import core_db

#: Made by the migrations in each database's own kind, so the metadata knows nothing of it.
OWN_KIND = "case_search"


def all_tables() -> MetaData:
    """The metadata with the models of every capability loaded."""
    for module in pkgutil.walk_packages(core_db.__path__, "core_db."):
        if module.name.endswith(".model") or module.name.startswith("core_db.foundation."):
            importlib.import_module(module.name)
    _tell_postgresql(SQLModel.metadata)
    return SQLModel.metadata


def _tell_postgresql(tables: MetaData) -> None:
    """An index over some rows is one on both databases. Said beside the table, it would load PostgreSQL's dialect."""
    for index in (one for table in tables.tables.values() for one in table.indexes):
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


def is_compared(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """For Alembic's `include_object`: leave out what is not described by the models."""
    return not (kind == "table" and str(name).startswith(OWN_KIND))
