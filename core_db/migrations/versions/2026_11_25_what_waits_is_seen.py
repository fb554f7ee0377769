"""Cases know of a message nobody has taken up; what was escalated is indexed for as long as it is open."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_25_what_waits_is_seen"
down_revision: Final = "2026_11_23_first_tables"
branch_labels = None
depends_on = None

OPEN = "escalated_to IS NOT NULL AND closed_at IS NULL"
NODES = ("community", "town", "district")


def upgrade() -> None:
    # The release before this one leaves the column out when it writes.
    op.add_column(
        "cases", sa.Column("has_new_message", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for node in NODES:
        op.drop_index(f"ix_cases_escalated_{node}", "cases")
        _index(f"ix_cases_escalated_{node}", f"{node}_id", OPEN)
    _index("ix_cases_new_message", "community_id", "has_new_message")


def _index(name: str, node: str, which: str) -> None:
    condition = sa.text(which)
    op.create_index(
        name, "cases", [node, "seq"], unique=False, sqlite_where=condition, postgresql_where=condition
    )
