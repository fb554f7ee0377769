"""What is filled in about residents for fields of plugins."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_plugins_ask_of_people"
down_revision: Final = "2026_11_27_permits_of_residences"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "x_profile_fields",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("key", PLAIN, nullable=False),
        sa.Column("field_class", PLAIN, nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("profile_personal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("profile_sensitive_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_by_plugin", sa.Boolean(), nullable=False),
        sa.Column("filled_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_x_profile_fields_person_id")),
        sa.ForeignKeyConstraint(["key"], ["case_fields.key"], name=op.f("fk_x_profile_fields_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_profile_fields")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_x_profile_fields_person_id_key")),
    )
    op.create_index(op.f("ix_x_profile_fields_key"), "x_profile_fields", ["key"], unique=False)
    op.create_index(op.f("ix_x_profile_fields_filled_at"), "x_profile_fields", ["filled_at"], unique=False)
