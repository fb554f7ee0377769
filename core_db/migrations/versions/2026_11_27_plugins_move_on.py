"""In which version a plugin ran in a neighbourhood, so that it is told once where it runs in a newer one."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_plugins_move_on"
down_revision: Final = "2026_11_27_plugins_ask_of_people"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
GRANTS = sa.table(
    "x_grants", sa.column("state", PLAIN), sa.column("version", PLAIN), sa.column("keep_until", sa.Date()),
    sa.column("ran_version", PLAIN),
)  # fmt: skip


def upgrade() -> None:
    # The release before writes its rows without them.
    op.add_column("x_grants", sa.Column("ran_version", PLAIN, nullable=False, server_default=""))
    op.add_column("x_grants", sa.Column("upgrading_until", MOMENT, nullable=True))
    op.add_column("x_grants", sa.Column("upgrade_failure", PLAIN, nullable=False, server_default=""))
    _ran_as_it_was_decided()


def _ran_as_it_was_decided() -> None:
    """What it was then it has surely run in; a newer one is told at the next start. Of such rows there are few."""
    keeps = (GRANTS.c.state != "removed") | GRANTS.c.keep_until.is_not(None)
    op.execute(GRANTS.update().where(keeps).values(ran_version=GRANTS.c.version))
