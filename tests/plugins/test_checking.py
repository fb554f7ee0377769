"""`shequyun plugin check`: what somebody who writes a plugin hears before anybody else does."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugins.host import types_seen
from plugins.host.commands import plugin as command
from tests.plugins.test_registering import GOOD, HEAD
from tests.plugins.test_the_manifest import BROUGHT, HELLO, line_of

ENGLISH = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "问候语"\nmsgstr "Greeting"\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "checked_plugin"
    found.mkdir()
    found.joinpath("plugin.toml").write_text(HELLO + BROUGHT, encoding="utf-8")
    found.joinpath("__init__.py").write_text(HEAD + GOOD, encoding="utf-8")
    words = found / "locales" / "en" / "LC_MESSAGES"
    words.mkdir(parents=True)
    words.joinpath("messages.po").write_text(ENGLISH, encoding="utf-8")
    yield found
    sys.modules.pop(found.name, None)


def check(folder: Path, *more: str):
    """Types are looked at where a test is about them: it takes its time."""
    more = more if "--types" in more else (*more, "--no-types")
    return CliRunner().invoke(command, ["check", str(folder), *more], env={"SHEQUYUN_LANGUAGE": "en"})


def test_a_plugin_without_fault_can_be_installed(folder):
    said = check(folder, "--import")

    assert said.exit_code == 0
    assert said.output.startswith("“Hello” can be installed.\n")


def test_the_level_says_what_the_next_one_asks_for(folder):
    said = check(folder).output

    assert "its level is none. The next asks for:" in said
    assert "it names its version and who hears of holes in it; it has tests." in said


def test_what_a_language_lacks_is_told_with_its_line(folder):
    for path in folder.rglob("*.po"):
        path.unlink()

    said = check(folder)

    assert said.exit_code == 1
    assert (
        "__init__.py:8: '问候语' is not said in en: add it to locales/en/LC_MESSAGES/messages.po"
        in said.output
    )


def test_a_sentence_for_a_message_is_looked_for_in_each_language_too(folder):
    code = HEAD + GOOD + '\n\ndef told(ctx: Context) -> object:\n    return ctx.both("办好了")\n'
    folder.joinpath("__init__.py").write_text(code, encoding="utf-8")

    assert "'办好了' is not said in en" in check(folder).output


def test_a_licence_nobody_knows_is_told(folder):
    said_so = HELLO.replace('license = "MIT"', 'license = "free for all"')
    folder.joinpath("plugin.toml").write_text(said_so, encoding="utf-8")

    assert "plugin.toml:6: license: 'free for all' is no SPDX licence" in check(folder).output


@pytest.mark.parametrize("name", ["hello_x", "elder_care", "service_hall", "delegates_reception"])
def test_the_bundled_plugins_reach_the_highest_level_that_files_show(name):
    house = Path(__file__).parents[2]
    tests = house / "tests" / "plugins" / "bundled" / f"test_{name}.py"

    said = json.loads(check(house / "plugins" / name, "--tests", str(tests), "--json").output)

    assert (said["faults"], said["remarks"], said["level"]) == ([], [], "platinum")


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


def test_what_the_code_does_and_the_manifest_has_no_words_for_is_remarked_at_the_line_of_the_code(folder):
    more = '\n\n@plugin.job(cron="0 3 * * *")\nasync def sweep(ctx: Context) -> None: ...\n'
    folder.joinpath("__init__.py").write_text(HEAD + GOOD + more, encoding="utf-8")

    said = json.loads(check(folder, "--import", "--json").output)

    line = (HEAD + GOOD + more).splitlines().index('@plugin.job(cron="0 3 * * *")') + 1
    assert said["faults"] == []
    assert (
        f"{folder}/__init__.py:{line}: sweep is a job, and [[contributes.jobs]] names no 'sweep'"
        in said["remarks"]
    )


def test_what_the_manifest_says_and_the_code_does_not_do_is_told_at_the_line_of_the_manifest(folder):
    code = GOOD.replace("async def tidy(", "async def tidy_up(")
    folder.joinpath("__init__.py").write_text(HEAD + code, encoding="utf-8")

    faults = json.loads(check(folder, "--import", "--json").output)["faults"]

    line = line_of(HELLO + BROUGHT, 'id = "tidy"')
    said = f"{folder}/plugin.toml:{line}: job 'tidy': no @plugin.job is called so; did you mean 'tidy_up'?"
    assert faults == [said]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import core_db.people\n", "core_db.people is the inside of the platform"),
        ("from plugins.host import looking\n", "plugins.host is the inside of the platform"),
        ("import time\n\nasync def f(ctx):\n    time.sleep(1)\n", "time.sleep holds everybody up"),
        ("from time import sleep\n\nasync def f(ctx):\n    sleep(1)\n", "time.sleep holds everybody up"),
        ("import os\n\nKEY = os.environ['KEY']\n", "os.environ holds nothing for a plugin: use its settings"),
        ("from os import environ as e\n\nKEY = e['KEY']\n", "os.environ holds nothing for a plugin"),
        (
            "from sqlmodel import create_engine\n\nit = create_engine('sqlite://')\n",
            "use ctx.store or ctx.tables",
        ),
        ("import subprocess\n\nsubprocess.Popen(['ls'])\n", "subprocess.Popen starts another process"),
        ("import os\n\nos.execv('/bin/ls', [])\n", "os.execv starts another process"),
        ("def broken(:\n", "it cannot be read"),
    ],
)
def test_what_will_not_do_is_remarked_upon(folder, code, said):
    folder.joinpath("more.py").write_text(code, encoding="utf-8")

    (remark,) = json.loads(check(folder, "--json").output)["remarks"]
    assert remark.startswith(f"{folder}/more.py:")
    assert said in remark


@pytest.mark.parametrize(
    "code",
    ["import os\n\nHERE = os.path.curdir\n", "from mine import create_engine\n\nit = create_engine()\n",
     "environ = {}\n\nit = environ['a']\n"],
)  # fmt: skip
def test_what_only_sounds_like_it_is_not_remarked_upon(folder, code):
    folder.joinpath("more.py").write_text(code, encoding="utf-8")

    assert json.loads(check(folder, "--json").output)["remarks"] == []


@pytest.mark.throughout
def test_types_are_looked_at_strictly_and_each_mistake_is_told_with_its_line(folder):
    folder.joinpath("more.py").write_text("def half(said):\n    return said\n", encoding="utf-8")
    folder.joinpath("__init__.py").write_text(
        HEAD + GOOD.replace("home.cards", "home.card"), encoding="utf-8"
    )

    said = json.loads(check(folder, "--types", "--json").output)

    line = (HEAD + GOOD).splitlines().index('@plugin.slot("resident.home.cards")') + 1
    assert said["types_seen"]
    assert [
        one for one in said["remarks"] if one.startswith(f"{folder}/__init__.py:{line}: mypy: Argument 1")
    ]
    assert [
        one for one in said["remarks"] if one.startswith(f"{folder}/more.py:1: mypy: Function is missing")
    ]


def test_where_no_checker_is_installed_it_is_said_that_nobody_looked_at_the_types(folder, monkeypatch):
    monkeypatch.setattr(types_seen, "CHECKER", "a_checker_nobody_installed")

    said = check(folder, "--types")

    assert said.exit_code == 0
    assert "mypy is not installed, so nobody looked at its types" in said.output
    assert not json.loads(check(folder, "--types", "--json").output)["types_seen"]


def test_that_any_host_has_to_be_approved_is_said_before_an_operator_says_it(folder):
    anywhere = HELLO.replace("\nlicense", '\nnetwork = ["*"]\nlicense', 1)
    folder.joinpath("plugin.toml").write_text(anywhere, encoding="utf-8")

    (remark,) = json.loads(check(folder, "--json").output)["remarks"]

    line = anywhere.splitlines().index('network = ["*"]') + 1
    assert remark.startswith(f"{folder}/plugin.toml:{line}: `*` is any website")
    assert "--any-host" in remark


def test_roles_are_something_the_platform_does(folder):
    role = (
        '\n[[contributes.roles]]\nid = "lead"\nname = { zh = "协调员", en = "Lead" }\ngrants = ["/pairs"]\n'
    )
    folder.joinpath("plugin.toml").write_text(HELLO + role, encoding="utf-8")

    assert json.loads(check(folder, "--json").output)["remarks"] == []
