"""One history of the tables for both databases, forward only: `upgrade` walks it, `must_fit` refuses a misfit."""

from core_db.migrations.history import (
    NewerSchema,
    OlderSchema,
    SchemaMisfit,
    current,
    head,
    must_fit,
    pending,
    upgrade,
)

__all__ = [
    "NewerSchema", "OlderSchema", "SchemaMisfit", "current", "head", "must_fit", "pending", "upgrade",
]  # fmt: skip
