"""Guides and stamps, questions at the counter, notes from shift to shift, and the experience library."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_the_desk_of_all_posts"
down_revision: Final = "2026_11_26_what_it_holds"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "known_words",
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("gram", PLAIN, nullable=False),
        sa.Column("item_id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "gram", "item_id", name=op.f("pk_known_words")),
    )
    op.create_index(op.f("ix_known_words_item_id"), "known_words", ["item_id"], unique=False)
    op.create_table(
        "experience_proposals",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("origin_id", PLAIN, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("proposed_by", PLAIN, nullable=False),
        sa.Column("proposed_name", PLAIN, nullable=False),
        sa.Column("proposed_role", sa.String(40), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_name", PLAIN, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["places.id"], name=op.f("fk_experience_proposals_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience_proposals")),
    )
    op.create_index(
        op.f("ix_experience_proposals_community_id_status"),
        "experience_proposals",
        ["community_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_experience_proposals_proposed_at"), "experience_proposals", ["proposed_at"], unique=False
    )
    op.create_table(
        "experiences",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("district_id", PLAIN, nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["places.id"], name=op.f("fk_experiences_district_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_experiences_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiences")),
    )
    op.create_index(op.f("ix_experiences_district_id"), "experiences", ["district_id"], unique=False)
    op.create_index(op.f("ix_experiences_place_id"), "experiences", ["place_id"], unique=False)
    op.create_index(op.f("ix_experiences_shared_at"), "experiences", ["shared_at"], unique=False)
    op.create_table(
        "guides",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("whereabouts", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("fees", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_by", PLAIN, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_guides_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides")),
    )
    op.create_index(op.f("ix_guides_place_id"), "guides", ["place_id"], unique=False)
    op.create_table(
        "handover_notes",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", PLAIN, nullable=False),
        sa.Column("written_name", PLAIN, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("to_id", PLAIN, nullable=True),
        sa.Column("to_name", PLAIN, nullable=False),
        sa.Column("to_role", sa.String(40), nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("read_name", PLAIN, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_name", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_handover_notes_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_notes")),
    )
    op.create_index(
        op.f("ix_handover_notes_community_id_done_at"),
        "handover_notes",
        ["community_id", "done_at"],
        unique=False,
    )
    op.create_index(op.f("ix_handover_notes_written_at"), "handover_notes", ["written_at"], unique=False)
    op.create_table(
        "stamp_items",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("where_to_go", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_stamp_items_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_items")),
    )
    op.create_index(op.f("ix_stamp_items_place_id"), "stamp_items", ["place_id"], unique=False)
    op.create_table(
        "experience_adoptions",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("experience_id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("guide_id", PLAIN, nullable=False),
        sa.Column("adopted_at", MOMENT, nullable=False),
        sa.Column("thanks", sa.Text(), nullable=True),
        sa.Column("thanked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["experience_id"], ["experiences.id"], name=op.f("fk_experience_adoptions_experience_id")
        ),
        sa.ForeignKeyConstraint(["guide_id"], ["guides.id"], name=op.f("fk_experience_adoptions_guide_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_experience_adoptions_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience_adoptions")),
    )
    op.create_index(
        op.f("ix_experience_adoptions_experience_id_place_id"),
        "experience_adoptions",
        ["experience_id", "place_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_experience_adoptions_guide_id"), "experience_adoptions", ["guide_id"], unique=False
    )
    op.create_index(
        op.f("ix_experience_adoptions_place_id"), "experience_adoptions", ["place_id"], unique=False
    )
    op.create_table(
        "inquiries",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("taken_by", PLAIN, nullable=False),
        sa.Column("taken_name", PLAIN, nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("guide_id", PLAIN, nullable=True),
        sa.Column("handed_to", sa.Text(), nullable=True),
        sa.Column("case_id", PLAIN, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_name", PLAIN, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inquiries_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_inquiries_community_id")),
        sa.ForeignKeyConstraint(["guide_id"], ["guides.id"], name=op.f("fk_inquiries_guide_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    op.create_index(op.f("ix_inquiries_case_id"), "inquiries", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_inquiries_community_id_taken_at"), "inquiries", ["community_id", "taken_at"], unique=False
    )
    op.create_index(op.f("ix_inquiries_guide_id"), "inquiries", ["guide_id"], unique=False)
    op.create_index(op.f("ix_inquiries_person_id"), "inquiries", ["person_id"], unique=False)
    op.create_index(op.f("ix_inquiries_taken_at"), "inquiries", ["taken_at"], unique=False)
    op.create_index(op.f("ix_inquiries_taken_by_status"), "inquiries", ["taken_by", "status"], unique=False)
