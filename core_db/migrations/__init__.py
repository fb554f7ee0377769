"""One history of the tables for both databases, forward only; `must_fit` refuses what does not fit."""

from core_db.migrations.history import (
    NewerSchema,
    OlderSchema,
    SchemaMisfit,
    bring_up,
    current,
    must_fit,
    must_fit_on,
    pending,
    upgrade,
)
from core_db.migrations.policies import Unguarded, missing_walls, must_be_guarded
from core_db.revisions import head, known

__all__ = [
    "NewerSchema", "OlderSchema", "SchemaMisfit", "Unguarded", "bring_up", "current", "head", "known",
    "missing_walls", "must_be_guarded", "must_fit", "must_fit_on", "pending", "upgrade",
]  # fmt: skip
