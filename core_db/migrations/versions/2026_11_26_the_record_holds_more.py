"""Events of the record say how they came; entries hold what a case says and shows, photos their digest."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_26_the_record_holds_more"
down_revision: Final = "2026_11_26_the_record_cannot_be"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # What stands there already says nothing of it, and is hashed as before. Neither database rewrites its rows.
    for column in ("channel", "request", "acts_for"):
        op.add_column("audit_events", sa.Column(column, PLAIN, nullable=False, server_default=""))
    for table, column in (("case_entries", "said"), ("case_entries", "shown"), ("photos", "digest")):
        op.add_column(table, sa.Column(column, sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _let_digests_go_with_words()


def _let_digests_go_with_words() -> None:
    """An erasure may change them as it may words. SQLite's trigger names the columns that stay, and needs nothing."""
    op.execute("""
CREATE OR REPLACE FUNCTION shequyun_lets_go_of_case_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM histories_forgetting WHERE case_id = OLD.case_id)
    AND (to_jsonb(NEW) - 'by_name' - 'text' - 'said' - 'shown')
      = (to_jsonb(OLD) - 'by_name' - 'text' - 'said' - 'shown') THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'case_entries is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""")
