"""What was filled in for plugins says by which account, letters of plugins to whom: either may have been a mistake.

Of rows from before nobody knows it. They stay, and go where a mistake is found that began before they were written.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_said_by_whom"
down_revision: Final = "2026_11_28_nothing_put_over"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("x_messages", sa.Column("to_person", PLAIN, nullable=True))
    with op.batch_alter_table("x_profile_fields") as fields:
        fields.add_column(sa.Column("said_by", PLAIN, nullable=False, server_default=""))
        fields.drop_constraint("uq_x_profile_fields_person_id_key", type_="unique")
        fields.create_unique_constraint(
            "uq_x_profile_fields_person_id_key_said_by", ["person_id", "key", "said_by"]
        )
