"""Plugins come in: what is installed, where it is on, who agreed to what, and what each asked for."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_plugins_come_in"
down_revision: Final = "2026_11_26_two_people_for_places"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: What the newest line of `reads_forgotten` lets go of may go: a question goes with the reads of its time.
ON_SQLITE = (
    "CREATE TRIGGER x_calls_no_update BEFORE UPDATE ON x_calls "
    "BEGIN SELECT RAISE(ABORT, 'x_calls is append-only'); END",
    "CREATE TRIGGER x_calls_no_delete BEFORE DELETE ON x_calls "
    "WHEN NOT coalesce(OLD.at < (SELECT max(before) FROM reads_forgotten), 0) "
    "BEGIN SELECT RAISE(ABORT, 'x_calls is append-only'); END",
)
ON_POSTGRES = (
    "CREATE TRIGGER x_calls_append_only BEFORE UPDATE ON x_calls "
    "FOR EACH ROW EXECUTE FUNCTION shequyun_append_only()",
    "CREATE TRIGGER x_calls_no_truncate BEFORE TRUNCATE ON x_calls "
    "FOR EACH STATEMENT EXECUTE FUNCTION shequyun_append_only()",
    """
CREATE FUNCTION shequyun_lets_go_of_x_calls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at < (SELECT max(before) FROM reads_forgotten) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'x_calls is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    "CREATE TRIGGER x_calls_no_delete BEFORE DELETE ON x_calls "
    "FOR EACH ROW EXECUTE FUNCTION shequyun_lets_go_of_x_calls()",
)


def upgrade() -> None:
    op.create_table(
        "x_calls",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("version", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("run_mode", sa.String(40), nullable=False),
        sa.Column("hook", PLAIN, nullable=False),
        sa.Column("op", PLAIN, nullable=False),
        sa.Column("scope", PLAIN, nullable=False),
        sa.Column("purpose", PLAIN, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("actor_id", PLAIN, nullable=True),
        sa.Column("actor_role", PLAIN, nullable=False),
        sa.Column("request_id", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_calls")),
    )
    op.create_index(op.f("ix_x_calls_at"), "x_calls", ["at"], unique=False)
    op.create_index(
        op.f("ix_x_calls_community_id_plugin_id_at"),
        "x_calls",
        ["community_id", "plugin_id", "at"],
        unique=False,
    )
    op.create_table(
        "x_erasures",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("pair", PLAIN, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_erasures")),
    )
    op.create_index(
        op.f("ix_x_erasures_done_at_next_try"), "x_erasures", ["done_at", "next_try"], unique=False
    )
    op.create_table(
        "x_grants",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("version", PLAIN, nullable=False),
        sa.Column("sheet_version", PLAIN, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("secrets_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", PLAIN, nullable=False),
        sa.Column("decided_name", PLAIN, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("cause", PLAIN, nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_grants")),
    )
    op.create_index(
        op.f("ix_x_grants_community_id_plugin_id"), "x_grants", ["community_id", "plugin_id"], unique=True
    )
    op.create_index(op.f("ix_x_grants_plugin_id"), "x_grants", ["plugin_id"], unique=False)
    op.create_table(
        "x_job_runs",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("job", PLAIN, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("failure", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_job_runs")),
    )
    op.create_index(op.f("ix_x_job_runs_due_at"), "x_job_runs", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_x_job_runs_plugin_id_community_id_job_due_at"),
        "x_job_runs",
        ["plugin_id", "community_id", "job", "due_at"],
        unique=True,
    )
    op.create_table(
        "x_keys",
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("op", PLAIN, nullable=False),
        sa.Column("key", PLAIN, nullable=False),
        sa.Column("result", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("plugin_id", "community_id", "op", "key", name=op.f("pk_x_keys")),
    )
    op.create_index(op.f("ix_x_keys_at"), "x_keys", ["at"], unique=False)
    op.create_table(
        "x_messages",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("template", PLAIN, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_messages")),
    )
    op.create_index(op.f("ix_x_messages_account_id_id"), "x_messages", ["account_id", "id"], unique=False)
    op.create_index(
        op.f("ix_x_messages_community_id_plugin_id"),
        "x_messages",
        ["community_id", "plugin_id"],
        unique=False,
    )
    op.create_table(
        "x_plugins",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("version", PLAIN, nullable=False),
        sa.Column("package", PLAIN, nullable=False),
        sa.Column("folder", PLAIN, nullable=False),
        sa.Column("run_mode", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("manifest", JSON, nullable=False),
        sa.Column("declared", JSON, nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("duty_approved", sa.Boolean(), nullable=False),
        sa.Column("installed_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_plugins")),
    )
    op.create_table(
        "x_pulses",
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("hour", PLAIN, nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("took", JSON, nullable=False),
        sa.PrimaryKeyConstraint("plugin_id", "community_id", "hour", "kind", name=op.f("pk_x_pulses")),
    )
    op.create_table(
        "x_subjects",
        sa.Column("pair", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("pair", name=op.f("pk_x_subjects")),
    )
    op.create_index(
        op.f("ix_x_subjects_plugin_id_community_id_subject_id"),
        "x_subjects",
        ["plugin_id", "community_id", "subject_id"],
        unique=True,
    )
    op.create_index(op.f("ix_x_subjects_subject_id"), "x_subjects", ["subject_id"], unique=False)
    op.create_table(
        "x_consents",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("plugin_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("purpose", PLAIN, nullable=False),
        sa.Column("text_version", PLAIN, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("given_by", PLAIN, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by", PLAIN, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_x_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_x_consents")),
    )
    op.create_index(
        op.f("ix_x_consents_community_id_plugin_id_purpose"),
        "x_consents",
        ["community_id", "plugin_id", "purpose"],
        unique=False,
    )
    op.create_index(op.f("ix_x_consents_person_id"), "x_consents", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_x_consents_person_id_plugin_id"), "x_consents", ["person_id", "plugin_id"], unique=False
    )
    for order in ON_POSTGRES if op.get_bind().dialect.name == "postgresql" else ON_SQLITE:
        op.execute(order)
