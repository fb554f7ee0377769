"""A case entered for somebody who has had an account since is that account's."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_entered_cases_are_his"
down_revision: Final = "2026_11_28_what_was_taken_back"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PARTIES = sa.table("case_parties", sa.column("account_id", PLAIN), sa.column("person_id", PLAIN))
ACCOUNTS = sa.table("accounts", *(sa.column(name, PLAIN) for name in ("id", "kind", "person_id")))


def upgrade() -> None:
    his = sa.select(sa.func.min(ACCOUNTS.c.id)).where(
        ACCOUNTS.c.person_id == PARTIES.c.person_id, ACCOUNTS.c.kind == "resident"
    )
    nobodys = PARTIES.c.account_id.is_(None) & PARTIES.c.person_id.is_not(None)
    # Most have no account: a row that stays as it is is not written anew, which on PostgreSQL is dear.
    known = nobodys & his.scalar_subquery().is_not(None)
    op.execute(sa.update(PARTIES).where(known).values(account_id=his.scalar_subquery()))
