"""Plugins have roles of their own: who of a committee's staff holds which, since when and until when."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_plugins_have_roles"
down_revision: Final = "2026_11_27_plugins_ask_fields_in"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "x_roles",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("role", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("assignment_id", PLAIN, nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=True),
        sa.Column("granted_by", PLAIN, nullable=False),
        sa.Column("granted_for", PLAIN, nullable=True),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("ended_by", PLAIN, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_x_roles_account_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignments.id"], name=op.f("fk_x_roles_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_roles")),
    )
    op.create_index(op.f("ix_x_roles_account_id"), "x_roles", ["account_id"], unique=False)
    op.create_index(op.f("ix_x_roles_assignment_id"), "x_roles", ["assignment_id"], unique=False)
    op.create_index(
        op.f("ix_x_roles_community_id_plugin_id"), "x_roles", ["community_id", "plugin_id"], unique=False
    )
