"""What waits for a second person, and each look, say in whose right they came, where that was another's.

What was asked before says its asker alone, as it did: nobody kept in whose right it was.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_asked_in_a_right"
down_revision: Final = "2026_11_28_rules_of_rates"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
TABLES = (
    "access_events", "case_extensions", "experience_proposals", "look_alarms", "look_deferrals", "register_exports",
    "register_proposals", "visit_tag_proposals",
)  # fmt: skip


def upgrade() -> None:
    # The release before writes its rows without it.
    for table in TABLES:
        op.add_column(table, sa.Column("acted_for", PLAIN, nullable=True))
