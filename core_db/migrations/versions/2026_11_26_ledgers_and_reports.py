"""Forms that offices ask for, what neighbourhoods answered, and exports of one filled form."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_ledgers_and_reports"
down_revision: Final = "2026_11_26_visits_are_planned"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "assist_items",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_assist_items_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_items")),
    )
    op.create_index(op.f("ix_assist_items_place_id"), "assist_items", ["place_id"], unique=False)
    op.create_table(
        "report_forms",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("family", sa.String(40), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("assist_item_id", PLAIN, nullable=True),
        sa.Column("cycle", sa.String(40), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("row_kind", sa.String(40), nullable=False),
        sa.Column("covers", JSON, nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", PLAIN, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("burden", JSON, nullable=True),
        sa.Column("template", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assist_item_id"], ["assist_items.id"], name=op.f("fk_report_forms_assist_item_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_report_forms_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_forms")),
    )
    op.create_index(op.f("ix_report_forms_assist_item_id"), "report_forms", ["assist_item_id"], unique=False)
    op.create_index(
        op.f("ix_report_forms_place_id_status"), "report_forms", ["place_id", "status"], unique=False
    )
    op.create_table(
        "report_fields",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("form_id", PLAIN, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("catalogue", PLAIN, nullable=True),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["report_forms.id"], name=op.f("fk_report_fields_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_fields")),
    )
    op.create_index(
        op.f("ix_report_fields_form_id_position"), "report_fields", ["form_id", "position"], unique=False
    )
    op.create_table(
        "report_fills",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("form_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("period", PLAIN, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("figures", JSON, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("handed_in_by", sa.String(), nullable=False),
        sa.Column("handed_in_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_report_fills_community_id")),
        sa.ForeignKeyConstraint(["form_id"], ["report_forms.id"], name=op.f("fk_report_fills_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_fills")),
    )
    op.create_index(
        op.f("ix_report_fills_community_id_form_id_period"),
        "report_fills",
        ["community_id", "form_id", "period"],
        unique=True,
    )
    op.create_index(
        op.f("ix_report_fills_form_id_period"), "report_fills", ["form_id", "period"], unique=False
    )
    op.create_index(op.f("ix_report_fills_opened_at"), "report_fills", ["opened_at"], unique=False)
    op.create_table(
        "report_answers",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("fill_id", PLAIN, nullable=False),
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.Column("field_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("question", PLAIN, nullable=False),
        sa.Column("value", PLAIN, nullable=True),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["report_fields.id"], name=op.f("fk_report_answers_field_id")),
        sa.ForeignKeyConstraint(["fill_id"], ["report_fills.id"], name=op.f("fk_report_answers_fill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_answers")),
    )
    op.create_index(op.f("ix_report_answers_field_id"), "report_answers", ["field_id"], unique=False)
    op.create_index(
        op.f("ix_report_answers_fill_id_subject_id_field_id"),
        "report_answers",
        ["fill_id", "subject_id", "field_id"],
        unique=True,
    )
    op.create_index(op.f("ix_report_answers_subject_id"), "report_answers", ["subject_id"], unique=False)
    op.create_table(
        "report_rows",
        sa.Column("fill_id", PLAIN, nullable=False),
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form_name", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["fill_id"], ["report_fills.id"], name=op.f("fk_report_rows_fill_id")),
        sa.PrimaryKeyConstraint("fill_id", "subject_id", name=op.f("pk_report_rows")),
    )
    op.create_index(op.f("ix_report_rows_subject_id"), "report_rows", ["subject_id"], unique=False)
    op.add_column("register_exports", sa.Column("fill_id", PLAIN, nullable=True))
