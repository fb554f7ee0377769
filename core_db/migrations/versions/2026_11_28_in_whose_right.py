"""An entry of a case's history says in whose right it was written, where that was another's.

What was written before says it in its name alone, and is held so by the record: it is not gone through again.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_in_whose_right"
down_revision: Final = "2026_11_28_unheard_by_index"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # The release before writes its rows without it.
    op.add_column("case_entries", sa.Column("for_id", PLAIN, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # Its trigger names the columns that stay, also when somebody is erased; PostgreSQL's those that may go.
        op.execute(
            "CREATE TRIGGER case_entries_keep_for_id BEFORE UPDATE ON case_entries WHEN NEW.for_id IS NOT OLD.for_id "
            "BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END"
        )
