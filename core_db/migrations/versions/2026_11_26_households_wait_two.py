"""A change of a household can wait for a second person; what a table wrote is found person by person."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_26_households_wait_two"
down_revision: Final = "2026_11_26_given_names_are_found"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("register_proposals", sa.Column("household_id", PLAIN, nullable=True))
    old, new = "ix_register_changes_batch_id", "ix_register_changes_batch_id_person_id"
    op.drop_index(op.f(old), table_name="register_changes")
    op.create_index(op.f(new), "register_changes", ["batch_id", "person_id"], unique=False)
