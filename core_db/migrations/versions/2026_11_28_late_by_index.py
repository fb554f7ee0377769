"""Whoever waits for a first word is found by the moment it was promised for, also in what was raised and not opened."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_late_by_index"
down_revision: Final = "2026_11_28_signed_in_a_right"
branch_labels = None
depends_on = None

UNHEARD = sa.text(
    "contacted_at IS NULL AND contact_due_at IS NOT NULL AND closed_at IS NULL AND NOT contact_late"
)


def upgrade() -> None:
    op.drop_index("ix_cases_unheard", "cases")
    op.create_index(
        "ix_cases_unheard", "cases", ["contact_due_at"], sqlite_where=UNHEARD, postgresql_where=UNHEARD
    )
