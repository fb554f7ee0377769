"""What is written about safety is true: each proof exists, each requirement has its line, each line its state."""

import ast
import csv
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.papers import HOUSE, NAMED, PAPERS, Proofs, is_whole, named_in, named_tests

IDS = Path(__file__).with_name("asvs_ids.txt")
ONE, TWO = "tests/a/test_a.py::test_one", "tests/a/test_a.py::test_two"
THREATS = re.compile(r"^\| (T\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)


def text_of(paper: str) -> str:
    return (HOUSE / paper).read_text(encoding="utf-8")


def marks_of_tests(path: Path) -> dict[str, set[str]]:
    """The tests of a file, each with the marks it carries."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: {ast.unparse(mark).split("(")[0] for mark in node.decorator_list}
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


@pytest.fixture(scope="module")
def requirements() -> list[dict[str, str]]:
    with (HOUSE / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# -- proofs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
def test_a_test_that_is_named_exists_and_belongs_to_the_suite(paper):
    known: dict[str, dict[str, set[str]]] = {}
    wrong = []
    for named in sorted(named_in(paper)):
        file, name = named.split("::")
        if file not in known:
            known[file] = marks_of_tests(HOUSE / file) if (HOUSE / file).is_file() else {}
        if "pytest.mark.drill" in known[file].get(name, {"pytest.mark.drill"}):
            wrong.append(named)

    assert wrong == []


def test_the_papers_name_tests():
    assert len(named_in("docs/threat-model.md")) > 100
    assert len(named_in("docs/asvs.csv")) > 80
    assert named_in("README.md") == named_in("README.zh-CN.md") != set()


def test_every_drill_stands_among_the_drills():
    told = text_of("docs/drills.md")

    drills = [path.relative_to(HOUSE).as_posix() for path in (HOUSE / "tests" / "drills").glob("test_*.py")]
    assert len(drills) > 10
    assert [drill for drill in sorted(drills) if drill not in told] == []


# -- the standard -----------------------------------------------------------------------------------


def test_every_requirement_of_the_standard_has_one_line_in_its_order(requirements):
    listed = [line.split() for line in IDS.read_text(encoding="utf-8").splitlines() if line[:1] == "V"]

    assert len(listed) == 253
    assert [[row["id"], row["level"]] for row in requirements] == listed


def test_a_line_says_what_in_few_words_and_in_which_state(requirements):
    assert list(requirements[0]) == ["id", "level", "what", "state", "where", "why"]
    for row in requirements:
        assert row["state"] in ("met", "planned", "n/a"), row
        assert 0 < len(row["what"].split()) <= 12, row


def test_what_is_met_names_its_test_and_what_is_not_says_why(requirements):
    for row in requirements:
        tests = row["where"].split()

        assert all(NAMED.fullmatch(test) for test in tests), row
        assert tests if row["state"] == "met" else row["why"], row
        assert not (tests and row["state"] == "n/a"), row


def test_whose_the_standard_is_stands_in_the_notice():
    notice = " ".join(text_of("NOTICE").split())

    assert "OWASP Application Security Verification Standard 5.0.0" in notice
    assert "OWASP Foundation" in notice
    assert "docs/asvs.csv" in notice
    assert "CC BY-SA 4.0" in notice


# -- threats ----------------------------------------------------------------------------------------


def test_every_scenario_has_its_line_and_a_state():
    lines = THREATS.findall(text_of("docs/threat-model.md"))
    states = ("holds", "partly: ", "partly · ", "planned: ", "planned · ", "not built yet: ")

    assert [line[0] for line in lines] == [f"T{number:02d}" for number in range(1, 56)]
    for name, _scenario, control, proof, state in lines:
        assert state.startswith(states), name
        if state.startswith(("holds", "partly")):
            assert NAMED.search(proof), name
            assert len(control) > 20, name


def test_a_module_that_is_named_is_there():
    named = set(
        re.findall(
            r"`((?:core_db|app_shell|resident_app|committee_app)/[\w/.]+)`", text_of("docs/threat-model.md")
        )
    )

    assert len(named) > 20
    assert [path for path in sorted(named) if not (HOUSE / path).is_file()] == []


# -- how to report ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "promise",
    [
        "private vulnerability report",
        "three working days",
        "thirty days",
        "Only the newest release",
        "safe harbour",
        "made-up people",
        "CHANGELOG.md",
        "docs/threat-model.md",
    ],
)
def test_the_security_page_says_how_to_report_and_what_follows(promise):
    assert promise.lower() in " ".join(text_of("SECURITY.md").lower().split())


def test_the_security_page_invents_no_address():
    assert not re.search(r"@|https?://|mailto:", text_of("SECURITY.md"))


# -- the book of a run ------------------------------------------------------------------------------


def report(
    test: str, outcome: str = "passed", *, when: str = "call", why: str = "no browser"
) -> SimpleNamespace:
    skipped = outcome == "skipped"
    return SimpleNamespace(
        nodeid=test, when=when, skipped=skipped, longrepr=("conftest.py", 1, why) if skipped else None
    )


def test_a_proof_that_did_not_run_fails_the_run_and_is_named():
    book, session, said = Proofs({ONE, TWO}), SimpleNamespace(exitstatus=pytest.ExitCode.OK), []
    book.pytest_runtest_logreport(report(f"{ONE}[sqlite]", "failed"))

    book.pytest_sessionfinish(session, session.exitstatus)
    told = SimpleNamespace(line=lambda text, **_look: said.append(text))
    list(book.pytest_terminal_summary(told, session.exitstatus))

    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
    assert [TWO in one for one in said] == [True]


def test_one_database_is_enough_and_a_group_is_no_part_of_the_name():
    book, session = Proofs({ONE, TWO}), SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    for one in (report(f"{ONE}[postgres]", "skipped"), report(f"{ONE}[sqlite]"), report(f"{TWO}@test_a.py")):
        book.pytest_runtest_logreport(one)

    book.pytest_sessionfinish(session, session.exitstatus)

    assert session.exitstatus == pytest.ExitCode.OK
    assert book.not_here == {}


def test_being_set_up_is_not_running():
    book = Proofs({ONE})

    book.pytest_runtest_logreport(report(ONE, when="setup"))

    assert book.missing == [ONE]


def test_a_skip_has_its_reason_and_is_told():
    book, session, said = Proofs({ONE}), SimpleNamespace(exitstatus=pytest.ExitCode.OK), []
    book.pytest_runtest_logreport(report(ONE, "skipped", when="setup", why="Skipped: no Chromium"))

    book.pytest_sessionfinish(session, session.exitstatus)
    list(book.pytest_terminal_summary(SimpleNamespace(line=said.append), session.exitstatus))

    assert session.exitstatus == pytest.ExitCode.OK
    assert [ONE in one and "no Chromium" in one for one in said] == [True]


def test_a_run_that_was_broken_off_keeps_its_own_reason():
    book, session = Proofs({ONE}), SimpleNamespace(exitstatus=pytest.ExitCode.INTERRUPTED)

    book.pytest_sessionfinish(session, session.exitstatus)

    assert session.exitstatus == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("chosen", "whole"),
    [
        ({}, True),
        ({"args": ["tests/cases"]}, False),
        ({"keyword": "dispatch"}, False),
        ({"markexpr": "drill"}, False),
        ({"markexpr": "not browser"}, False),
        ({"deselect": ["tests/a/test_a.py::test_one"]}, False),
        ({"lf": True}, False),
        ({"collectonly": True}, False),
    ],
    ids=str,
)
def test_only_a_whole_run_is_asked_for_all_proofs(chosen, whole):
    ini = {"addopts": ["-ra", "-m", "not drill"], "testpaths": ["tests"]}
    option = SimpleNamespace(keyword="", markexpr="not drill")
    vars(option).update({name: value for name, value in chosen.items() if name != "args"})
    config = SimpleNamespace(option=option, args=chosen.get("args", ["tests"]), getini=ini.__getitem__)

    assert is_whole(config) is whole


def test_the_suites_own_settings_are_those_a_whole_run_has(pytestconfig):
    usual = pytestconfig.getini("addopts")

    assert "-m" in usual
    assert pytestconfig.getini("testpaths") == ["tests"]
    assert named_tests()
