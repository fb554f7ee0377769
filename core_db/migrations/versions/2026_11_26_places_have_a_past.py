"""Estates, buildings, homes and households keep more, and the history of every field."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_places_have_a_past"
down_revision: Final = "2026_11_26_the_register_keeps_it"
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
    "id", "community_id", "place_id", "of_id", "field", "cause", "source", "at", "by_id", "by_name", "by_role",
    "office_id", "batch_id", "undoes_id",
)  # fmt: skip
APPEND_ONLY = "place_changes is append-only"


def upgrade() -> None:
    op.create_table(
        "place_changes",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
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
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_changes_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_changes")),
    )
    op.create_index(op.f("ix_place_changes_at"), "place_changes", ["at"], unique=False)
    op.create_index(op.f("ix_place_changes_of_id"), "place_changes", ["of_id"], unique=False)
    op.create_index(op.f("ix_place_changes_place_id_id"), "place_changes", ["place_id", "id"], unique=False)
    op.create_table(
        "place_records",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", PLAIN, nullable=True),
        sa.Column("ownership", PLAIN, nullable=True),
        sa.Column("group_let", PLAIN, nullable=True),
        sa.Column("certificate_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("provenance", JSON, nullable=True),
        sa.ForeignKeyConstraint(["id"], ["places.id"], name=op.f("fk_place_records_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_records")),
    )
    op.create_index(op.f("ix_place_records_community_id"), "place_records", ["community_id"], unique=False)
    op.add_column("buildings", sa.Column("address", sa.String(), nullable=True))
    op.add_column("buildings", sa.Column("units", sa.Integer(), nullable=True))
    op.add_column("buildings", sa.Column("structure", PLAIN, nullable=True))
    op.add_column("buildings", sa.Column("built_year", sa.Integer(), nullable=True))
    op.add_column("estates", sa.Column("aliases", sa.String(), nullable=True))
    op.add_column("estates", sa.Column("kind", PLAIN, nullable=True))
    op.add_column("estates", sa.Column("owners_committee", PLAIN, nullable=True))
    op.add_column("estates", sa.Column("fees", sa.String(), nullable=True))
    op.add_column("households", sa.Column("source", PLAIN, nullable=True))
    op.add_column("households", sa.Column("verified_on", sa.Date(), nullable=True))
    op.add_column("households", sa.Column("provenance", JSON, nullable=True))
    op.create_index(op.f("ix_register_changes_of_id"), "register_changes", ["of_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    same = [f'NEW."{column}" IS OLD."{column}"' for column in FIXED]
    emptied = [f'(NEW."{column}" IS NULL OR NEW."{column}" IS OLD."{column}")' for column in SAID]
    kept = " AND ".join((*same, *emptied))
    op.execute(
        f"CREATE TRIGGER place_changes_no_update BEFORE UPDATE ON place_changes WHEN NOT ({kept}) "
        f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    )
    op.execute(
        "CREATE TRIGGER place_changes_no_delete BEFORE DELETE ON place_changes "
        f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    )


def _guard_postgres() -> None:
    taken = "".join(f" - '{column}'" for column in (*SAID, *SEALED))
    emptied = " AND ".join(
        f'(NEW."{column}" IS NULL OR NEW."{column}" IS NOT DISTINCT FROM OLD."{column}")' for column in SAID
    )
    op.execute(f"""
CREATE FUNCTION shequyun_keeps_place_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW){taken}) = (to_jsonb(OLD){taken}) AND {emptied} THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
END $$""")
    op.execute(
        "CREATE TRIGGER place_changes_no_update BEFORE UPDATE ON place_changes "
        "FOR EACH ROW EXECUTE FUNCTION shequyun_keeps_place_changes()"
    )
    op.execute(
        "CREATE TRIGGER place_changes_append_only BEFORE DELETE ON place_changes "
        "FOR EACH ROW EXECUTE FUNCTION shequyun_append_only()"
    )
