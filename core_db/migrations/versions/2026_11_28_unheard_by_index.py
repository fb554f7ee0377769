"""What was taken up without a word to whoever raised it is found by an index, so that it is told when that is late."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_unheard_by_index"
down_revision: Final = "2026_11_28_questions_by_index"
branch_labels = None
depends_on = None

UNHEARD = sa.text(
    "contacted_at IS NULL AND contact_due_at IS NOT NULL AND closed_at IS NULL AND status <> 'submitted'"
)


def upgrade() -> None:
    op.create_index(
        "ix_cases_unheard", "cases", ["contact_due_at"], sqlite_where=UNHEARD, postgresql_where=UNHEARD
    )
