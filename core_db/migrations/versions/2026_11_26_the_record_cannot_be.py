"""The record of deeds, and triggers that keep it, the history of cases and the outbox from being altered."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_the_record_cannot_be"
down_revision: Final = "2026_11_25_platform_feedback"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEPT = (
    "audit_events", "audit_nodes", "audit_checkpoints", "audit_cosignatures", "access_events", "case_entries",
    "facts_forgotten",
)  # fmt: skip
#: What the newest line of `facts_forgotten` lets go of.
LET_GO = """OLD.position <= coalesce((SELECT up_to FROM facts_forgotten ORDER BY position DESC LIMIT 1), 0)
  AND OLD.occurred_at < (SELECT before FROM facts_forgotten ORDER BY position DESC LIMIT 1)"""


def upgrade() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoints")),
    )
    op.create_table(
        "audit_cosignatures",
        sa.Column("position", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_cosignatures")),
    )
    op.create_index(op.f("ix_audit_cosignatures_size"), "audit_cosignatures", ["size"], unique=False)
    op.create_table(
        "audit_events",
        sa.Column("seq", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", PLAIN, nullable=False),
        sa.Column("role", PLAIN, nullable=False),
        sa.Column("node", PLAIN, nullable=False),
        sa.Column("action", PLAIN, nullable=False),
        sa.Column("subject", PLAIN, nullable=False),
        sa.Column("object", PLAIN, nullable=False),
        sa.Column("purpose", PLAIN, nullable=False),
        sa.Column("reference", PLAIN, nullable=False),
        sa.Column("classes", PLAIN, nullable=False),
        sa.Column("outcome", PLAIN, nullable=False),
        sa.Column("client", PLAIN, nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_events_id")),
    )
    op.create_table(
        "audit_nodes",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_audit_nodes")),
    )
    op.create_table(
        "audit_subjects",
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_audit_subjects")),
    )
    op.create_table(
        "facts_forgotten",
        sa.Column("position", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False),
        sa.Column("before", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_facts_forgotten")),
    )
    op.create_table(
        "witnessed_logs",
        sa.Column("origin", PLAIN, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed_logs")),
    )
    op.add_column("access_events", sa.Column("audit_id", PLAIN, nullable=True))
    op.create_index(op.f("ix_access_events_audit_id"), "access_events", ["audit_id"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for table in KEPT:
        _refuse_on_sqlite(table, "UPDATE")
        _refuse_on_sqlite(table, "DELETE")
    _refuse_on_sqlite("outbox", "UPDATE")
    _refuse_on_sqlite("outbox", "DELETE", f"WHEN NOT coalesce({LET_GO}, 0)")


def _refuse_on_sqlite(table: str, deed: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _guard_postgres() -> None:
    op.execute("""
CREATE FUNCTION shequyun_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$""")
    for table in (*KEPT, "outbox"):
        deeds = "UPDATE" if table == "outbox" else "UPDATE OR DELETE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {deeds} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION shequyun_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION shequyun_append_only()"
        )
    op.execute(f"""
CREATE FUNCTION shequyun_forgets_old_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {LET_GO} THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'outbox is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""")
    op.execute(
        "CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox "
        "FOR EACH ROW EXECUTE FUNCTION shequyun_forgets_old_facts()"
    )
