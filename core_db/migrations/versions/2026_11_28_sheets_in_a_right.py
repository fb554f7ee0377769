"""A table that is handed in says in whose right it was handed in, applied and taken back, and by whom the last.

What was handed in before says its people alone, as it did: nobody kept in whose right it was.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_sheets_in_a_right"
down_revision: Final = "2026_11_28_deeds_by_day"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
COLUMNS = ("handed_for", "applied_for", "applied_for_role", "undone_name", "undone_role", "undone_for")


def upgrade() -> None:
    # The release before writes its rows without them.
    for column in COLUMNS:
        op.add_column("register_sheets", sa.Column(column, PLAIN, nullable=True))
