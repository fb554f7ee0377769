"""By which rules cases do not count in which rates, and from when to when."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_rules_of_rates"
down_revision: Final = "2026_11_28_limits_have_days"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rate_exclusions",
        sa.Column("rule", PLAIN, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("category", PLAIN, nullable=True),
        sa.Column("nature", sa.String(40), nullable=True),
        sa.Column("rates", PLAIN, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["category"], ["case_categories.code"], name="fk_rate_exclusions_category"),
        sa.PrimaryKeyConstraint("rule", name="pk_rate_exclusions"),
    )
    op.create_index("ix_rate_exclusions_category", "rate_exclusions", ["category"])
