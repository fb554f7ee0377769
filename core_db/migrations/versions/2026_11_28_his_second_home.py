"""A case entered for somebody is no closed account's. Whose it is instead, `each_case_its_own` says."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_his_second_home"
down_revision: Final = "2026_11_28_entered_cases_are_his"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PARTIES = sa.table(
    "case_parties", *(sa.column(name, PLAIN) for name in ("case_id", "account_id", "person_id"))
)
ACCOUNTS = sa.table("accounts", *(sa.column(name, PLAIN) for name in ("id", "closed_at")))
ENTRIES = sa.table("case_entries", *(sa.column(name, PLAIN) for name in ("case_id", "by_id", "type")))


def upgrade() -> None:
    closed = sa.select(ACCOUNTS.c.id).where(ACCOUNTS.c.closed_at.is_not(None))
    raised_itself = sa.select(ENTRIES.c.case_id).where(
        ENTRIES.c.case_id == PARTIES.c.case_id,
        ENTRIES.c.type == "submitted",
        ENTRIES.c.by_id == PARTIES.c.account_id,
    )
    of_a_closed_one = (
        PARTIES.c.account_id.in_(closed) & PARTIES.c.person_id.is_not(None) & ~raised_itself.exists()
    )
    op.execute(sa.update(PARTIES).where(of_a_closed_one).values(account_id=None))
