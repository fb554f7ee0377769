"""What waits is seen: an extension that was asked for, why a case is late, and the moment that an entry names."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_27_waiting_is_seen"
down_revision: Final = "2026_11_27_words_are_contacts"
branch_labels = None
depends_on = None

#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
#: With its handling organisation: who has it no more asks for nothing.
ASKS = """
UPDATE cases SET asks_extension = TRUE WHERE status IN ('dispatched', 'signed', 'in_progress') AND id IN (
    SELECT case_id FROM case_extensions WHERE approved IS NULL
)
"""
#: What was late before it was suspended is late: its clock is shown as it is.
LATE = """
UPDATE cases SET clock_state = 'running' WHERE clock_state = 'paused' AND id IN (
    SELECT clocks.case_id FROM case_clocks AS clocks JOIN clock_pauses AS pauses ON pauses.clock_id = clocks.id
    WHERE clocks.kind = 'handling' AND clocks.ended_at IS NULL AND pauses.resumed_at IS NULL
      AND pauses.paused_at > clocks.due_at
)
"""
FEW = sa.text("asks_extension")


def upgrade() -> None:
    # The release before writes its rows without them.
    op.add_column("cases", sa.Column("overdue_reason", sa.Text(), nullable=True))
    op.add_column(
        "cases", sa.Column("asks_extension", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("case_entries", sa.Column("until", MOMENT, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # Its trigger names the columns that stay, also when somebody is erased; PostgreSQL's those that may go.
        op.execute(
            "CREATE TRIGGER case_entries_keep_until BEFORE UPDATE ON case_entries WHEN NEW.until IS NOT OLD.until "
            "BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END"
        )
    op.execute(ASKS)
    op.execute(LATE)
    op.create_index(
        "ix_cases_asks_extension", "cases", ["community_id", "seq"], unique=False, sqlite_where=FEW,
        postgresql_where=FEW,
    )  # fmt: skip
