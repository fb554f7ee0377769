"""The limits of a class that is yet to begin hold already, as they did before limits had days.

They had been given the class's own day, and would have taken the place of a table that is brought in before it.
"""

from typing import Final

from alembic import op

revision: Final = "2026_11_28_limits_yet_to_begin"
down_revision: Final = "2026_11_28_answers_looked_for"
branch_labels = None
depends_on = None

#: Where a class has limits of several days, somebody has said so: they stay.
HOLD: Final = """
UPDATE category_limits SET valid_from = CURRENT_DATE
WHERE valid_from > CURRENT_DATE
AND valid_from = (SELECT c.valid_from FROM case_categories c WHERE c.code = category_limits.code)
AND code IN (SELECT l.code FROM category_limits l GROUP BY l.code HAVING count(DISTINCT l.valid_from) = 1)
"""


def upgrade() -> None:
    op.execute(HOLD)
