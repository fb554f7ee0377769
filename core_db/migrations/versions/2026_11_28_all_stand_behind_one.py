"""Entries merged one after another all stand behind the one that is kept, as they do when they are merged now."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_28_all_stand_behind_one"
down_revision: Final = "2026_11_28_contacts_promised"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
PERSONS = sa.table("persons", sa.column("id", PLAIN), sa.column("merged_into_id", PLAIN))
MERGES = sa.table(
    "register_merges", *(sa.column(name, PLAIN) for name in ("id", "kept_id", "behind_id")),
    sa.column("moved", JSON), sa.column("undone_at", MOMENT),
)  # fmt: skip
KEPT = PERSONS.alias("kept")
#: More entries of one person than anybody merges one after another.
MOST = 30


def upgrade() -> None:
    # Each turn takes a step away; two that stand behind each other, merged both ways in one moment, are left so.
    for _turn in range(MOST):
        found = _behind_what_stands_behind()
        for row in found:
            op.execute(sa.update(PERSONS).where(PERSONS.c.id == row.id).values(merged_into_id=row.kept_id))
            _note(row)
        if not found:
            break


def _behind_what_stands_behind() -> list[Any]:
    further = (
        sa.select(PERSONS.c.id, KEPT.c.id.label("behind_id"), KEPT.c.merged_into_id.label("kept_id"))
        .join_from(PERSONS, KEPT, KEPT.c.id == PERSONS.c.merged_into_id)
        .where(KEPT.c.merged_into_id.is_not(None), KEPT.c.merged_into_id != PERSONS.c.id)
    )
    return list(op.get_bind().execute(further.order_by(PERSONS.c.id)))


def _note(row: Any) -> None:
    """Parted again, it goes back to where it stood."""
    of_them = (MERGES.c.kept_id == row.kept_id) & (MERGES.c.behind_id == row.behind_id)
    stands = of_them & MERGES.c.undone_at.is_(None)
    for merge in op.get_bind().execute(sa.select(MERGES.c.id, MERGES.c.moved).where(stands)):
        moved = merge.moved | {"persons": sorted({*merge.moved.get("persons", ()), row.id})}
        op.execute(sa.update(MERGES).where(MERGES.c.id == merge.id).values(moved=moved))
