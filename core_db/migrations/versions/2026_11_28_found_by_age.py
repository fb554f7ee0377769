"""Words are found among the latest cases first, and figures of a neighbourhood by their days.

PostgreSQL finds all that ever said a word before it takes the newest; SQLite goes from the newest back as it is.
"""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_found_by_age"
down_revision: Final = "2026_11_28_sheets_in_a_right"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_community_id_seq_created_at", "cases", ["community_id", "seq", "created_at"])
    is_postgres = op.get_bind().dialect.name == "postgresql"
    if is_postgres:
        op.execute(
            "CREATE INDEX ix_case_search_by_age ON case_search USING gin (grams, (ARRAY[seq >> 17])) "
            "WITH (fastupdate=off)"
        )
    # What takes its time is done: only from here on does whoever still serves wait to read.
    op.drop_index("ix_cases_community_id_seq", "cases")
    if is_postgres:
        op.execute("DROP INDEX ix_case_search_grams")
        op.execute("ALTER INDEX ix_case_search_by_age RENAME TO ix_case_search_grams")
