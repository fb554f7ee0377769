"""Birthdays of children stay sealed: of the days that follow from them the year of coming of age is kept alone."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_27_birthdays_of_children"
down_revision: Final = "2026_11_27_what_plugins_bring"
branch_labels = None
depends_on = None


YEARS: Final = {
    "sqlite": "UPDATE guardianships SET of_age_in = CAST(strftime('%Y', ends_on) AS INTEGER) WHERE ends_on IS NOT NULL",
    "postgresql": "UPDATE guardianships SET of_age_in = EXTRACT(YEAR FROM ends_on)::integer WHERE ends_on IS NOT NULL",
}


def upgrade() -> None:
    op.add_column("guardianships", sa.Column("of_age_in", sa.Integer(), nullable=True))
    op.execute(YEARS[op.get_bind().dialect.name])
    op.drop_index(op.f("ix_guardianships_ends_on"), table_name="guardianships")
    op.create_index(op.f("ix_guardianships_of_age_in"), "guardianships", ["of_age_in"], unique=False)
    op.drop_column("guardianships", "ends_on")
    op.drop_column("guardianships", "consents_alone_on")
