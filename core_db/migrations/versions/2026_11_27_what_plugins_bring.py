"""What plugins bring is held where they are on: categories of cases by neighbourhood, parts that rest there."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_27_what_plugins_bring"
down_revision: Final = "2026_11_26_households_wait_two"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OFFERED = sa.table("categories_offered", sa.column("code", PLAIN), sa.column("community_id", PLAIN))
CATEGORIES = sa.table("case_categories", sa.column("code", PLAIN))
PLUGINS = sa.table(
    "x_plugins", sa.column("id", PLAIN), sa.column("state", PLAIN), sa.column("manifest", JSON)
)
GRANTS = sa.table(
    "x_grants", sa.column("plugin_id", PLAIN), sa.column("community_id", PLAIN), sa.column("state", PLAIN)
)


def upgrade() -> None:
    op.create_table(
        "categories_offered",
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["code"], ["case_categories.code"], name=op.f("fk_categories_offered_code")),
        sa.PrimaryKeyConstraint("code", "community_id", name=op.f("pk_categories_offered")),
    )
    _offer_where_they_are_on()
    op.add_column("x_grants", sa.Column("resting", JSON, nullable=False, server_default="[]"))


def _offer_where_they_are_on() -> None:
    """So far one was in force everywhere as soon as it was anywhere."""
    connection = op.get_bind()
    on = sa.select(GRANTS.c.community_id, PLUGINS.c.id, PLUGINS.c.manifest).where(
        PLUGINS.c.id == GRANTS.c.plugin_id, PLUGINS.c.state == "installed", GRANTS.c.state == "enabled"
    )
    known = set(connection.execute(sa.select(CATEGORIES.c.code)).scalars())
    rows = [
        {"code": f"{row.id}.{one['id']}", "community_id": row.community_id}
        for row in connection.execute(on).all()
        for one in (row.manifest.get("contributes") or {}).get("case_categories") or ()
    ]
    if offered := [row for row in rows if row["code"] in known]:
        connection.execute(sa.insert(OFFERED), offered)
