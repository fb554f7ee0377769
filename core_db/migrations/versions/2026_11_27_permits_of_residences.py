"""On what somebody from elsewhere lives in a home, and why he came; of nobody who lives there by now."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_27_permits_of_residences"
down_revision: Final = "2026_11_27_plugins_go_anywhere"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # The release before writes its rows without them.
    op.add_column("residencies", sa.Column("permit", PLAIN, nullable=True))
    op.add_column("residencies", sa.Column("came_for", PLAIN, nullable=True))
