"""Tags with their dictionary, groups of people, and what a name and a birth date are found by.

The new columns of people say nothing until `shequyun rebuild` has filled them: it needs keys that no migration has.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_tags_and_groups"
down_revision: Final = "2026_11_26_sheets_come_in_and_do"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "saved_groups",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("made_by", PLAIN, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_saved_groups_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_groups")),
    )
    op.create_index(op.f("ix_saved_groups_place_id_name"), "saved_groups", ["place_id", "name"], unique=False)
    op.create_table(
        "tag_definitions",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("name_en", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("review_days", sa.Integer(), nullable=True),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("made_by", PLAIN, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_tag_definitions_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_definitions")),
    )
    op.create_index(
        op.f("ix_tag_definitions_place_id_code"), "tag_definitions", ["place_id", "code"], unique=True
    )
    op.create_table(
        "tag_assignments",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("definition_id", PLAIN, nullable=True),
        sa.Column("tag_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tag_blind", sa.LargeBinary(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("evidence_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("assigned_by", PLAIN, nullable=False),
        sa.Column("assigned_name", PLAIN, nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("reviewed_by", PLAIN, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("removed_by", PLAIN, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_why", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["tag_definitions.id"], name=op.f("fk_tag_assignments_definition_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_tag_assignments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_assignments")),
    )
    op.create_index(
        op.f("ix_tag_assignments_community_id_review_by"),
        "tag_assignments",
        ["community_id", "review_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_tag_assignments_definition_id_community_id"),
        "tag_assignments",
        ["definition_id", "community_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_tag_assignments_person_id_id"), "tag_assignments", ["person_id", "id"], unique=False
    )
    op.create_index(op.f("ix_tag_assignments_tag_blind"), "tag_assignments", ["tag_blind"], unique=False)
    op.add_column("persons", sa.Column("name_pinyin", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("name_initials", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("birth_year", sa.Integer(), nullable=True))
    op.create_index(
        op.f("ix_persons_community_id_birth_year"), "persons", ["community_id", "birth_year"], unique=False
    )
    op.create_index(
        op.f("ix_persons_community_id_name_initials_name_pinyin"),
        "persons",
        ["community_id", "name_initials", "name_pinyin"],
        unique=False,
    )
