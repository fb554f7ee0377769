"""Sheets come in and doubles merge."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_sheets_come_in_and_do"
down_revision: Final = "2026_11_26_the_register_keeps_it"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_sheets",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("code_set", PLAIN, nullable=True),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("left_out", JSON, nullable=False),
        sa.Column("fault", JSON, nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("done_to", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("handed_by", PLAIN, nullable=False),
        sa.Column("handed_name", PLAIN, nullable=False),
        sa.Column("handed_role", PLAIN, nullable=False),
        sa.Column("handed_at", MOMENT, nullable=False),
        sa.Column("applied_by", PLAIN, nullable=True),
        sa.Column("applied_name", PLAIN, nullable=True),
        sa.Column("applied_role", PLAIN, nullable=True),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("undone_by", PLAIN, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_sheets")),
    )
    op.create_index(
        op.f("ix_register_sheets_community_id_id"), "register_sheets", ["community_id", "id"], unique=False
    )
    op.create_index(op.f("ix_register_sheets_handed_at"), "register_sheets", ["handed_at"], unique=False)
    op.create_index(op.f("ix_register_sheets_status"), "register_sheets", ["status"], unique=False)
    op.create_table(
        "register_sheet_rows",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("sheet_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("may_be_known", sa.Boolean(), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["register_sheets.id"], name=op.f("fk_register_sheet_rows_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_sheet_rows")),
    )
    op.create_index(
        op.f("ix_register_sheet_rows_person_id"), "register_sheet_rows", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_register_sheet_rows_sheet_id_number"),
        "register_sheet_rows",
        ["sheet_id", "number"],
        unique=True,
    )
    op.create_index(
        op.f("ix_register_sheet_rows_sheet_id_verdict_number"),
        "register_sheet_rows",
        ["sheet_id", "verdict", "number"],
        unique=False,
    )
    op.create_table(
        "register_distinctions",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("one_id", PLAIN, nullable=False),
        sa.Column("other_id", PLAIN, nullable=False),
        sa.Column("said_by", PLAIN, nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["persons.id"], name=op.f("fk_register_distinctions_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["persons.id"], name=op.f("fk_register_distinctions_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_distinctions")),
    )
    op.create_index(
        op.f("ix_register_distinctions_one_id_other_id"),
        "register_distinctions",
        ["one_id", "other_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_register_distinctions_other_id"), "register_distinctions", ["other_id"], unique=False
    )
    op.create_table(
        "register_merges",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("kept_id", PLAIN, nullable=False),
        sa.Column("behind_id", PLAIN, nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("merged_by", PLAIN, nullable=False),
        sa.Column("merged_name", PLAIN, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_by", PLAIN, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["behind_id"], ["persons.id"], name=op.f("fk_register_merges_behind_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["persons.id"], name=op.f("fk_register_merges_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_merges")),
    )
    op.create_index(op.f("ix_register_merges_behind_id"), "register_merges", ["behind_id"], unique=False)
    op.create_index(
        op.f("ix_register_merges_community_id_id"), "register_merges", ["community_id", "id"], unique=False
    )
    op.create_index(op.f("ix_register_merges_kept_id"), "register_merges", ["kept_id"], unique=False)
    op.add_column("register_exports", sa.Column("code_set", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("merged_into_id", PLAIN, nullable=True))
    op.create_index(op.f("ix_persons_merged_into_id"), "persons", ["merged_into_id"], unique=False)
