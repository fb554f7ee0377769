"""Visits are planned and recorded."""

from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_visits_are_planned"
down_revision: Final = "2026_11_26_places_have_a_past"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: The product's own intervals, until a neighbourhood or its district says otherwise: each grade's days from one visit
#: to the next, and the days after which a visit counts as missed.
INTERVALS = (("high_risk", 7, 1), ("key", 30, 5), ("general", 91, 14))


def upgrade() -> None:
    op.create_table(
        "canvasses",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("title", PLAIN, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("building_ids", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_by", PLAIN, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_canvasses_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canvasses")),
    )
    op.create_index(
        op.f("ix_canvasses_community_id_ends_on"), "canvasses", ["community_id", "ends_on"], unique=False
    )
    op.create_table(
        "visit_intervals",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=True),
        sa.Column("grade", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_by", PLAIN, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_visit_intervals_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_intervals")),
    )
    op.create_index(
        op.f("ix_visit_intervals_place_id_grade_valid_from"),
        "visit_intervals",
        ["place_id", "grade", "valid_from"],
        unique=True,
    )
    op.create_table(
        "visit_plans",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("grade", sa.String(40), nullable=False),
        sa.Column("whom", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("made_by", PLAIN, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_visit_plans_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_plans")),
    )
    op.create_index(
        op.f("ix_visit_plans_community_id_ended_at"),
        "visit_plans",
        ["community_id", "ended_at"],
        unique=False,
    )
    op.create_table(
        "missed_visits",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plan_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("made_good_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_missed_visits_community_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["visit_plans.id"], name=op.f("fk_missed_visits_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_visits")),
        sa.UniqueConstraint(
            "plan_id", "subject_id", "due_on", name=op.f("uq_missed_visits_plan_id_subject_id_due_on")
        ),
    )
    op.create_index(
        op.f("ix_missed_visits_community_id_made_good_at"),
        "missed_visits",
        ["community_id", "made_good_at"],
        unique=False,
    )
    op.create_index(op.f("ix_missed_visits_subject_id"), "missed_visits", ["subject_id"], unique=False)
    op.create_table(
        "visit_plan_subjects",
        sa.Column("plan_id", PLAIN, nullable=False),
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["visit_plans.id"], name=op.f("fk_visit_plan_subjects_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "subject_id", name=op.f("pk_visit_plan_subjects")),
    )
    op.create_index(
        op.f("ix_visit_plan_subjects_subject_id"), "visit_plan_subjects", ["subject_id"], unique=False
    )
    op.create_table(
        "visits",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("home_id", PLAIN, nullable=True),
        sa.Column("plan_id", PLAIN, nullable=True),
        sa.Column("canvass_id", PLAIN, nullable=True),
        sa.Column("visited_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("ticks", JSON, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancelled_by", PLAIN, nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["canvass_id"], ["canvasses.id"], name=op.f("fk_visits_canvass_id")),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_visits_community_id")),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_visits_home_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_visits_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["visit_plans.id"], name=op.f("fk_visits_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_canvass_id"), "visits", ["canvass_id"], unique=False)
    op.create_index(op.f("ix_visits_community_id_id"), "visits", ["community_id", "id"], unique=False)
    op.create_index(op.f("ix_visits_home_id_visited_at"), "visits", ["home_id", "visited_at"], unique=False)
    op.create_index(
        op.f("ix_visits_person_id_visited_at"), "visits", ["person_id", "visited_at"], unique=False
    )
    op.create_index(op.f("ix_visits_plan_id"), "visits", ["plan_id"], unique=False)
    op.create_table(
        "needs",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("home_id", PLAIN, nullable=True),
        sa.Column("visit_id", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("what_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("raised_by", PLAIN, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("changed_by", PLAIN, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_needs_community_id")),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_needs_home_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_needs_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_needs_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    op.create_index(
        op.f("ix_needs_community_id_status_id"), "needs", ["community_id", "status", "id"], unique=False
    )
    op.create_index(op.f("ix_needs_home_id"), "needs", ["home_id"], unique=False)
    op.create_index(op.f("ix_needs_person_id"), "needs", ["person_id"], unique=False)
    op.create_index(op.f("ix_needs_visit_id"), "needs", ["visit_id"], unique=False)
    op.create_table(
        "visit_cases",
        sa.Column("visit_id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visit_cases_case_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_cases_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "case_id", name=op.f("pk_visit_cases")),
    )
    op.create_index(op.f("ix_visit_cases_case_id"), "visit_cases", ["case_id"], unique=False)
    op.create_table(
        "visit_people",
        sa.Column("visit_id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_visit_people_account_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_people_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "account_id", name=op.f("pk_visit_people")),
    )
    op.create_index(op.f("ix_visit_people_account_id"), "visit_people", ["account_id"], unique=False)
    op.create_table(
        "visit_tag_proposals",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("visit_id", PLAIN, nullable=False),
        sa.Column("tag_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("proposed_by", PLAIN, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["places.id"], name=op.f("fk_visit_tag_proposals_community_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_visit_tag_proposals_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_tag_proposals_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_tag_proposals")),
    )
    op.create_index(
        op.f("ix_visit_tag_proposals_community_id_state_id"),
        "visit_tag_proposals",
        ["community_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_visit_tag_proposals_person_id"), "visit_tag_proposals", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_visit_tag_proposals_visit_id"), "visit_tag_proposals", ["visit_id"], unique=False
    )
    op.create_table(
        "visit_words",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("visit_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("field", PLAIN, nullable=False),
        sa.Column("word_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_words_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_words")),
    )
    op.create_index(
        op.f("ix_visit_words_visit_id_field_id"), "visit_words", ["visit_id", "field", "id"], unique=False
    )
    _say_how_often()


def _say_how_often() -> None:
    intervals = sa.table(
        "visit_intervals",
        *(sa.column(name) for name in ("id", "grade", "days", "grace_days", "set_by")),
        sa.column("valid_from", sa.Date()),
        sa.column("set_at", MOMENT),
    )
    set_at: Any = "2026-11-26T00:00:00.000000Z"
    if op.get_bind().dialect.name == "postgresql":
        set_at = datetime(2026, 11, 26, tzinfo=UTC)
    rows = [
        {
            "id": f"01900000-0000-7000-8000-00000000000{number}", "grade": grade, "days": days,
            "grace_days": grace, "set_by": "system:product", "valid_from": date(2020, 1, 1), "set_at": set_at,
        }
        for number, (grade, days, grace) in enumerate(INTERVALS, 1)
    ]  # fmt: skip
    op.bulk_insert(intervals, rows)
