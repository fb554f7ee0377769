"""Whoever read a word of the committee was contacted then, whatever the word was."""

from typing import Final

from alembic import op

revision: Final = "2026_11_27_words_are_contacts"
down_revision: Final = "2026_11_27_urging_is_seen"
branch_labels = None
depends_on = None

#: Of such cases there are few: questions on one's data, which nobody has to accept.
READ_FIRST = """
UPDATE cases SET contacted_at = (
    SELECT min(e.at) FROM case_entries e
    WHERE e.case_id = cases.id AND e.by_role = 'committee' AND e.type <> 'submitted'
    AND e.audience IN ('public', 'all', 'requester')
) WHERE contacted_at IS NULL AND contact_due_at IS NOT NULL AND status NOT IN ('submitted', 'withdrawn')
"""


def upgrade() -> None:
    op.execute(READ_FIRST)
