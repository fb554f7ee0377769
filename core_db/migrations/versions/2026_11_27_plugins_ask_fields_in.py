"""Plugins ask fields in cases."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_plugins_ask_fields_in"
down_revision: Final = "2026_11_27_birthdays_of_children"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "case_fields",
        sa.Column("key", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("category_code", PLAIN, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("label_zh", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("field_class", PLAIN, nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_case_fields")),
    )
    op.create_table(
        "case_fields_asked",
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("plugin_id", "community_id", name=op.f("pk_case_fields_asked")),
    )
    op.create_table(
        "case_filled_fields",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("key", PLAIN, nullable=False),
        sa.Column("field_class", PLAIN, nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("personal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sensitive_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_filled_fields_case_id")),
        sa.ForeignKeyConstraint(["key"], ["case_fields.key"], name=op.f("fk_case_filled_fields_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_filled_fields")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_case_filled_fields_case_id_key")),
    )
    op.create_index(op.f("ix_case_filled_fields_key"), "case_filled_fields", ["key"], unique=False)
