"""A clock that stands still says whether it waits for an answer of whoever raised the case."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_answers_are_awaited"
down_revision: Final = "2026_11_28_late_contacts_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The release before writes its rows without it.
    op.add_column(
        "clock_pauses", sa.Column("awaits_requester", sa.Boolean(), nullable=False, server_default=sa.false())
    )
