"""What somebody at work wrote, and what was raised on which days, found by an index; the district's own is spared.

A district's whole list is walked by `seq`, which is the table itself: so a case that is raised touches no more
indexes than before.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_lists_by_index"
down_revision: Final = "2026_11_27_nothing_is_left"
branch_labels = None
depends_on = None

BY_STAFF = sa.text("by_role IN ('committee', 'contractor', 'town', 'district')")


def upgrade() -> None:
    op.create_index(
        "ix_case_entries_by_staff", "case_entries", ["by_id", "case_id"], sqlite_where=BY_STAFF,
        postgresql_where=BY_STAFF,
    )  # fmt: skip
    op.create_index("ix_cases_created_at_town_id", "cases", ["created_at", "town_id"])
    op.drop_index("ix_cases_district_id_seq", "cases")
