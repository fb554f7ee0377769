"""A register as committees really keep it: every row is in or comes back with its reason, and once is enough."""

from sqlmodel import func, select

from core_db.people import Person
from core_db.people.model import CHANGES
from tests.register_sheets.dirty import HEADINGS, dirty_register

ROWS = 600


def counted(given, column):
    return given.door.read_now(lambda session: session.execute(select(func.count(column))).scalar())


def test_every_row_is_in_or_returned_with_a_reason_and_read_again_nothing_changes(given, hand):
    table = list(dirty_register(ROWS))

    shown = hand.table(HEADINGS, *table)
    done = hand.applied(shown.id)

    returned = hand.rows(shown.id, "refused")
    into = done.count("new") + done.count("changed") + done.count("unchanged")
    assert (into + len(returned), done.row_count) == (ROWS, ROWS)
    assert into > ROWS * 0.95
    assert returned
    assert all(row.faults and row.faults[0][1] for row in returned)
    assert "建成年份" in shown.left_out
    assert counted(given, Person.id) == done.count("new")

    written = counted(given, CHANGES.c.id)
    again = hand.table(HEADINGS, *table)

    assert (again.count("new"), again.count("changed")) == (0, 0)
    assert again.count("unchanged") == into
    assert again.count("refused") == len(returned)
    assert counted(given, CHANGES.c.id) == written
