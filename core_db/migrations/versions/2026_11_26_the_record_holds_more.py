"""Events of the record say how they came."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_26_the_record_holds_more"
down_revision: Final = "2026_11_26_the_record_cannot_be"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # What stands there already says nothing of it, and is hashed as before. Neither database rewrites its rows.
    for column in ("channel", "request", "acts_for"):
        op.add_column("audit_events", sa.Column(column, PLAIN, nullable=False, server_default=""))
