"""The register keeps more of a person, and the history of every field."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_the_register_keeps_it"
down_revision: Final = "2026_11_26_the_record_holds_more"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: What of a change may be emptied, and nothing else of it altered; the sealed ones are sealed anew when keys change.
SAID, SEALED = ("before", "after", "reason"), ("before_sealed", "after_sealed")
FIXED = (
    "id", "community_id", "person_id", "of_id", "field", "cause", "source", "at", "by_id", "by_name", "by_role",
    "office_id", "batch_id", "undoes_id", "approved_by", "approved_name",
)  # fmt: skip
APPEND_ONLY = "register_changes is append-only"


def upgrade() -> None:
    op.create_table(
        "register_rules",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("field", PLAIN, nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_by", PLAIN, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_register_rules_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_rules")),
    )
    op.create_index(
        op.f("ix_register_rules_place_id_field_valid_from"),
        "register_rules",
        ["place_id", "field", "valid_from"],
        unique=True,
    )
    op.create_table(
        "register_changes",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("of_id", PLAIN, nullable=True),
        sa.Column("field", PLAIN, nullable=False),
        sa.Column("before", PLAIN, nullable=True),
        sa.Column("after", PLAIN, nullable=True),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("after_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", PLAIN, nullable=False),
        sa.Column("by_role", PLAIN, nullable=False),
        sa.Column("office_id", PLAIN, nullable=True),
        sa.Column("batch_id", PLAIN, nullable=True),
        sa.Column("undoes_id", PLAIN, nullable=True),
        sa.Column("approved_by", PLAIN, nullable=True),
        sa.Column("approved_name", PLAIN, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_register_changes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_changes")),
    )
    op.create_index(op.f("ix_register_changes_at"), "register_changes", ["at"], unique=False)
    op.create_index(op.f("ix_register_changes_batch_id"), "register_changes", ["batch_id"], unique=False)
    op.create_index(
        op.f("ix_register_changes_person_id_id"), "register_changes", ["person_id", "id"], unique=False
    )
    op.create_table(
        "register_proposals",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("field", PLAIN, nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("based_on", PLAIN, nullable=True),
        sa.Column("undoes_id", PLAIN, nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("proposed_by", PLAIN, nullable=False),
        sa.Column("proposed_name", PLAIN, nullable=False),
        sa.Column("proposed_role", PLAIN, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_register_proposals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_proposals")),
    )
    op.create_index(
        op.f("ix_register_proposals_community_id_status_id"),
        "register_proposals",
        ["community_id", "status", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_register_proposals_person_id"), "register_proposals", ["person_id"], unique=False
    )
    op.add_column("households", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("organisations", sa.Column("credit_code", PLAIN, nullable=True))
    op.add_column("organisations", sa.Column("form", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("former_name_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("id_kind", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("ethnic_group_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("native_place_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("marital_status_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("political_status_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("education", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("occupation", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("workplace_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("hukou_address_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("hukou_code", PLAIN, nullable=True))
    op.add_column("persons", sa.Column("died_on", sa.Date(), nullable=True))
    op.add_column("persons", sa.Column("provenance", JSON, nullable=True))
    op.create_index(op.f("ix_persons_died_on"), "persons", ["died_on"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    same = [f'NEW."{column}" IS OLD."{column}"' for column in FIXED]
    emptied = [f'(NEW."{column}" IS NULL OR NEW."{column}" IS OLD."{column}")' for column in SAID]
    kept = " AND ".join((*same, *emptied))
    op.execute(
        f"CREATE TRIGGER register_changes_no_update BEFORE UPDATE ON register_changes WHEN NOT ({kept}) "
        f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    )
    op.execute(
        "CREATE TRIGGER register_changes_no_delete BEFORE DELETE ON register_changes "
        f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    )


def _guard_postgres() -> None:
    taken = "".join(f" - '{column}'" for column in (*SAID, *SEALED))
    emptied = " AND ".join(
        f'(NEW."{column}" IS NULL OR NEW."{column}" IS NOT DISTINCT FROM OLD."{column}")' for column in SAID
    )
    op.execute(f"""
CREATE FUNCTION shequyun_keeps_register_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW){taken}) = (to_jsonb(OLD){taken}) AND {emptied} THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
END $$""")
    op.execute(
        "CREATE TRIGGER register_changes_no_update BEFORE UPDATE ON register_changes "
        "FOR EACH ROW EXECUTE FUNCTION shequyun_keeps_register_changes()"
    )
    op.execute(
        "CREATE TRIGGER register_changes_append_only BEFORE DELETE ON register_changes "
        "FOR EACH ROW EXECUTE FUNCTION shequyun_append_only()"
    )
