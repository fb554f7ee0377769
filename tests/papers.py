"""Papers name tests as their proof; whoever runs the whole suite learns which of these proofs were not made.

A narrowed run proves nothing about papers and is left alone. With several processes the one that hands out the tests
keeps the book: it hears how each of them went. One database is enough; a skip has its reason and is told.
"""

import re
from collections.abc import Collection, Generator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
PAPERS = (
    "README.md", "README.zh-CN.md", "SECURITY.md", "docs/asvs.csv", "docs/drills.md", "docs/plugins.md",
    "docs/threat-model.md",
)  # fmt: skip
#: A test as papers write it, without its parameters.
NAMED = re.compile(r"tests/\w+(?:/\w+)*\.py::test_\w+")


def named_in(paper: str) -> set[str]:
    """The tests a paper names: `tests/cases/test_words.py::test_marks_go_from_one_to_five`."""
    return set(NAMED.findall((HOUSE / paper).read_text(encoding="utf-8")))


def named_tests() -> set[str]:
    return set().union(*map(named_in, PAPERS))


def is_whole(config: pytest.Config) -> bool:
    """Whether everything is run: nothing chosen by name, mark or what failed last, nothing left out."""
    option = config.option
    chosen = ("keyword", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly", "beside")
    if any(getattr(option, name, None) for name in chosen):
        return False
    usual = config.getini("addopts")
    return option.markexpr == usual[usual.index("-m") + 1] and config.args == config.getini("testpaths")


class Proofs:
    """The book of a run: which of the named tests ran, and which were skipped and why."""

    def __init__(self, named: Collection[str]) -> None:
        self.named = frozenset(named)
        self.ran: set[str] = set()
        self._skipped: dict[str, str] = {}

    @property
    def not_here(self) -> dict[str, str]:
        """What this machine could not run at all, with the reason."""
        return {test: why for test, why in sorted(self._skipped.items()) if test not in self.ran}

    @property
    def missing(self) -> list[str]:
        return sorted(self.named - self.ran - set(self._skipped))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = NAMED.match(report.nodeid)
        if found is None or found[0] not in self.named:
            return
        if report.skipped:
            self._skipped[found[0]] = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        elif report.when == "call":
            self.ran.add(found[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        # A run that was broken off has failed for a reason of its own.
        if self.missing and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int
    ) -> Generator[None, None, None]:
        """The last that is said, below the long list of what was skipped."""
        yield
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        for test, why in self.not_here.items():
            terminalreporter.line(f"not run here, though a paper names it: {test} ({why})")
        for test in self.missing:
            terminalreporter.line(f"a paper names this test, and it did not run: {test}", red=True)


def keep_book(config: pytest.Config) -> None:
    """Keep the book where the whole suite is run, and in one process alone."""
    if not hasattr(config, "workerinput") and is_whole(config):
        config.pluginmanager.register(Proofs(named_tests()), "proofs")
