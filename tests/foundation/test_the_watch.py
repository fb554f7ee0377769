"""The watch of the whole suite: a statement that forgot to narrow is noticed, whoever sends it."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from core_db.cases.model import CASES
from core_db.foundation.reach import Across, across, reach_of
from core_db.foundation.walls import WALLS, AtOrBelow
from tests.walls import Unnarrowed, unnarrowed

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVERYTHING = across(Across.UPKEEP)


@on_sqlite
def test_the_watch_over_statements_notices_one_that_forgot_to_narrow(door, given):
    forgotten = select(CASES.c.id).where(CASES.c.status == "submitted")

    def forget(session):
        return session.connection().execute(forgotten).all()

    with pytest.raises(Unnarrowed):
        door.read_now(forget, reach=reach_of(given.worker()))
    assert door.read_now(forget, reach=EVERYTHING) == []
    mine = "SELECT c.id FROM cases AS c JOIN persons ON 1=1 WHERE c.community_id = ?"
    assert unnarrowed(mine) == ("persons",)


@on_sqlite
@pytest.mark.parametrize(
    "table", [name for name, wall in WALLS.items() if isinstance(wall, AtOrBelow) and not wall.public]
)
def test_it_watches_what_the_town_and_the_district_have_to_do_with_too(table, door, given):
    def forget(session):
        return session.connection().execute(text(f"SELECT one.* FROM {table} AS one")).all()

    with pytest.raises(Unnarrowed, match=table):
        door.read_now(forget, reach=reach_of(given.town_dispatcher()))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT h.id FROM home_bindings AS h WHERE h.status = ?", ("home_bindings",)),
        ("SELECT h.id FROM home_bindings AS h WHERE h.community_id = ?", ()),
        ("SELECT h.id FROM home_bindings AS h WHERE h.account_id IN (?)", ()),
        # By the place of the home, but at no node in particular; and at one.
        (
            "SELECT h.id FROM home_bindings AS h JOIN places ON places.id = h.home_id WHERE h.status = ?",
            ("home_bindings",),
        ),
        (
            "SELECT h.id FROM home_bindings AS h JOIN places ON places.id = h.home_id WHERE places.town_id IN (?)",
            (),
        ),
        # At a node, but of another row.
        (
            "SELECT h.id FROM home_bindings AS h JOIN places ON places.id = ? WHERE places.town_id = ?",
            ("home_bindings",),
        ),
        # What is of one neighbourhood alone is not narrowed by what lies above it.
        (
            "SELECT p.id FROM persons AS p JOIN places ON places.id = p.community_id WHERE places.town_id = ?",
            ("persons",),
        ),
        # What has no wall names whose it wants: looks, and the words of cases.
        ("SELECT e.field FROM access_events AS e WHERE e.purpose = ?", ("access_events",)),
        ("SELECT e.field FROM access_events AS e WHERE e.subject_id IN (?)", ()),
        ("SELECT rowid FROM case_search WHERE case_search MATCH ?", ("case_search",)),
        ("SELECT 1 FROM case_search WHERE case_search MATCH ? AND rowid = ?", ()),
        (
            "SELECT cases.id FROM cases WHERE cases.community_id = ? AND cases.seq IN (SELECT rowid FROM case_search "
            "WHERE case_search MATCH ?)",
            (),
        ),
    ],
)
def test_what_counts_as_narrowing_by_a_place_above(statement, found):
    assert unnarrowed(statement) == found
