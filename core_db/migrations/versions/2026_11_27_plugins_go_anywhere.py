"""Of which version of a plugin the operator approved that it reaches any host; of none of those that are here."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_27_plugins_go_anywhere"
down_revision: Final = "2026_11_27_plugins_have_roles"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # The release before writes its rows without it.
    op.add_column("x_plugins", sa.Column("any_host_version", PLAIN, nullable=False, server_default=""))
