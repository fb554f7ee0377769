"""A case knows that somebody asked to hurry, until something is done about it."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_urging_is_seen"
down_revision: Final = "2026_11_27_plugins_move_on"
branch_labels = None
depends_on = None

#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
URGED = sa.text("urged_at IS NOT NULL")
#: What was urged last and has not been touched since; whatever ended waits for nobody.
STILL_WAITS = """
UPDATE cases SET urged_at = (
    SELECT max(e.at) FROM case_entries e
    WHERE e.case_id = cases.id AND e.type = 'urged' AND e.at > cases.updated_at
) WHERE closed_at IS NULL AND EXISTS (
    SELECT 1 FROM case_entries e WHERE e.case_id = cases.id AND e.type = 'urged' AND e.at > cases.updated_at
)
"""


def upgrade() -> None:
    # The release before this one leaves the column out when it writes.
    op.add_column("cases", sa.Column("urged_at", MOMENT, nullable=True))
    op.execute(STILL_WAITS)
    op.create_index(
        "ix_cases_urged", "cases", ["community_id", "seq"], unique=False, sqlite_where=URGED, postgresql_where=URGED
    )  # fmt: skip
