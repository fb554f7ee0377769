"""Tables that were handed in and have somebody in them who left meanwhile lose their file, as they do now."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_files_of_who_left"
down_revision: Final = "2026_11_28_all_stand_behind_one"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SHEETS = sa.table("register_sheets", sa.column("id", PLAIN), sa.column("file_sealed", sa.LargeBinary))
ROWS = sa.table("register_sheet_rows", *(sa.column(name, PLAIN) for name in ("sheet_id", "person_id")))
PERSONS = sa.table("persons", *(sa.column(name, PLAIN) for name in ("id", "name")))


def upgrade() -> None:
    # Of whoever left the register keeps no name.
    left = (
        sa.select(ROWS.c.sheet_id).join(PERSONS, PERSONS.c.id == ROWS.c.person_id).where(PERSONS.c.name == "")
    )
    op.execute(sa.update(SHEETS).where(SHEETS.c.id.in_(left)).values(file_sealed=None))
