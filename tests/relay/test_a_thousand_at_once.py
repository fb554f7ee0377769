"""A listener who has thousands to hear at once is asked for the next one without comparing each with each."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from core_db.relay.deliveries import _due
from core_db.relay.model import DELIVERIES

MANY = 2_000
#: Pages looked at for one of them; with each compared with each it is a page for every eighty.
A_FEW = 12


@pytest.fixture
def backlog(door, clock):
    """Told in one go, so that PostgreSQL's statistics know nothing of it yet."""
    with door.one_transaction() as session:
        owed = {"listener": "notes", "attempts": 0, "next_try": clock.now() - timedelta(minutes=1)}
        session.execute(
            insert(DELIVERIES), [owed | {"position": n, "subject": f"case/{n}"} for n in range(MANY)]
        )


@pytest.mark.usefixtures("backlog")
def test_the_next_one_is_found_without_comparing_each_with_each(door, clock):
    def pages_read(session):
        due = _due("notes", now=clock.now()).limit(1)
        said = due.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        [plan] = session.execute(text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {said}")).scalar_one()
        return plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]

    def steps(session):
        due = _due("notes", now=clock.now()).limit(1)
        said = due.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        return json.dumps([tuple(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {said}"))])

    if door.engines.is_sqlite:
        assert "(listener=? AND subject=?)" in door.read_now(steps)
    else:
        assert door.read_now(pages_read) < A_FEW * MANY


@pytest.mark.usefixtures("backlog")
def test_only_the_first_about_a_subject_is_due(door, clock):
    with door.one_transaction() as session:
        again = {"listener": "notes", "attempts": 0, "next_try": clock.now() - timedelta(minutes=1)}
        session.execute(insert(DELIVERIES), [again | {"position": MANY, "subject": "case/0"}])
        first = DELIVERIES.c.position == 0
        later = {"next_try": clock.now() + timedelta(minutes=1)}
        session.execute(DELIVERIES.update().where(DELIVERIES.c.listener == "notes", first).values(**later))

    due = door.read_now(lambda session: session.execute(_due("notes", now=clock.now())).all())

    assert [row.position for row in due] == list(range(1, MANY))
