"""`shequyun plugin check`: what somebody who writes a plugin hears before anybody else does."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugins.host.commands import plugin as command
from tests.plugins.test_registering import GOOD, HEAD
from tests.plugins.test_the_manifest import HELLO


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "checked_plugin"
    found.mkdir()
    found.joinpath("plugin.toml").write_text(HELLO, encoding="utf-8")
    found.joinpath("__init__.py").write_text(HEAD + GOOD, encoding="utf-8")
    yield found
    sys.modules.pop(found.name, None)


def check(folder: Path, *more: str):
    return CliRunner().invoke(command, ["check", str(folder), *more], env={"SHEQUYUN_LANGUAGE": "en"})


def test_a_plugin_without_fault_can_be_installed(folder):
    said = check(folder, "--import")

    assert (said.exit_code, said.output) == (0, "“Hello” can be installed.\n")


def test_a_fault_of_the_manifest_is_told_with_file_and_line(folder):
    folder.joinpath("plugin.toml").write_text(HELLO.replace("license", "licens"), encoding="utf-8")

    said = check(folder)
    assert said.exit_code == 1
    assert f"{folder}/plugin.toml:6: licens: nobody knows this key; did you mean 'license'?" in said.output


def test_nothing_of_the_plugin_runs_unless_it_is_asked_for(folder, tmp_path):
    trace = tmp_path / "ran"
    folder.joinpath("__init__.py").write_text(f"open({str(trace)!r}, 'w').close()\n", encoding="utf-8")

    check(folder)
    assert not trace.exists()


def test_a_hook_that_cannot_work_is_told_with_its_line(folder):
    bad = HEAD + "@plugin.on(events.CaseClosed)\ndef late(ctx, event: events.CaseClosed): ...\n"
    folder.joinpath("__init__.py").write_text(bad, encoding="utf-8")

    said = json.loads(check(folder, "--import", "--json").output)
    assert said["faults"] == [
        f"{folder}/__init__.py:5: TypeError: late: write async def; what blocks goes through ctx.run"
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import core_db.people\n", "core_db.people is the inside of the platform"),
        ("from plugins.host import looking\n", "plugins.host is the inside of the platform"),
        ("import time\n\nasync def f(ctx):\n    time.sleep(1)\n", "time.sleep holds everybody up"),
        ("def broken(:\n", "it cannot be read"),
    ],
)
def test_what_will_not_do_is_remarked_upon(folder, code, said):
    folder.joinpath("more.py").write_text(code, encoding="utf-8")

    (remark,) = json.loads(check(folder, "--json").output)["remarks"]
    assert remark.startswith(f"{folder}/more.py:")
    assert said in remark
