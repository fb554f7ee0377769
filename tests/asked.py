"""Whoever asks SQLite asks PostgreSQL too: the book of a whole run, of each function of ours that asks a database.

A push leaves out on PostgreSQL what goes through an app (decision 0051), and this says whether anything was lost by
it. With several processes each hears what is asked in its own, and the one that hands out the tests keeps the book.
"""

import sys
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import is_hypothesis_test
from sqlalchemy import Engine, event

from tests.papers import is_whole

OURS = ("core_db.", "app_shell.", "resident_app.", "committee_app.", "plugins.")
#: Whatever is said to a database goes through the first, and whoever asked for it is told nothing of how by the second.
BETWEEN, DOOR = "core_db.foundation.", "core_db.foundation.door"
Book = dict[str, set[str]]
#: Who has nothing to ask PostgreSQL, each with the reason.
OF_SQLITE = {
    "core_db.cases.narrowing:_by_how_many": "how many decides by which index SQLite goes; PostgreSQL knows",
    "core_db.cases.search:create_search": "puts the new index of SQLite in the old one's place; PostgreSQL's stays",
    "core_db.cases.search_anew:_index_again": "PostgreSQL's index is a column, and is made anew where it stands",
    "core_db.cases.search_held:_holds": "asks SQLite's index for words; PostgreSQL's row of them came with the case",
    "core_db.cases.search_together:_put_together": "PostgreSQL's index of words is one, and has no parts",
    "core_db.cases.search_anew:_run": "only SQLite's index is laid out beside the one in use",
    "core_db.upkeep.checking:_database": "SQLite can be asked whether its file is whole; PostgreSQL keeps that itself",
    "plugins.sdk.tables.moving:_must_refer_to_something": "SQLite alone lets references rest while tables are moved",
    "plugins.host.documents_kept:InFile.make": "a plugin's rows in a file of their own; on PostgreSQL it is a schema",
}


def who_asks(frame: Any) -> str | None:
    """The nearest of our functions above a frame, as far as the door: what is beyond it has only handed it in."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == DOOR:
            return None
        if module.startswith(OURS) and not module.startswith(BETWEEN):
            # What is written within a function belongs to it.
            return f"{module}:{frame.f_code.co_qualname.partition('.<locals>')[0]}"
        frame = frame.f_back
    return None


def is_drawn(item: pytest.Item) -> bool:
    """Whether chance says what a test does."""
    return is_hypothesis_test(getattr(item, "obj", None))


def not_asked(book: Book) -> list[str]:
    """Who asked SQLite, and never PostgreSQL."""
    return sorted(book["sqlite"] - book["postgresql"] - set(OF_SQLITE))


class Asked:
    """Hears who asks which database, or gathers what other processes heard."""

    def __init__(self) -> None:
        self.book: Book = {"sqlite": set(), "postgresql": set()}
        self._is_of_both, self._is_drawn = True, False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """What has a file of its own, as the demo and the browser's apps have, is not held to the other database.

        What chance draws is heard on neither: it may ask today on one what it asks on the other tomorrow.
        """
        self._is_of_both = "sqlite" in item.nodeid.partition("[")[2]
        self._is_drawn = is_drawn(item)
        return (yield)

    def listen(self, connection: Any, *_more: Any) -> None:
        if self._is_drawn or (connection.dialect.name == "sqlite" and not self._is_of_both):
            return
        if (who := who_asks(sys._getframe(1))) is not None:
            self.book[connection.dialect.name].add(who)

    def pytest_sessionstart(self) -> None:
        event.listen(Engine, "before_cursor_execute", self.listen)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        event.remove(Engine, "before_cursor_execute", self.listen)
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output["asked"] = {database: sorted(who) for database, who in self.book.items()}
        elif not_asked(self.book) and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["whole"] = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        # A process that was killed has told nothing; its tests have failed.
        for database, who in getattr(node, "workeroutput", {}).get("asked", {}).items():
            self.book[database].update(who)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int
    ) -> Generator[None, None, None]:
        """The last that is said: above the long list of what was skipped it was overlooked three runs long."""
        yield
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        for who in not_asked(self.book):
            terminalreporter.line(
                f"asks SQLite, and was not asked on PostgreSQL by any test: {who}", red=True
            )


def hear_who_asks(config: pytest.Config) -> None:
    """Listen where the whole suite is run, in each of its processes."""
    if getattr(config, "workerinput", {}).get("whole") or is_whole(config):
        config.pluginmanager.register(Asked(), "asked")
