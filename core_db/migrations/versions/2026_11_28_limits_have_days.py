"""The limits of a category hold from a day on: what is to change is entered before, and what held stays."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_limits_have_days"
down_revision: Final = "2026_11_28_rounds_put_right"
branch_labels = None
depends_on = None

#: What there is holds since its category does.
SINCE = """
UPDATE category_limits
SET valid_from = (SELECT c.valid_from FROM case_categories c WHERE c.code = category_limits.code)
"""


def upgrade() -> None:
    # The release before writes its rows without a day: they begin as what came with the product did.
    day = sa.Column("valid_from", sa.Date(), nullable=False, server_default="2025-01-01")
    op.add_column("category_limits", day)
    op.execute(SINCE)
    with op.batch_alter_table("category_limits") as limits:
        limits.drop_constraint("pk_category_limits", type_="primary")
        limits.create_primary_key("pk_category_limits", ["code", "valid_from", "rank"])
