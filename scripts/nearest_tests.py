"""Which tests take a line, and a plugin of pytest that has them go first: for `python -m scripts.mutants`.

Whoever notices a mutant is mostly the first test that takes its line. The others of its subject follow all the same:
what is done before a test begins is taken by a test whose name nobody wrote down.
"""

import faulthandler
import os
from collections import Counter
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest

#: The folder in which a run is told who goes first, and says which test it is at.
TOLD = "SHEQUYUN_NEAREST_TESTS"
FIRST, NOW, WAITED, MEASURED = "first", "now", "waited", "measured"
#: Seconds for one test. It is paused with the machine, and nobody wants to take that for a test that fails.
PATIENCE = 240
#: Written down by coverage.py for each test; lines alone, for that is what a mutant stands in.
WRITTEN_DOWN = """
[run]
data_file = {data}
include = {files}
relative_files = true
"""


class Takers:
    """Which tests took which lines, out of what a run under coverage.py wrote down."""

    def __init__(self, data: Path) -> None:
        # Not among the tests' own tools (requirements/coverage.txt), which read this module too.
        from coverage import CoverageData

        written = CoverageData(str(data))
        written.read()
        self._by_line = {file: written.contexts_by_lineno(file) for file in written.measured_files()}
        every = (test for lines in self._by_line.values() for tests in lines.values() for test in tests)
        self._take = Counter(every)

    def of(self, file: str, lines: Iterable[int]) -> list[str]:
        """Those that take one of these lines; first whoever takes least besides, for that is what it is about."""
        taken = self._by_line.get(file, {})
        found = {test for line in lines for test in taken.get(line, ()) if test}
        return sorted(found, key=lambda test: (self._take[test], test))


# -- in pytest --------------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that were named, in their order; and what needs no server before what does."""
    first = _told() / FIRST
    named = first.read_text(encoding="utf-8").split() if first.exists() else []
    place = {name: at for at, name in enumerate(named)}
    items.sort(key=lambda item: _turn(item, place))


def _turn(item: pytest.Item, place: dict[str, int]) -> tuple[bool, bool, int]:
    name = _name(item)
    return name not in place, "postgres" in item.nodeid, place.get(name, 0)


def _name(item: pytest.Item) -> str:
    """A test without its parameters."""
    return item.nodeid.partition("[")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Say where we are, and go no further where a test waits for ever."""
    (_told() / NOW).write_text(item.nodeid, encoding="utf-8")
    if (_told() / MEASURED).exists():
        _write_down_for(_name(item))
    with (_told() / WAITED).open("w", encoding="utf-8") as waited:
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=waited)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()


def _write_down_for(name: str) -> None:
    """From here on it is this test that takes lines. coverage.py's own way of knowing asks at every call."""
    from coverage import Coverage

    measuring = Coverage.current()
    assert measuring is not None
    measuring.switch_context(name)


def _told() -> Path:
    return Path(os.environ[TOLD])
