"""Every table has a wall, or says in a sentence why it has none."""

import pytest
from sqlalchemy import Column, MetaData, String, Table

from core_db.foundation.idempotency import SEALED_IN
from core_db.foundation.reach import DISTRICT_WIDE, Across
from core_db.foundation.walls import OPEN, WALLS, Behind, ByCase
from core_db.migrations.tables import all_tables


def test_every_table_has_a_wall_or_a_reason():
    tables = set(all_tables().tables)

    assert len(tables) > 100
    assert sorted(unguarded(tables)) == []
    assert not set(WALLS) & set(OPEN)
    assert all(len(reason) > 20 for reason in OPEN.values())


def unguarded(tables):
    """By no column of theirs: a new one would only have to be called otherwise."""
    return tables - set(WALLS) - set(OPEN)


def test_no_wall_and_no_reason_is_for_a_table_that_is_not_there():
    tables = set(all_tables().tables)

    assert set(WALLS) | set(OPEN) <= tables


@pytest.mark.parametrize("column", ["community_id", "keeper_id", "words"])
def test_a_planted_table_without_a_wall_is_named_whatever_its_columns_are_called(column):
    planted = MetaData()
    for name in ("orchards", *all_tables().tables):
        Table(name, planted, Column("id", String, primary_key=True), Column(column, String))

    assert unguarded(set(planted.tables)) == {"orchards"}


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
