"""What people ask about their data, and how long what is kept, have tables of their own."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_my_data"
down_revision: Final = "2026_11_26_keys_know_who_wrapped"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    # Comments on the platform now go with everything else whose time is over; nobody knows this job any more.
    op.execute("DELETE FROM jobs WHERE kind = 'forget-old-feedback'")
    op.create_table(
        "retention_rules",
        sa.Column("what", PLAIN, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_retention_rules")),
    )
    op.create_table(
        "consents",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("child_id", PLAIN, nullable=True),
        sa.Column("purpose", PLAIN, nullable=False),
        sa.Column("reference", PLAIN, nullable=False),
        sa.Column("text_version", PLAIN, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_how", PLAIN, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_how", PLAIN, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_consents_account_id")),
        sa.ForeignKeyConstraint(["child_id"], ["persons.id"], name=op.f("fk_consents_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        op.f("ix_consents_account_id_purpose"), "consents", ["account_id", "purpose"], unique=False
    )
    op.create_index(op.f("ix_consents_child_id"), "consents", ["child_id"], unique=False)
    op.create_table(
        "correction_requests",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("field", PLAIN, nullable=False),
        sa.Column("wanted_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_correction_requests_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["places.id"], name=op.f("fk_correction_requests_community_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_correction_requests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_requests")),
    )
    op.create_index(
        op.f("ix_correction_requests_account_id"), "correction_requests", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_correction_requests_community_id_status_due_on"),
        "correction_requests",
        ["community_id", "status", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_correction_requests_person_id"), "correction_requests", ["person_id"], unique=False
    )
    op.create_table(
        "data_exports",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("child_id", PLAIN, nullable=True),
        sa.Column("language", PLAIN, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_data_exports_account_id")),
        sa.ForeignKeyConstraint(["child_id"], ["persons.id"], name=op.f("fk_data_exports_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    op.create_index(op.f("ix_data_exports_account_id"), "data_exports", ["account_id"], unique=False)
    op.create_index(op.f("ix_data_exports_child_id"), "data_exports", ["child_id"], unique=False)
    op.create_index(op.f("ix_data_exports_expires_at"), "data_exports", ["expires_at"], unique=False)
    op.create_index(
        "ix_data_exports_to_make",
        "data_exports",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("ready_at IS NULL"),
        postgresql_where=sa.text("ready_at IS NULL"),
    )
    op.create_table(
        "erasures",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_erasures_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_account_id"), "erasures", ["account_id"], unique=False)
    op.create_index(
        "ix_erasures_open_by_due_at",
        "erasures",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_index(
        "uq_erasures_open",
        "erasures",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "guardianships",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("child_name", PLAIN, nullable=False),
        sa.Column("birth_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("child_id", PLAIN, nullable=True),
        sa.Column("relation", PLAIN, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("consents_alone_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_guardianships_account_id")),
        sa.ForeignKeyConstraint(["child_id"], ["persons.id"], name=op.f("fk_guardianships_child_id")),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_guardianships_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianships")),
    )
    op.create_index(op.f("ix_guardianships_account_id"), "guardianships", ["account_id"], unique=False)
    op.create_index(op.f("ix_guardianships_child_id"), "guardianships", ["child_id"], unique=False)
    op.create_index(
        op.f("ix_guardianships_community_id_status"),
        "guardianships",
        ["community_id", "status"],
        unique=False,
    )
    op.create_index(op.f("ix_guardianships_ends_on"), "guardianships", ["ends_on"], unique=False)
