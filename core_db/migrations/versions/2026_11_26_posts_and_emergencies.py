"""Posts can be delegated, emergencies are kept, and administrators are held apart by the database."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_posts_and_emergencies"
down_revision: Final = "2026_11_26_my_data"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

#: 等保: nobody is two of the three administrators at a time, and an administrator is nothing beside. Assignments are
#: dated, so no UNIQUE can say it; a trigger looks at every row that is written, by whomever.
APART = "an administrator holds no other role at the same time"
ADMINISTRATORS = "('sysadmin', 'secadmin', 'auditor')"
OVERLAPS = f"""
    SELECT 1 FROM role_assignments AS other
    WHERE other.account_id = NEW.account_id AND other.id <> NEW.id AND other.role <> NEW.role
      AND (other.role IN {ADMINISTRATORS} OR NEW.role IN {ADMINISTRATORS})
      AND (other.valid_to IS NULL OR other.valid_to > other.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from)
      AND (other.valid_to IS NULL OR other.valid_to > NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to > other.valid_from)
"""
ON_SQLITE = """
    CREATE TRIGGER administrators_apart_{name} BEFORE {deed} ON role_assignments
    WHEN EXISTS ({overlaps})
    BEGIN SELECT RAISE(ABORT, '{apart}'); END
"""
#: The lock on the account makes two that write at once wait for each other.
ON_POSTGRESQL = f"""
    CREATE FUNCTION administrators_apart() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM 1 FROM accounts WHERE id = NEW.account_id FOR NO KEY UPDATE;
      IF EXISTS ({OVERLAPS}) THEN
        RAISE EXCEPTION '{APART}' USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "emergency_accesses",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("acted_for", PLAIN, nullable=True),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_emergency_accesses_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["places.id"], name=op.f("fk_emergency_accesses_community_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_emergency_accesses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_accesses")),
    )
    op.create_index(
        op.f("ix_emergency_accesses_account_id_opened_at"),
        "emergency_accesses",
        ["account_id", "opened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_emergency_accesses_community_id_opened_at"),
        "emergency_accesses",
        ["community_id", "opened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_emergency_accesses_person_id"), "emergency_accesses", ["person_id"], unique=False
    )
    op.create_table(
        "delegations",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("assignment_id", PLAIN, nullable=False),
        sa.Column("delegate_id", PLAIN, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("ended_by", PLAIN, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignments.id"], name=op.f("fk_delegations_assignment_id")
        ),
        sa.ForeignKeyConstraint(["delegate_id"], ["accounts.id"], name=op.f("fk_delegations_delegate_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_delegations_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_assignment_id"), "delegations", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_delegations_delegate_id"), "delegations", ["delegate_id"], unique=False)
    op.create_index(op.f("ix_delegations_place_id"), "delegations", ["place_id"], unique=False)
    op.create_table(
        "emergency_reviews",
        sa.Column("access_id", PLAIN, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reviewed_by", PLAIN, nullable=False),
        sa.Column("reviewed_for", PLAIN, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["access_id"], ["emergency_accesses.id"], name=op.f("fk_emergency_reviews_access_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["accounts.id"], name=op.f("fk_emergency_reviews_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("access_id", name=op.f("pk_emergency_reviews")),
    )
    op.create_index(
        op.f("ix_emergency_reviews_reviewed_by"), "emergency_reviews", ["reviewed_by"], unique=False
    )
    op.add_column("accounts", sa.Column("password_until", MOMENT, nullable=True))
    op.add_column("role_assignments", sa.Column("granted_for", PLAIN, nullable=True))
    _hold_administrators_apart()


def _hold_administrators_apart() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ON_POSTGRESQL)
        op.execute(
            "CREATE TRIGGER administrators_apart BEFORE INSERT OR UPDATE ON role_assignments "
            "FOR EACH ROW EXECUTE FUNCTION administrators_apart()"
        )
        return
    for name in ("insert", "update"):
        op.execute(ON_SQLITE.format(name=name, deed=name.upper(), overlaps=OVERLAPS, apart=APART))
