"""Whatever is signed by name says in whose right it was done, where that was lent.

What was signed before says its people alone, as it did: nobody kept in whose right it was.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_signed_in_a_right"
down_revision: Final = "2026_11_28_found_by_age"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "experience_proposals": ("decided_for",),
    "facility_inspections": ("acted_for",),
    "group_charters": ("acted_for",),
    "handover_notes": ("written_for", "read_for", "done_for"),
    "inquiries": ("taken_for", "answered_for"),
    "look_reviews": ("acted_for",),
    "place_changes": ("acted_for", "approved_for"),
    "register_changes": ("acted_for", "approved_for"),
    "register_exports": ("decided_for",),
    "register_merges": ("merged_for",),
    "report_answers": ("acted_for",),
    "report_fills": ("handed_in_for", "decided_for"),
    "tag_assignments": ("assigned_for",),
    "visit_people": ("acted_for",),
    "visit_words": ("acted_for",),
    "x_grants": ("decided_for",),
}


def upgrade() -> None:
    # The release before writes its rows without them.
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, PLAIN, nullable=True))
