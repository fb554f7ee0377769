"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_the_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("lights", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counts")),
    )
    with op.batch_alter_table("counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counts_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_counts_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_counts_counted_on"), ["counted_on"], unique=False)

    op.create_table(
        "streets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
    )
    with op.batch_alter_table("streets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_streets_community_id"), ["community_id"], unique=False)

    op.create_table(
        "lights",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("street_id", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["street_id"], ["streets.id"], name=op.f("fk_lights_street_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lights")),
    )
    with op.batch_alter_table("lights", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lights_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lights_noted_on"), ["noted_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_lights_resident"), ["resident"], unique=False)
        batch_op.create_index(batch_op.f("ix_lights_street_id"), ["street_id"], unique=False)
