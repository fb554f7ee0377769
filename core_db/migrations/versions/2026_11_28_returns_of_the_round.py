"""Lists know a returned case by the returns of its round, as the rule does; they counted all it ever had."""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_returns_of_the_round"
down_revision: Final = "2026_11_28_answers_are_awaited"
branch_labels = None
depends_on = None

#: Few cases were ever sent back. A hand-in, or a ruling that the unit was right, begins a round anew.
OF_THE_ROUND = """
UPDATE cases SET returns = (
    SELECT count(*) FROM case_dispatches d
    WHERE d.case_id = cases.id AND d.is_lead AND d.status = 'returned' AND NOT EXISTS (
        SELECT 1 FROM case_dispatches later
        WHERE later.case_id = d.case_id AND later.is_lead AND later.status IN ('handled', 'upheld')
        AND (later.dispatched_at, later.id) > (d.dispatched_at, d.id)
    )
) WHERE returns > 0
"""


def upgrade() -> None:
    op.execute(OF_THE_ROUND)
