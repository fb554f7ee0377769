"""Nothing is put over a row that stays: SQLite's INSERT OR REPLACE took one away and asked no trigger of deletions.

PostgreSQL has no such order: what it does when a key is met is an update, and that is refused already.
"""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_nothing_put_over"
down_revision: Final = "2026_11_28_limits_yet_to_begin"
branch_labels = None
depends_on = None

#: By what two rows of each can meet.
KEYS: Final = {
    "access_events": ("seq", "audit_id"),
    "audit_checkpoints": ("size",),
    "audit_cosignatures": ("position",),
    "audit_events": ("seq", "id"),
    "audit_nodes": ("level, place", "rowid"),
    "case_entries": ("position",),
    "facts_forgotten": ("position",),
    "kept_entries": ("position, version", "rowid"),
    "outbox": ("position", "id"),
    "place_changes": ("id", "rowid"),
    "reads_forgotten": ("position",),
    "register_changes": ("id", "rowid"),
    "x_calls": ("id", "rowid"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, keys in KEYS.items():
        met = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {_same(key)})" for key in keys)
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {met} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _same(key: str) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))
