"""Data keys know which of the installation's keys wrapped them, their family of ciphers, and their age."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_keys_know_who_wrapped"
down_revision: Final = "2026_11_26_passkeys_and_password"
branch_labels = None
depends_on = None

#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
#: Keys from before are as old as the first release; nobody noted it better.
FIRST = "2026-11-23T00:00:00.000000Z"


def upgrade() -> None:
    # The release before this one leaves all three out when it makes a key: it knows one key and one family.
    for name in ("wrapped_by", "alg"):
        op.add_column("data_keys", sa.Column(name, sa.Integer(), nullable=False, server_default="1"))
    op.add_column("data_keys", sa.Column("made_at", MOMENT, nullable=False, server_default=FIRST))
