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


@pytest.mark.parametrize("folder", ["foundation", "live", "security", "sealing"])
def test_where_the_database_is_the_subject_it_is_asked_with_all(folder):
    assert out_of(f"tests/{folder}/test_a.py", *BOTH) == []


def test_what_is_decided_before_a_database_is_asked_goes_to_sqlite_alone():
    assert out_of("tests/security/test_a.py", *BOTH, marks=("either",)) == ["postgres-one", "postgres-two"]


@pytest.mark.parametrize("client", ["resident_client", "committee_client", "actor_client", "offices"])
def test_what_goes_through_an_app_is_asked_on_sqlite_alone(client):
    fixtures = ("database_url", client)

    assert out_of("tests/people/test_a.py", *BOTH, fixtures=fixtures) == ["postgres-one", "postgres-two"]
    assert out_of("tests/people/test_a.py", *BOTH, fixtures=(client,)) == ["postgres-one", "postgres-two"]


@pytest.mark.parametrize(
    ("path", "marks", "left_out"),
    [
        ("tests/relay/test_a.py", (), []),
        ("tests/people/test_a.py", ("both",), ["postgres-two"]),
    ],
)
def test_not_so_where_the_database_is_the_subject_or_somebody_has_said_so(path, marks, left_out):
    fixtures = ("database_url", "actor_client")

    assert out_of(path, *BOTH, marks=marks, fixtures=fixtures) == left_out


def test_what_sqlite_is_not_asked_is_about_postgresql_itself_and_never_left_out():
    fixtures = ("database_url", "actor_client")

    assert out_of("tests/shell/test_a.py", "postgres", fixtures=fixtures) == []
    assert out_of("tests/cases/test_a.py", "postgres-one", "postgres-two") == []


def test_what_is_asked_before_a_release_alone_is_left_out_on_both_databases_and_on_none():
    assert out_of("tests/cases/test_a.py", "sqlite", "postgres", marks=("throughout",)) == [
        "sqlite",
        "postgres",
    ]
    assert out_of("tests/demo/test_a.py", "one", marks=("throughout",), fixtures=()) == ["one"]


def test_what_is_held_again_beside_a_plugin_is_held_once():
    fixtures = ("database_url", "actor_client", "chaos")

    assert out_of("tests/plugins/test_a.py", *BOTH, fixtures=fixtures) == [*BOTH[1:]]
    assert out_of("tests/plugins/test_a.py", "sqlite", fixtures=fixtures) == []


def test_a_test_of_no_database_is_never_left_out():
    assert out_of("tests/people/test_a.py", "one", "two", fixtures=()) == []
    assert out_of("tests/people/test_a.py", *BOTH, fixtures=()) == []
