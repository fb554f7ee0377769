"""`shequyun plugin new|test|build`: a plugin begun outside the repository, tried, and made into a wheel that runs."""

import json
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app_shell.commands.voice import Mistake
from plugins.host.commands import plugin as command
from plugins.host.scaffold import TEMPLATE, begin
from plugins.sdk import events, read_manifest
from plugins.sdk.manifest_file import package_in
from plugins.testkit.x import X

ANSWERS = {"id": "lost-and-found", "module": "lost_and_found", "name_zh": "失物招领", "name_en": "Lost and found",
           "contact": "dev@example.org", "publisher": "失物招领小组", "license": "MIT"}  # fmt: skip


def typed(*words: str):
    return CliRunner().invoke(command, words, env={"SHEQUYUN_LANGUAGE": "en"})


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("begun") / "lost-and-found"
    begin(folder, ANSWERS)
    return folder


def test_everything_of_the_template_is_filled_in(project):
    files = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}
    left = [name for name in files if "{{" in name or name.endswith(".jinja")]
    texts = "".join((project / name).read_text(encoding="utf-8") for name in files)

    assert len(files) == len([path for path in TEMPLATE.rglob("*") if path.is_file()])
    assert {
        ".copier-answers.yml",
        ".github/workflows/check.yml",
        ".gitignore",
        "lost_and_found/plugin.toml",
        "tests/test_lost_and_found.py",
    } <= files
    assert not left
    assert "{{" not in texts
    assert "失物招领" in texts
    assert read_manifest(project / "lost_and_found").publisher == "失物招领小组"


def test_the_questions_of_copier_are_the_ones_that_are_answered():
    """`copier copy` fills in the same template."""
    asked = TEMPLATE.with_name("copier.yml").read_text(encoding="utf-8")

    assert {name for name in ANSWERS if f"\n{name}:\n" in asked} == set(ANSWERS)


def test_what_it_was_begun_with_is_kept_where_copier_looks_for_it(project):
    """A line each, of YAML: what follows from an answer is none."""
    named = "_answers_file: .copier-answers.yml\n"
    assert named in TEMPLATE.with_name("copier.yml").read_text(encoding="utf-8")

    lines = (project / ".copier-answers.yml").read_text(encoding="utf-8").splitlines()
    kept = {name: json.loads(said) for name, _, said in (one.partition(": ") for one in lines[1:])}

    assert lines[0].startswith("#")
    assert kept == {name: said for name, said in ANSWERS.items() if name != "module"}


def test_what_was_begun_has_no_fault_and_no_remark(project):
    said = json.loads(typed("check", str(project), "--json").output)

    assert (said["faults"], said["remarks"], said["level"]) == ([], [], "platinum")
    assert said["types_seen"]


@pytest.mark.parametrize("name", ["Lost", "x", "lost_and_found", "../lost"])
def test_a_name_that_is_no_id_is_refused(tmp_path, name):
    refused = typed("new", name, "--to", str(tmp_path))

    assert isinstance(refused.exception, Mistake)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "lost-and-found").mkdir()
    kept = tmp_path / "lost-and-found" / "mine.txt"
    kept.write_text("mine", encoding="utf-8")

    assert isinstance(typed("new", "lost-and-found", "--to", str(tmp_path)).exception, Mistake)
    assert [path.name for path in kept.parent.iterdir()] == ["mine.txt"]


def test_the_package_of_a_project_is_found(project, tmp_path):
    assert package_in(project) == project / "lost_and_found"
    assert package_in(project / "lost_and_found") == project / "lost_and_found"
    assert package_in(tmp_path) == tmp_path


@pytest.fixture(scope="module")
def site(project, tmp_path_factory) -> Path:
    """A folder in which the project's wheel lies unpacked, as an operator would have it."""
    made, site = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("site")
    said = typed("build", str(project), "--to", str(made), "--json")
    with zipfile.ZipFile(json.loads(said.output)["wheel"]) as wheel:
        wheel.extractall(site)
    return site


def test_a_wheel_has_its_languages_compiled_and_leaves_the_project_alone(project, site):
    assert [path.suffix for path in site.glob("lost_and_found/locales/en/LC_MESSAGES/*")] == [".mo"]
    assert [path.suffix for path in project.glob("lost_and_found/locales/en/LC_MESSAGES/*")] == [".po"]
    assert not list(project.glob("build")) + list(project.glob("*.egg-info"))


@pytest.mark.parametrize("where", ["inprocess", "worker"])
async def test_what_was_built_runs_outside_the_repository(x: X, site, monkeypatch, where):
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "lost_and_found", raising=False)
    x.run_mode(where)
    x.load(import_module("lost_and_found").plugin, greeting="你好")
    x.resident("王阿姨", consent=["welcome"])

    await x.emit(events.PersonRegistered(community_id="c1", person_id="王阿姨"))
    (card,) = await x.slot("resident.home.cards", lang="en")

    assert [one["said"] for one in x.host.sent.values()] == ["王阿姨，你好！"]
    assert card.body[0].text == "It is good to see you."


def test_what_is_no_project_is_not_built(tmp_path):
    assert isinstance(typed("build", str(tmp_path)).exception, Mistake)
