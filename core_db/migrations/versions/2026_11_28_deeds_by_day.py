"""Whoever reads the record reads some days of it, without going through all that was ever done."""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_deeds_by_day"
down_revision: Final = "2026_11_28_said_by_whom"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"], unique=False)
