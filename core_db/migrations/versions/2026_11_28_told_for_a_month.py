"""What is told of a place to those who read aggregates alone, kept for the month."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_28_told_for_a_month"
down_revision: Final = "2026_11_28_asked_in_a_right"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "told_figures",
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_told_figures_place_id"),
        sa.PrimaryKeyConstraint("place_id", "since", "until", "month", name="pk_told_figures"),
    )
