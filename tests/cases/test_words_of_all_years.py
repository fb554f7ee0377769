"""A search asks the latest cases first: what was raised long before is found all the same, once, and in its turn."""

import pytest

from core_db.cases import cases
from core_db.cases.lists import CaseFilter
from core_db.cases.search import AGE


@pytest.fixture
def raised(given, door):
    """Cases with the word and without, of several ages."""
    found = []
    for age in (0, 1, 3, 7, 40, 41):
        come_to(door, age << AGE)
        found += [given.a_case(text=f"楼道灯不亮{n}").case.id for n in range(2)]
        given.a_case(text="垃圾箱满了")
    return found


def come_to(door, seq):
    """The next case comes after so many that are none of this test's; SQLite goes by no ages."""
    if door.engines.is_sqlite:
        return
    with door.operator.write.begin() as connection:
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('cases', 'seq'), {seq + 1})")


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize("asked", [{}, {"status": ("submitted",)}])
def test_words_are_found_through_all_years_the_newest_first_on_each_page(given, raised, limit, asked):
    found, after = [], None
    while after is not None or not found:
        page = given.see(cases, CaseFilter(q="楼道", limit=limit, after=after, **asked), by=given.worker())
        found += [item["id"] for item in page.items]
        after = page.next and int(page.next)

    assert found == raised[::-1]
