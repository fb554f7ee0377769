"""The record of deeds, and triggers that keep it, the history of cases and the outbox from being altered."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_the_record_cannot_be"
down_revision: Final = "2026_11_26_looks_are_reviewed"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEPT = (
    "audit_events", "audit_nodes", "audit_checkpoints", "audit_cosignatures", "facts_forgotten", "reads_forgotten",
)  # fmt: skip
#: What an erasure may change, where it says so: of a history its words and names, of its digests the salt.
WORDS, SALT = ("by_name", "text"), ("salt",)
ENTRY = (
    "position", "case_id", "type", "at", "by_role", "by_id", "by_organisation_id", "audience", "reason_code", "status",
    "due_at",
)  # fmt: skip
DIGEST = ("position", "version", "case_id", "digest", "kept_in")
#: That the history is being erased, in this very transaction.
ERASING = "EXISTS (SELECT 1 FROM histories_forgetting WHERE case_id = OLD.case_id)"
#: What the newest line of `reads_forgotten` lets go of.
OLD_READ = "OLD.at < (SELECT max(before) FROM reads_forgotten)"
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
        "histories_forgetting",
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_histories_forgetting")),
    )
    op.create_table(
        "kept_entries",
        sa.Column("position", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kept_in", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("position", "version", name=op.f("pk_kept_entries")),
    )
    op.create_index(op.f("ix_kept_entries_case_id"), "kept_entries", ["case_id"], unique=False)
    op.create_table(
        "reads_forgotten",
        sa.Column("position", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_reads_forgotten")),
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
    _refuse_on_sqlite("access_events", "UPDATE")
    _refuse_on_sqlite("access_events", "DELETE", f"WHEN NOT coalesce({OLD_READ}, 0)")
    for table, fixed in (("case_entries", ENTRY), ("kept_entries", DIGEST)):
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in fixed)
        gone = " AND NEW.salt = x''" if table == "kept_entries" else ""
        _refuse_on_sqlite(table, "UPDATE", f"WHEN NOT ({ERASING} AND {same}{gone})")
        _refuse_on_sqlite(table, "DELETE")


def _refuse_on_sqlite(table: str, deed: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _guard_postgres() -> None:
    op.execute("""
CREATE FUNCTION shequyun_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$""")
    for table in KEPT:
        _refuse_on_postgres(table, "UPDATE OR DELETE")
    for table in ("outbox", "access_events"):
        _refuse_on_postgres(table, "UPDATE")
    for table in ("case_entries", "kept_entries"):
        _refuse_on_postgres(table, "DELETE")
    _let_go_on_postgres("outbox", "DELETE", LET_GO, "OLD")
    _let_go_on_postgres("access_events", "DELETE", OLD_READ, "OLD")
    _let_go_on_postgres("case_entries", "UPDATE", f"{ERASING} AND {_same_but(WORDS)}", "NEW")
    _let_go_on_postgres("kept_entries", "UPDATE", f"{ERASING} AND {_same_but(SALT)} AND NEW.salt = ''", "NEW")


def _same_but(columns: tuple[str, ...]) -> str:
    taken = "".join(f" - '{column}'" for column in columns)
    return f"(to_jsonb(NEW){taken}) = (to_jsonb(OLD){taken})"


def _refuse_on_postgres(table: str, deeds: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {deeds} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION shequyun_append_only()"
    )
    _refuse_truncation(table)


def _refuse_truncation(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION shequyun_append_only()"
    )


def _let_go_on_postgres(table: str, deed: str, when: str, row: str) -> None:
    op.execute(f"""
CREATE FUNCTION shequyun_lets_go_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} THEN RETURN {row}; END IF;
  RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""")
    op.execute(
        f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION shequyun_lets_go_of_{table}()"
    )
