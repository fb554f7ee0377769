"""Changes of places and events of life wait for a second person, who is named; a shared experience is withdrawn."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_two_people_for_places"
down_revision: Final = "2026_11_26_the_desk_of_all_posts"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
#: What of a change of a place may be emptied, and nothing else of it altered; what is sealed is not compared.
SAID = ("before", "after", "reason")
FIXED = (
    "id", "community_id", "place_id", "of_id", "field", "cause", "source", "at", "by_id", "by_name", "by_role",
    "office_id", "batch_id", "undoes_id", "approved_by", "approved_name",
)  # fmt: skip


def upgrade() -> None:
    for column in ("approved_by", "approved_name"):
        op.add_column("place_changes", sa.Column(column, PLAIN, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # PostgreSQL's compares whole rows, and so the new columns.
        _guard_the_new_columns()
    with op.batch_alter_table("register_proposals") as proposals:
        proposals.add_column(sa.Column("place_id", PLAIN, nullable=True))
        proposals.alter_column("person_id", existing_type=PLAIN, nullable=True)
        proposals.create_foreign_key(op.f("fk_register_proposals_place_id"), "places", ["place_id"], ["id"])
        proposals.create_index(op.f("ix_register_proposals_place_id"), ["place_id"], unique=False)
    op.add_column("experiences", sa.Column("withdrawn_at", MOMENT, nullable=True))


def _guard_the_new_columns() -> None:
    same = [f'NEW."{column}" IS OLD."{column}"' for column in FIXED]
    emptied = [f'(NEW."{column}" IS NULL OR NEW."{column}" IS OLD."{column}")' for column in SAID]
    op.execute("DROP TRIGGER place_changes_no_update")
    op.execute(
        "CREATE TRIGGER place_changes_no_update BEFORE UPDATE ON place_changes "
        f"WHEN NOT ({' AND '.join((*same, *emptied))}) "
        "BEGIN SELECT RAISE(ABORT, 'place_changes is append-only'); END"
    )
