"""`shequyun plugin dev` while somebody writes: a change of his files is seen, his log is in his terminal."""

import logging
from pathlib import Path

import pytest

from plugins.host import echo
from plugins.host.developing import Changes, as_it_lies
from plugins.host.scaffold import begin
from tests.plugins.kit.test_from_the_first_line_to_the_wheel import ANSWERS


@pytest.fixture
def package(tmp_path: Path) -> Path:
    begin(tmp_path, ANSWERS)
    return tmp_path / "lost_and_found"


def test_what_is_changed_added_or_taken_away_is_seen_once(package: Path) -> None:
    changes = Changes(package)
    assert not changes.have_come()

    for path, text in ((package / "__init__.py", "# new\n"), (package / "more.py", "more = 1\n")):
        path.write_text(text, encoding="utf-8")
        assert changes.have_come()
        assert not changes.have_come()
    (package / "more.py").unlink()
    assert changes.have_come()


def test_what_an_editor_and_the_interpreter_write_beside_it_is_no_change(package: Path) -> None:
    changes = Changes(package)

    for name in (".__init__.py.swp", ".#plugin.py", "notes.txt~", "__pycache__/wrong.cpython-311.pyc"):
        path = package / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")

    assert not changes.have_come()


def test_it_is_read_anew_each_time(package: Path) -> None:
    before = as_it_lies(package.parent).manifest.name.within("en")
    manifest = package / "plugin.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("Lost and found", "Found"), encoding="utf-8"
    )

    assert (before, as_it_lies(package.parent).manifest.name.within("en")) == ("Lost and found", "Found")


def test_what_a_plugin_says_stands_in_the_terminal_once_with_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logging.getLogger("shequyun.plugins")
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", log.propagate)
    level = log.level
    try:
        echo.begin()
        echo.begin()
        log.info("%s", "seen\x1b[2J", extra={"plugin": "hello-x"})
    finally:
        log.setLevel(level)

    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(r" hello-x: seen\x1b[2J")
