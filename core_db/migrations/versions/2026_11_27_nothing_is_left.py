"""What leaving had left: requests that waited on, a child's name with its guardian, why a visit was wrong."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_nothing_is_left"
down_revision: Final = "2026_11_27_search_forgets_words"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
PERSONS = sa.table("persons", sa.column("id", PLAIN), sa.column("name", PLAIN))
ACCOUNTS = sa.table(
    "accounts", sa.column("id", PLAIN), sa.column("name", PLAIN), sa.column("closed_at", MOMENT)
)
CORRECTIONS = sa.table(
    "correction_requests", sa.column("account_id", PLAIN), sa.column("status", PLAIN),
    sa.column("wanted_sealed", sa.LargeBinary), sa.column("asked_at", MOMENT), sa.column("decided_at", MOMENT),
)  # fmt: skip
GUARDIANSHIPS = sa.table(
    "guardianships", sa.column("child_id", PLAIN), sa.column("child_name", PLAIN), sa.column("status", PLAIN),
    sa.column("birth_sealed", sa.LargeBinary), sa.column("reason", PLAIN), sa.column("of_age_in", sa.Integer),
    sa.column("asked_at", MOMENT), sa.column("decided_at", MOMENT),
)  # fmt: skip
VISITS = sa.table(
    "visits", sa.column("person_id", PLAIN), sa.column("home_id", PLAIN), sa.column("cancel_reason", PLAIN)
)


def upgrade() -> None:
    # Of each there is as much as people left, which is little.
    waits = (CORRECTIONS.c.status == "asked") & CORRECTIONS.c.wanted_sealed.is_(None)
    op.execute(
        CORRECTIONS.update().where(waits).values(status="withdrawn", decided_at=CORRECTIONS.c.asked_at)
    )
    forgotten = GUARDIANSHIPS.c.child_id.in_(sa.select(PERSONS.c.id).where(PERSONS.c.name == ""))
    nobody = {"child_name": "", "birth_sealed": None, "reason": None, "of_age_in": None, "status": "ended"}
    op.execute(GUARDIANSHIPS.update().where(forgotten).values(nobody))
    undated = (GUARDIANSHIPS.c.status == "ended") & GUARDIANSHIPS.c.decided_at.is_(None)
    op.execute(GUARDIANSHIPS.update().where(undated).values(decided_at=GUARDIANSHIPS.c.asked_at))
    of_nobody = VISITS.c.person_id.is_(None) & VISITS.c.home_id.is_(None)
    op.execute(
        VISITS.update().where(of_nobody, VISITS.c.cancel_reason.is_not(None)).values(cancel_reason=None)
    )
