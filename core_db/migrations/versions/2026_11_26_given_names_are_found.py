"""Given names are found by an index, parts of a name each in a column of its own; so are a town's neighbourhoods."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_26_given_names_are_found"
down_revision: Final = "2026_11_26_plugins_come_in"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: What each new column says: a part of another, from a sign on.
PARTS = {
    "name_second": ("name", 2), "name_third": ("name", 3), "name_rest": ("name", 4),
    "initials_second": ("name_initials", 2), "initials_third": ("name_initials", 3),
}  # fmt: skip
PERSONS = sa.table("persons", *(sa.column(name, PLAIN) for name in ("name", "name_initials", *PARTS)))
INDEXES = (
    ("name", "id", "merged_into_id"),
    ("name_second", "name", "id", "merged_into_id"),
    ("name_third", "name", "id", "merged_into_id"),
    ("name_rest",),
    ("name_pinyin",),
    ("initials_second", "name_pinyin"),
    ("initials_third", "name_pinyin"),
)
PLACE_INDEXES = (("community_id", "kind", "name"), ("town_id", "kind"), ("district_id", "kind"))


def upgrade() -> None:
    for name in PARTS:
        op.add_column("persons", sa.Column(name, PLAIN, nullable=True))
    # Before the indexes are there: each is built once, in order.
    parts = {
        name: sa.func.nullif(sa.func.substr(PERSONS.c[whole], start), "")
        for name, (whole, start) in PARTS.items()
    }
    op.execute(sa.update(PERSONS).where(PERSONS.c.name != "").values(parts))
    op.drop_index(op.f("ix_persons_community_id_name"), table_name="persons")
    for columns in INDEXES:
        name = "_".join(("ix_persons_community_id", *columns))
        op.create_index(op.f(name), "persons", ["community_id", *columns], unique=False)
    for seldom in ("died_on", "merged_into_id"):
        op.drop_index(op.f(f"ix_persons_{seldom}"), table_name="persons")
        said = sa.column(seldom).is_not(None)
        op.create_index(
            op.f(f"ix_persons_{seldom}"), "persons", [seldom], unique=False, sqlite_where=said, postgresql_where=said,
        )  # fmt: skip
    for columns in PLACE_INDEXES:
        op.create_index(op.f("_".join(("ix_places", *columns))), "places", [*columns], unique=False)
    for name in ("town_id", "district_id"):
        op.drop_index(op.f(f"ix_places_{name}"), table_name="places")
