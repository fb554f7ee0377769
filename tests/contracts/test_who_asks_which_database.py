"""The book of who asks a database: whoever asked SQLite in a whole run, and never PostgreSQL, is named and fails it."""

from types import SimpleNamespace

import pytest
from hypothesis import given as drawing
from hypothesis import strategies as st

from core_db.cases import case_file
from tests.asked import OF_SQLITE, Asked, not_asked

ONE, TWO = "core_db.cases.file:_one", "core_db.cases.file:_two"


def ended(book: Asked, **more: object) -> SimpleNamespace:
    """A run of this book, from its beginning to its end."""
    book.pytest_sessionstart()
    return ended_now(book, **more)


def ended_now(book: Asked, **more: object) -> SimpleNamespace:
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK, config=SimpleNamespace(**more))
    book.pytest_sessionfinish(session, session.exitstatus)
    return session


def test_who_asks_is_heard_by_name_and_not_what_stands_between_him_and_the_database(door, given):
    book, aunt = Asked(), given.resident()
    case_id = given.a_case(by=aunt).case.id

    book.pytest_sessionstart()
    given.see(case_file, case_id, by=aunt)
    ended_now(book)
    given.see(case_file, given.a_case(by=aunt).case.id, by=given.worker())

    heard = book.book.pop(door.engines.read.dialect.name)
    assert any(who.startswith("core_db.cases.") for who in heard)
    assert not any("foundation" in who or who.startswith("tests.") for who in heard)
    assert not any("submit" in who for who in heard), "what came before and after is not of this run"
    assert list(book.book.values()) == [set()]


@pytest.mark.parametrize(("parameters", "is_heard"), [("[sqlite]", True), ("[resident]", False), ("", False)])
def test_what_has_a_file_of_its_own_is_not_held_to_the_other_database(door, given, parameters, is_heard):
    if not door.engines.is_sqlite:
        pytest.skip("what is asked of PostgreSQL is heard whoever asks")
    book, aunt = Asked(), given.resident()
    asking = book.pytest_runtest_protocol(SimpleNamespace(nodeid=f"tests/a/test_a.py::test_one{parameters}"))
    next(asking)

    book.pytest_sessionstart()
    given.a_case(by=aunt)
    ended_now(book)

    assert bool(book.book["sqlite"]) is is_heard


def test_what_chance_draws_is_heard_on_neither(door, given):
    book, aunt = Asked(), given.resident()
    drawn = SimpleNamespace(
        nodeid="tests/a/test_a.py::test_one[sqlite]", obj=drawing(st.none())(lambda _one: None)
    )
    next(book.pytest_runtest_protocol(drawn))

    book.pytest_sessionstart()
    given.a_case(by=aunt)
    ended_now(book)

    assert not any(book.book.values())


def test_who_asked_sqlite_alone_fails_the_run_and_is_named():
    book, said = Asked(), []
    book.book = {"sqlite": {ONE, TWO}, "postgresql": {ONE}}

    session = ended(book)
    told = SimpleNamespace(line=lambda text, **_look: said.append(text))
    list(book.pytest_terminal_summary(told, session.exitstatus))

    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
    assert [TWO in one for one in said] == [True]


def test_who_asks_both_or_postgresql_alone_is_nobodys_concern():
    book = Asked()
    book.book = {"sqlite": {ONE}, "postgresql": {ONE, TWO}}

    assert ended(book).exitstatus == pytest.ExitCode.OK


def test_what_each_process_heard_comes_together_and_only_then_is_judged():
    worker, keeper, output = Asked(), Asked(), {}
    worker.book = {"sqlite": {ONE}, "postgresql": set()}
    keeper.book = {"sqlite": {TWO}, "postgresql": {TWO}}

    assert ended(worker, workeroutput=output).exitstatus == pytest.ExitCode.OK
    keeper.pytest_testnodedown(SimpleNamespace(workeroutput=output))
    keeper.pytest_testnodedown(SimpleNamespace())

    assert ended(keeper).exitstatus == pytest.ExitCode.TESTS_FAILED
    assert not_asked(keeper.book) == [ONE]


def test_who_has_nothing_to_ask_postgresql_has_a_reason():
    assert all(len(reason) > 20 for reason in OF_SQLITE.values())
    assert not_asked({"sqlite": set(OF_SQLITE), "postgresql": set()}) == []
