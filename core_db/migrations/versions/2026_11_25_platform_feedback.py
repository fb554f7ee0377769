"""Feedback on the platform has a table of its own."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_25_platform_feedback"
down_revision: Final = "2026_11_25_what_waits_is_seen"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "platform_feedback",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("left_at", MOMENT, nullable=False),
        sa.Column("app", PLAIN, nullable=False),
        sa.Column("version", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_platform_feedback_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_feedback")),
    )
    op.create_index(
        op.f("ix_platform_feedback_account_id"), "platform_feedback", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_platform_feedback_left_at"), "platform_feedback", ["left_at"], unique=False)
