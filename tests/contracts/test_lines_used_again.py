"""A line to PostgreSQL that the next test of a database takes over tells it nothing of the test before."""

from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.lines import MANY, Lines

HELD = "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
SET = f"SELECT current_setting('lock_timeout'), {HELD}"


@pytest.fixture
def known(_postgres, tmp_path):
    """How one gets a line to a database of one's own, and what it is called."""
    with _postgres.fresh(tmp_path) as url:
        yield conninfo_to_dict(url), urlsplit(url).path.removeprefix("/")


@pytest.mark.postgres
def test_what_was_set_and_held_on_a_line_is_gone_when_it_is_taken_again(known):
    how, name = known
    lines = Lines()
    lines.lend(name)
    first = lines.line(**how)
    first.execute("SET lock_timeout = '7s'")
    first.execute("SELECT pg_advisory_lock(7)")
    assert first.execute(SET).fetchone() == ("7s", 1)
    first.close()

    again = lines.line(**how)

    assert again is first
    assert again.execute(SET).fetchone() == ("0", 0)
    again.close()
    lines.hang_up(name)
    assert again.closed


@pytest.mark.postgres
def test_a_line_to_a_database_that_no_test_has_is_hung_up(known):
    how, name = known
    lines = Lines()
    lines.lend(name)
    line = lines.line(**how)
    assert lines.end(name) == []

    line.close()

    assert line.closed


@pytest.mark.postgres
def test_no_more_lines_wait_than_a_server_has_to_spare_and_the_longest_waiting_go_first(known):
    how, name = known
    lines = Lines()
    lines.lend(name)
    taken = [lines.line(**how) for _ in range(MANY + 2)]
    for line in taken:
        line.close()

    assert [line.closed for line in taken] == [True, True, *[False] * MANY]
    lines.hang_up(name)
    assert all(line.closed for line in taken)


@pytest.mark.postgres
def test_a_line_that_was_cut_while_it_waited_is_taken_by_nobody(known):
    how, name = known
    lines = Lines()
    lines.lend(name)
    cut = lines.line(**how)
    pid = cut.info.backend_pid
    cut.close()
    with psycopg.connect(**how, autocommit=True) as another:
        another.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    taken = lines.line(**how)

    assert taken is not cut
    assert taken.execute("SELECT 1").fetchone() == (1,)
    taken.close()
    lines.hang_up(name)
