"""What is still open of a neighbourhood's questions is found by an index."""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_questions_by_index"
down_revision: Final = "2026_11_28_files_of_who_left"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_inquiries_community_id_status", "inquiries", ["community_id", "status"])
