"""Whose every question to PostgreSQL some other test asks, too: a push leaves those out (decision 0105).

Which they are stands in `asked_elsewhere.txt`. `pytest --learn` asks both databases all that a push may ask, hears each
statement with who asked it and what the server refused, and writes that file anew: of the tests that may be left out
it keeps as many as together ask whatever all of them ask. A test that is not in the file is asked, so a new one always
is; and whoever asks SQLite alone in a whole run fails it, whatever stands here (`tests/asked.py`).
"""

import re
import sys
from collections.abc import Collection, Generator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import Engine, event

from tests.asked import is_drawn, who_asks
from tests.papers import is_whole

LOCK = Path(__file__).with_name("asked_elsewhere.txt")
#: What each test asked, as a checksum of each statement.
Heard = Mapping[str, Collection[int]]
_NUMBER = re.compile(r"\d+")
#: A list is as long as what it is asked about.
_LIST = re.compile(r"(%\([^)]*\)s(?:::[\w\[\]]+)?)(?:, ?%\([^)]*\)s(?:::[\w\[\]]+)?)+")
_ROWS = re.compile(r"(\((?:[^()]|\([^()]*\))*\))(?:, ?\1)+")


def known() -> frozenset[str]:
    """The tests, without their parameters, that a push does not ask PostgreSQL."""
    return frozenset(LOCK.read_text(encoding="utf-8").split("\n")[:-1])


def said(statement: str) -> str:
    """A statement without how many it is about."""
    return _ROWS.sub(r"\1", _LIST.sub(r"\1", _NUMBER.sub("#", statement)))


def asked_elsewhere(heard: Heard, may_be_left_out: Collection[str]) -> list[str]:
    """Of these tests as many as the others make up for, those first that add least."""
    told = set().union(*(what for test, what in heard.items() if test not in may_be_left_out))
    adds = {test: set(heard.get(test, ())) - told for test in may_be_left_out}
    kept = set()
    while test := max(sorted(adds), key=lambda one: len(adds[one]), default=None):
        if not (new := adds.pop(test)):
            break
        kept.add(test)
        adds = {one: what - new for one, what in adds.items()}
    return sorted(set(may_be_left_out) - kept)


class Learning:
    """Hears what each test asks PostgreSQL; the process that hands out the tests writes down what comes of it."""

    def __init__(self) -> None:
        #: Said once the tests are collected.
        self.may_be_left_out: set[str] = set()
        self.heard: dict[str, set[int]] = {}
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        # What chance draws is asked today and not tomorrow.
        self._test = "" if is_drawn(item) else item.nodeid.partition("[")[0]
        return (yield)

    def asks(self, connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if connection.dialect.name == "postgresql":
            self._hear(said(statement), sys._getframe(1))

    def is_refused(self, context: Any) -> None:
        if context.dialect.name == "postgresql":
            state = getattr(context.original_exception, "sqlstate", None)
            self._hear(f"{state} {said(context.statement or '')}", sys._getframe(1))

    def _hear(self, what: str, frame: Any) -> None:
        if not self._test:
            return
        self.heard.setdefault(self._test, set()).add(crc32(f"{who_asks(frame)} {what}".encode()))

    def pytest_sessionstart(self) -> None:
        event.listen(Engine, "before_cursor_execute", self.asks)
        event.listen(Engine, "handle_error", self.is_refused)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        event.remove(Engine, "before_cursor_execute", self.asks)
        event.remove(Engine, "handle_error", self.is_refused)
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output["heard"] = {test: sorted(what) for test, what in self.heard.items()}
            output["may be left out"] = sorted(self.may_be_left_out)
        elif session.testsfailed == 0:
            left_out = asked_elsewhere(self.heard, self.may_be_left_out)
            LOCK.write_text("".join(f"{test}\n" for test in left_out), encoding="utf-8")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        told = getattr(node, "workeroutput", {})
        for test, what in told.get("heard", {}).items():
            self.heard.setdefault(test, set()).update(what)
        self.may_be_left_out.update(told.get("may be left out", ()))


def learn_what_is_asked(config: pytest.Config) -> None:
    """Hear it in each process of a run that is told to. Of a part of the suite nothing can be learnt of the whole."""
    if not config.getoption("--learn"):
        return
    if not hasattr(config, "workerinput") and not is_whole(config):
        raise pytest.UsageError("--learn: the whole suite, or what the others ask is not known")
    config.pluginmanager.register(Learning(), "learning")
