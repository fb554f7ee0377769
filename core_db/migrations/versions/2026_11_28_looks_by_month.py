"""A month's looks of an office, and those under a case, are found without reading all that were ever taken."""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_looks_by_month"
down_revision: Final = "2026_11_28_his_second_home"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_access_events_office_id_seq"), table_name="access_events")
    op.create_index(op.f("ix_access_events_office_id_at"), "access_events", ["office_id", "at"], unique=False)
    op.create_index(op.f("ix_access_events_reference"), "access_events", ["reference"], unique=False)
