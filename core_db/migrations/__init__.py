"""One history of the tables for both databases, forward only; `must_fit` refuses what does not fit."""

from core_db.migrations.history import (
    NewerSchema,
    OlderSchema,
    SchemaMisfit,
    current,
    head,
    known,
    must_fit,
    must_fit_on,
    pending,
    upgrade,
)

__all__ = [
    "NewerSchema", "OlderSchema", "SchemaMisfit", "current", "head", "known", "must_fit", "must_fit_on", "pending",
    "upgrade",
]  # fmt: skip
