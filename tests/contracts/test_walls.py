"""Every table about a neighbourhood or a person has a wall, or says in a sentence why it has none."""

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table

from core_db.foundation.idempotency import SEALED_IN
from core_db.foundation.reach import DISTRICT_WIDE, Across
from core_db.foundation.walls import OPEN, WALLS, Behind, ByCase
from core_db.migrations.tables import all_tables

#: Columns that say whose a row is, whether or not they refer to it.
BELONGING = frozenset(
    {"community_id", "case_id", "account_id", "person_id", "place_id", "subject_id", "home_id"}
)
WHOSE = frozenset({"places", "cases", "persons", "accounts", "homes", "emergency_accesses", "case_clocks"})


def belonging(metadata):
    """The tables whose rows are of somebody, or of a neighbourhood."""
    return {table.name for table in metadata.sorted_tables if any(_says_whose(c) for c in table.columns)}


def _says_whose(column):
    refers = {key.target_fullname.partition(".")[0] for key in column.foreign_keys}
    return column.name in BELONGING or bool(refers & WHOSE)


def test_every_table_that_belongs_to_somebody_has_a_wall_or_a_reason():
    tables = belonging(all_tables())

    assert len(tables) > 40
    assert sorted(tables - set(WALLS) - set(OPEN)) == []
    assert not set(WALLS) & set(OPEN)
    assert all(len(reason) > 20 for reason in OPEN.values())


def test_no_wall_and_no_reason_is_for_a_table_that_is_not_there():
    tables = set(all_tables().tables)

    assert set(WALLS) | set(OPEN) <= tables


@pytest.mark.parametrize(
    "column",
    [("community_id",), ("grown_by", ForeignKey("accounts.id")), ("on_case", ForeignKey("cases.id"))],
)
def test_a_planted_table_without_a_wall_is_named(column):
    name, *refers = column
    planted = MetaData()
    for other in ("accounts", "cases"):
        Table(other, planted, Column("id", String, primary_key=True))
    Table("gardens", planted, Column("id", String, primary_key=True), Column(name, String, *refers))

    assert belonging(planted) - set(WALLS) - set(OPEN) == {"gardens"}


def test_every_wall_stands_on_columns_that_are_there():
    tables = all_tables().tables

    for name, wall in WALLS.items():
        columns = set(getattr(wall, "nodes", ())) | set(getattr(wall, "own", ()))
        if isinstance(wall, ByCase):
            columns.add(wall.case)
        if isinstance(wall, Behind):
            columns.add(wall.column)
            assert wall.table in WALLS
        assert columns <= set(tables[name].columns.keys()), name


def test_what_is_sealed_for_the_whole_district_can_be_unsealed_by_everybody():
    sealed = [
        one.info["sealed"]
        for table in all_tables().tables.values()
        for one in table.columns
        if "sealed" in one.info
    ]
    scopes = {one.scope for one in sealed} - {None}

    assert scopes | {SEALED_IN} == set(DISTRICT_WIDE)


def test_every_way_across_has_a_name_of_its_own():
    assert len({one.value for one in Across}) == len(Across) > 5
