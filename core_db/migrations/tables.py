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
    return SQLModel.metadata


def is_compared(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """For Alembic's `include_object`: leave out what is not described by the models."""
    return not (kind == "table" and str(name).startswith(OWN_KIND))
