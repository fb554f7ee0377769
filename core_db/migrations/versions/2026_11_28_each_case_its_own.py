"""A case entered for somebody is his account's, wherever he is bound, and nobody else's.

A version of `his_second_home` gave each that had no account to the oldest account of whoever had raised anything.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_each_case_its_own"
down_revision: Final = "2026_11_28_in_whose_right"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PARTIES = sa.table(
    "case_parties", *(sa.column(name, PLAIN) for name in ("case_id", "account_id", "person_id"))
)
ACCOUNTS = sa.table(
    "accounts", *(sa.column(name, PLAIN) for name in ("id", "kind", "person_id", "closed_at"))
)
BINDINGS = sa.table(
    "home_bindings", *(sa.column(name, PLAIN) for name in ("account_id", "person_id", "status"))
)
ENTRIES = sa.table("case_entries", *(sa.column(name, PLAIN) for name in ("case_id", "by_id", "type")))

#: An account of somebody who is still there.
GOES_ON = (ACCOUNTS.c.kind == "resident") & ACCOUNTS.c.closed_at.is_(None)


def upgrade() -> None:
    _take_from_strangers()
    _give_to_whose_they_are()


def _take_from_strangers() -> None:
    """Whoever raised a case himself keeps it; so does who is, or was rightly, taken for the one it was entered for."""
    raised_itself = sa.exists().where(
        ENTRIES.c.case_id == PARTIES.c.case_id,
        ENTRIES.c.type == "submitted",
        ENTRIES.c.by_id == PARTIES.c.account_id,
    )
    is_his = sa.exists().where(
        ACCOUNTS.c.id == PARTIES.c.account_id, ACCOUNTS.c.person_id == PARTIES.c.person_id
    )
    was_bound = sa.exists().where(
        BINDINGS.c.account_id == PARTIES.c.account_id,
        BINDINGS.c.person_id == PARTIES.c.person_id,
        BINDINGS.c.status.in_(["bound", "ended"]),
    )
    entered = PARTIES.c.account_id.is_not(None) & PARTIES.c.person_id.is_not(None)
    strangers = entered & ~raised_itself & ~is_his & ~was_bound
    op.execute(sa.update(PARTIES).where(strangers).values(account_id=None))


def _give_to_whose_they_are() -> None:
    # Asked for one person at a time, each account goes by its index: SQLite makes a union anew for every row.
    known = sa.union_all(_bound_first(), _bound_anywhere()).subquery("known")
    his = sa.select(sa.func.min(known.c.id)).scalar_subquery()
    nobodys = PARTIES.c.account_id.is_(None) & his.is_not(None)
    op.execute(sa.update(PARTIES).where(nobodys).values(account_id=his))


def _bound_first() -> sa.Select[Any]:
    its = ACCOUNTS.c.person_id == PARTIES.c.person_id
    return sa.select(ACCOUNTS.c.id).where(its, GOES_ON).correlate(PARTIES)


def _bound_anywhere() -> sa.Select[Any]:
    its = (BINDINGS.c.person_id == PARTIES.c.person_id) & (BINDINGS.c.status == "bound")
    bound = sa.select(ACCOUNTS.c.id).join_from(BINDINGS, ACCOUNTS, ACCOUNTS.c.id == BINDINGS.c.account_id)
    return bound.where(its, GOES_ON).correlate(PARTIES)
