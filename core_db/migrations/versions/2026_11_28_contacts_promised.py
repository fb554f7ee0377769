"""A case keeps in how much time whoever raised it was promised a call.

What was raised before goes by its category as it is, as it did.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_contacts_promised"
down_revision: Final = "2026_11_28_returns_of_the_round"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # The release before writes its rows without them.
    op.add_column("cases", sa.Column("contact_unit", PLAIN, nullable=True))
    op.add_column("cases", sa.Column("contact_limit", PLAIN, nullable=True))
