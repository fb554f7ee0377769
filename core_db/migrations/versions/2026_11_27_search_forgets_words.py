"""What SQLite's search index takes back is gone from the file at once; what it had only marked as gone goes now."""

from typing import Final

from alembic import op

revision: Final = "2026_11_27_search_forgets_words"
down_revision: Final = "2026_11_27_waiting_is_seen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("INSERT INTO case_search (case_search, rank) VALUES ('secure-delete', 1)")
    # Rewritten once as a whole, without the words that were taken back before.
    op.execute("INSERT INTO case_search (case_search) VALUES ('optimize')")
