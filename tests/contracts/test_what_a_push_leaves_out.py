"""What a push leaves out on PostgreSQL, and nothing on SQLite: no test is left out unless somebody has said so."""

from types import SimpleNamespace

import pytest

from tests.conftest import left_out

BOTH = ("sqlite-one", "sqlite-two", "postgres-one", "postgres-two")


def out_of(path, *sets, marks=(), fixtures=("database_url",)):
    """The sets of parameters that a test in this file is not asked with at a push."""
    items = [
        SimpleNamespace(
            nodeid=f"{path}::test_something[{one}]", fixturenames=fixtures,
            get_closest_marker=lambda name: name if name in marks else None,
        )
        for one in sets
    ]  # fmt: skip
    return [item.nodeid.partition("[")[2].rstrip("]") for item in left_out(items)]


def test_elsewhere_than_where_the_database_is_the_subject_the_first_set_will_do():
    assert out_of("tests/people/test_a.py", *BOTH) == ["postgres-two"]


@pytest.mark.parametrize("folder", ["cases", "foundation", "security", "sealing"])
def test_where_the_database_is_the_subject_it_is_asked_with_all(folder):
    assert out_of(f"tests/{folder}/test_a.py", *BOTH) == []


def test_what_is_decided_before_a_database_is_asked_goes_to_sqlite_alone():
    assert out_of("tests/security/test_a.py", *BOTH, marks=("either",)) == ["postgres-one", "postgres-two"]


def test_a_test_of_no_database_is_never_left_out():
    assert out_of("tests/people/test_a.py", "one", "two", fixtures=()) == []
    assert out_of("tests/people/test_a.py", *BOTH, fixtures=()) == []
