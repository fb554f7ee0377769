"""PostgreSQL is asked at a push whatever any test asks it, by some test; who adds nothing to the others is left out."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core_db.foundation.errors import StorageAway
from tests.asked_elsewhere import Learning, asked_elsewhere, known, learn_what_is_asked, said
from tests.conftest import left_out, may_be_left_out
from tests.papers import HOUSE

PATH = "tests/people/test_a.py::test_something"


def sets_of(path, *sets, marks=()):
    return [
        SimpleNamespace(
            nodeid=f"{path}[{one}]", fixturenames=("database_url",),
            get_closest_marker=lambda name: name if name in marks else None,
        )
        for one in sets
    ]  # fmt: skip


def test_who_asks_what_others_ask_is_left_out_and_all_together_ask_everything():
    heard = {"always": {1, 2}, "one": {2, 3}, "two": {3, 4}, "three": {1, 2}, "four": {4}, "none": set()}
    candidates = {"one", "two", "three", "four", "none"}

    gone = asked_elsewhere(heard, candidates)

    assert gone == ["four", "none", "one", "three"]
    assert set().union(*(what for test, what in heard.items() if test not in gone)) == {1, 2, 3, 4}


def test_as_much_is_left_out_each_time():
    heard = {"one": {1, 2}, "two": {1, 2}, "three": {2, 3}}

    assert asked_elsewhere(heard, {"one", "two", "three"}) == asked_elsewhere(heard, ["three", "two", "one"])


def test_how_many_are_asked_about_makes_no_other_question():
    one = "SELECT a FROM t WHERE id IN (%(id_1_1)s::VARCHAR) AND b = %(b_1)s"
    two = "SELECT a FROM t WHERE id IN (%(id_1_1)s::VARCHAR, %(id_1_2)s::VARCHAR) AND b = %(b_1)s"
    row, rows = "INSERT INTO t VALUES (%(a__0)s, 1)", "INSERT INTO t VALUES (%(a__0)s, 1), (%(a__1)s, 1)"

    assert said(one) == said(two)
    assert said(row) == said(rows)
    assert said("SELECT a FROM t") != said("SELECT b FROM t")


def test_a_test_is_left_out_on_postgresql_alone():
    items = sets_of(PATH, "sqlite", "postgres")

    assert [item.nodeid for item in left_out(items, {PATH})] == [f"{PATH}[postgres]"]
    assert left_out(items, {f"{PATH}_else"}) == []


def test_what_is_about_postgresql_or_asked_on_both_on_purpose_is_never_left_out():
    of_the_database = "tests/foundation/test_a.py::test_something"

    assert left_out(sets_of(of_the_database, "sqlite", "postgres"), {of_the_database}) == []
    assert left_out(sets_of(PATH, "sqlite", "postgres", marks=("both",)), {PATH}) == []
    assert left_out(sets_of(PATH, "postgres"), {PATH}) == []


def test_it_is_found_out_among_those_that_are_asked_on_both():
    items = [
        *sets_of(PATH, "sqlite", "postgres"), *sets_of(f"{PATH}_of_one", "sqlite"),
        *sets_of("tests/foundation/test_a.py::test_something", "sqlite", "postgres"),
    ]  # fmt: skip

    assert may_be_left_out(items) == {PATH}


def test_a_statement_is_heard_with_who_asked_and_what_was_refused(door):
    learning = Learning()
    asking = learning.pytest_runtest_protocol(SimpleNamespace(nodeid=f"{PATH}[postgres]", obj=None))
    next(asking)

    learning.pytest_sessionstart()
    door.read_now(lambda session: session.execute(text("SELECT 1")))
    before = len(learning.heard.get(PATH, ()))
    with pytest.raises((DBAPIError, StorageAway)):
        door.read_now(lambda session: session.execute(text("SELECT nothing_of_this_name")))
    output = {}
    learning.pytest_sessionfinish(SimpleNamespace(config=SimpleNamespace(workeroutput=output)))
    door.read_now(lambda session: session.execute(text("SELECT 2, 3")))

    after = len(learning.heard.get(PATH, ()))
    assert (before > 0, after > before + 1) == ((not door.engines.is_sqlite,) * 2)
    assert output["heard"] == {test: sorted(what) for test, what in learning.heard.items()}


@pytest.mark.parametrize(("args", "learns"), [(["tests"], True), (["tests/tags"], False)])
def test_of_a_part_of_the_suite_nothing_is_learnt(pytestconfig, args, learns):
    registered = []
    config = SimpleNamespace(
        option=SimpleNamespace(markexpr="not drill"), args=args, getini=pytestconfig.getini,
        getoption=lambda name: name == "--learn",
        pluginmanager=SimpleNamespace(register=lambda plugin, name: registered.append(name)),
    )  # fmt: skip

    with nullcontext() if learns else pytest.raises(pytest.UsageError):
        learn_what_is_asked(config)

    assert registered == ["learning"] * learns


def test_what_is_held_again_beside_a_plugin_is_held_wherever_its_questions_are_asked():
    (beside,) = sets_of(PATH, "sqlite")
    beside.fixturenames = ("database_url", "chaos")

    assert left_out([beside], {PATH}) == []


def test_whoever_is_left_out_is_there():
    """A name that is nobody's any more leaves nobody out: the test has another name, and is asked."""

    def is_there(name):
        path, _, function = name.partition("::")
        return f"def {function}(" in (HOUSE / path).read_text(encoding="utf-8")

    gone = [one for one in known() if not is_there(one)]

    assert gone == [], "take these lines out of tests/asked_elsewhere.txt"
