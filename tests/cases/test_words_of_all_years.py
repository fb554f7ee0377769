"""A search asks the latest cases first: what was raised long before is found all the same, once, and in its turn."""

import pytest
from sqlalchemy import event, text

from core_db.cases import cases
from core_db.cases.lists import CaseFilter
from core_db.cases.search import AGE, END, FOUND

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


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


@pytest.mark.parametrize("who", ["worker", "town_dispatcher"])
@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize("asked", [{}, {"status": ("submitted",)}])
def test_words_are_found_through_all_years_the_newest_first_on_each_page(given, raised, who, limit, asked):
    found, after = [], None
    while after is not None or not found:
        page = given.see(
            cases, CaseFilter(q="楼道", limit=limit, after=after, **asked), by=getattr(given, who)()
        )
        found += [item["id"] for item in page.items]
        after = page.next and int(page.next)

    assert found == raised[::-1]


# -- what it costs on PostgreSQL --------------------------------------------------------------------


@pytest.fixture
def asked(door):
    """`asked(query, …)`: how often the words were looked for, and among which ages."""
    heard = []

    def listen(_connection, _cursor, statement, values, *_more):
        if "tsquery" in statement:
            heard.append(next((list(one) for one in values.values() if isinstance(one, list)), "all"))

    event.listen(door.engines.read, "before_cursor_execute", listen)
    yield heard
    event.remove(door.engines.read, "before_cursor_execute", listen)


@on_postgres
@pytest.mark.parametrize(
    ("who", "limit", "wanted"),
    [
        ("town_dispatcher", 3, [[41, 40]]),
        ("town_dispatcher", 50, [[41, 40], [*range(41, 25, -1)], "all"]),
        ("worker", 3, [[*range(41, 25, -1)]]),
        ("worker", 50, [[*range(41, 25, -1)], "all"]),
    ],
)
def test_no_more_ages_are_asked_than_fill_a_page(given, raised, asked, who, limit, wanted):
    given.see(cases, CaseFilter(q="楼道", limit=limit), by=getattr(given, who)())

    assert asked == wanted


@on_postgres
def test_where_there_are_few_cases_they_are_asked_once(given, asked):
    given.a_case(text="楼道灯不亮")

    given.see(cases, CaseFilter(q="楼道"), by=given.worker())

    assert asked == ["all"]


@pytest.fixture
def forty_ages(door):
    """Places and words of cases of forty ages, one in 128; `old` was last said long ago, and never at `p3`."""
    rows = """
        INSERT INTO case_search SELECT n * 128, array_to_tsvector(ARRAY['p' || mod(n, 20), 'new',
          CASE WHEN n < 10000 AND mod(n, 20) <> 3 AND mod(n, 30) = 0 THEN 'old' ELSE 'often' END])
        FROM generate_series(1, 40000) AS n
    """
    with door.operator.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(rows))
        connection.execute(text("ANALYZE case_search"))
        yield connection


@on_postgres
@pytest.mark.parametrize("ages", [None, list(range(39, 23, -1))])
def test_what_few_said_of_late_is_found_by_its_words_and_by_no_walk_through_all_cases(forty_ages, ages):
    """The planner takes most words for such as are often said, and would go back case by case until it has a page."""
    condition, some = ("found_before", {"ages": ages}) if ages else ("found_long_ago", {})
    for words in ("p3 & old", "(p0 | p3) & old", "p3 & p5", "p3 & often"):
        plan = planned(forty_ages, condition, {"words": words, "before": END, "hits": 51} | some)

        assert "Bitmap Index Scan on ix_case_search_grams" in plan, plan
        assert "case_search_pkey" not in plan, plan


@on_postgres
def test_a_walk_through_the_latest_ages_ends_with_the_older_of_them(forty_ages):
    of_late = {"before": END, "hits": 51, "ages": [39, 38], "since": 38 << AGE}
    for words in ("p3 & old", "p3 & often", "new"):
        plan = planned(forty_ages, "found_of_late", {"words": words} | of_late)

        assert "Bitmap Index Scan on ix_case_search_grams" in plan or f"(seq >= {38 << AGE})" in plan, plan


def planned(connection, condition, values):
    statement = text(f"EXPLAIN SELECT 1 FROM cases WHERE {FOUND[condition]['postgresql']}")
    return "\n".join(connection.execute(statement, values).scalars())
