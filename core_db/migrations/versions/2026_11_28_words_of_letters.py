"""A class of cases has keywords in English, too; none are kept where those that come with the product hold."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_words_of_letters"
down_revision: Final = "2026_11_28_late_by_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_categories", sa.Column("keywords_en", sa.Text(), nullable=True))
