"""That nobody was in touch in time is told once, and marked.

Of what was late before the upgrade it is told in the first minute after it.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_late_contacts_told"
down_revision: Final = "2026_11_28_rounds_are_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The release before writes its rows without it.
    op.add_column("cases", sa.Column("contact_late", sa.Boolean(), nullable=False, server_default=sa.false()))
