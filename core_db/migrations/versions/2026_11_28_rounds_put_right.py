"""Rounds told afterwards leave out whoever was rightly rid of a case, and returns begin anew with each round.

A version of `rounds_are_kept` took a unit whose return the town had upheld for the one that did the work.
"""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_rounds_put_right"
down_revision: Final = "2026_11_28_each_case_its_own"
branch_labels = None
depends_on = None

#: A round that was told afterwards bears the id of its clock.
LED_BY = """
UPDATE case_rounds SET lead_id = (
    SELECT d.organisation_id FROM case_dispatches d, case_clocks c
    WHERE c.id = case_rounds.id AND d.case_id = case_rounds.case_id AND d.is_lead
    AND d.status NOT IN ('returned', 'upheld', 'recalled')
    AND d.dispatched_at >= c.started_at AND d.dispatched_at < case_rounds.ended_at
    ORDER BY d.dispatched_at DESC, d.id DESC LIMIT 1
) WHERE lead_id IS NOT NULL AND EXISTS (SELECT 1 FROM case_clocks c WHERE c.id = case_rounds.id)
"""
OF_THE_ROUND = """
UPDATE cases SET returns = (
    SELECT count(*) FROM case_dispatches d
    WHERE d.case_id = cases.id AND d.is_lead AND d.status = 'returned' AND NOT EXISTS (
        SELECT 1 FROM case_dispatches later
        WHERE later.case_id = d.case_id AND later.is_lead AND later.status IN ('handled', 'upheld')
        AND (later.dispatched_at, later.id) > (d.dispatched_at, d.id)
    ) AND NOT EXISTS (
        SELECT 1 FROM case_clocks c
        WHERE c.case_id = d.case_id AND c.kind = 'handling' AND c.started_at > d.dispatched_at
    )
) WHERE returns > 0
"""


def upgrade() -> None:
    op.execute(LED_BY)
    op.execute(OF_THE_ROUND)
