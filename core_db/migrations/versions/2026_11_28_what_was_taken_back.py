"""What was withdrawn, or refused because of what it says, is on no neighbours' board any more."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_what_was_taken_back"
down_revision: Final = "2026_11_27_conditions"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
CASES = sa.table("cases", *(sa.column(name, PLAIN) for name in ("id", "status", "visibility")))
ENTRIES = sa.table(
    "case_entries", *(sa.column(name, PLAIN) for name in ("case_id", "type", "reason_code"))
)  # fmt: skip


def upgrade() -> None:
    for_what_it_says = sa.select(ENTRIES.c.case_id).where(
        ENTRIES.c.type == "refused", ENTRIES.c.reason_code.in_(("confidential", "against_law"))
    )
    refused = (CASES.c.status == "not_accepted") & CASES.c.id.in_(for_what_it_says)
    gone = (CASES.c.status == "withdrawn") | refused
    op.execute(sa.update(CASES).where(CASES.c.visibility == "public", gone).values(visibility="private"))
