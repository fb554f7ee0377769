"""What waited for an answer before it was looked for goes on by itself as well, once its day is over.

Until then a clock that stood still was looked at by nobody, and nothing sets that for what stands already.
"""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_answers_looked_for"
down_revision: Final = "2026_11_28_told_for_a_month"
branch_labels = None
depends_on = None

#: When the day is over until which an answer is waited for: midnight here is 16:00 in UTC.
OVER: Final = {
    "sqlite": "c.review_on || 'T16:00:00.000000Z'",
    "postgresql": "(c.review_on + time '16:00') AT TIME ZONE 'UTC'",
}
FIRST: Final = {"sqlite": "min", "postgresql": "least"}
LOOKED_FOR: Final = """
UPDATE case_clocks SET look_at = (
    SELECT {first}(coalesce(case_clocks.look_at, {over}), {over}) FROM cases c WHERE c.id = case_clocks.case_id
)
WHERE kind = 'handling' AND ended_at IS NULL
AND id IN (SELECT p.clock_id FROM clock_pauses p WHERE p.awaits_requester AND p.resumed_at IS NULL)
AND case_id IN (SELECT c.id FROM cases c WHERE c.status = 'suspended' AND c.review_on IS NOT NULL)
"""


def upgrade() -> None:
    op.execute(looked_for(op.get_bind().dialect.name))


def looked_for(dialect: str) -> str:
    """The statement as a database spells it; what is looked at earlier stays."""
    return LOOKED_FOR.format(first=FIRST[dialect], over=OVER[dialect])
