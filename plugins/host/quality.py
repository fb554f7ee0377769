"""How far a plugin has come, as far as files show it: its languages, its licence, its level, what the next asks for.

Bronze to platinum are the platform's own words for it. What only people can judge (a manual that helps, a review of
its safety) is not seen here, and no level says it was done.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from core_db.foundation.lean import dataclass
from plugins.host.looking import look_through
from plugins.sdk.manifest import NAME, Manifest
from plugins.sdk.manifest_file import Fault
from plugins.testkit.sentences import unsaid


@dataclass(frozen=True, slots=True)
class Looked:
    """A plugin's folder, what it says of itself, and its tests as text."""

    folder: Path
    manifest: Manifest
    tests: str


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a level asks for, in both languages, and how it is seen."""

    level: str
    zh: str
    en: str
    is_met: Callable[[Looked], bool]


CONTRACT = "PluginContract"
LEVELS = ("bronze", "silver", "gold", "platinum")
LEVEL_WORDS = {"none": ("未达标", "none"), "bronze": ("铜", "bronze"), "silver": ("银", "silver"),
               "gold": ("金", "gold"), "platinum": ("白金", "platinum")}  # fmt: skip


def _said_in_both(looked: Looked) -> bool:
    manifest = looked.manifest
    words = [manifest.name, manifest.summary, *(one.text for one in manifest.purposes)]
    words += [one.text for one in manifest.contributes.templates]
    return all(one is not None and one.zh and one.en for one in words)


def _handles_what_it_keeps(looked: Looked) -> bool:
    code = _code(looked.folder)
    return not looked.manifest.data.stores_personal or (
        "on_subject_export" in code and "on_subject_erase" in code
    )


def _code(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))


def _changed_shapes_are_tried(looked: Looked) -> bool:
    return "version: ClassVar" not in _code(looked.folder) or ".upgrade(" in looked.tests


def _is_documented(looked: Looked) -> bool:
    return all(_opens_with_words(path) for path in looked.folder.rglob("*.py"))


def _opens_with_words(path: Path) -> bool:
    try:
        return bool(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))))
    except (SyntaxError, UnicodeDecodeError):
        return False


def _is_typed(looked: Looked) -> bool:
    return any((place / "py.typed").exists() for place in (looked.folder, looked.folder.parent))


WANTS: Sequence[Want] = (
    Want("bronze", "plugin.toml 中英文齐全", "plugin.toml says everything in both languages", _said_in_both),
    Want("bronze", "写明版本和安全联系人", "it names its version and who hears of holes in it",
         lambda one: bool(one.manifest.version and one.manifest.security_contact)),
    Want("bronze", "每句话都有中英文", "every sentence is said in both languages",
         lambda one: not unsaid(one.folder)),
    Want("bronze", "不用平台内部的东西，不往外伸手，也不让别人等",
         "it uses nothing from inside, reaches for nothing outside and holds nobody up",
         lambda one: not list(look_through(one.folder))),
    Want("bronze", "有测试", "it has tests",
         lambda one: "def test_" in one.tests or CONTRACT in one.tests),
    Want("silver", "测试里有 PluginContract", "its tests inherit PluginContract",
         lambda one: CONTRACT in one.tests),
    Want("silver", "存了居民的数据就交得出、删得掉", "what it keeps of people it hands out and erases",
         _handles_what_it_keeps),
    Want("gold", "改过的数据结构有升级测试", "shapes that changed have a test of their upgrade",
         _changed_shapes_are_tried),
    Want("gold", "每个文件开头说明它做什么", "every file opens with what it does", _is_documented),
    Want("platinum", "两种运行方式都支持", "it runs within the platform and in a worker",
         lambda one: {"inprocess", "worker"} <= set(one.manifest.run.modes)),
    Want("platinum", "带类型（py.typed）", "it is typed (py.typed)", _is_typed),
)  # fmt: skip


def looked_at(folder: Path, manifest: Manifest, tests: Path | None) -> Looked:
    return Looked(folder, manifest, "" if tests is None or not tests.exists() else _tests_in(tests))


def _tests_in(place: Path) -> str:
    return place.read_text(encoding="utf-8") if place.is_file() else _code(place)


def lacking(looked: Looked) -> list[Want]:
    """What is not met, from the lowest level up."""
    return [one for one in WANTS if not one.is_met(looked)]


def level_of(looked: Looked) -> str:
    """The highest level of which, and of all below, nothing is lacking; `none`: not even the first."""
    missed = {one.level for one in lacking(looked)}
    reached = "none"
    for level in LEVELS:
        if level in missed:
            return reached
        reached = level
    return reached


def faults_of_words(folder: Path, manifest: Manifest) -> Iterator[Fault]:
    """A licence nobody knows, and sentences that a language lacks."""
    try:
        canonicalize_license_expression(manifest.license)
    except InvalidLicenseExpression:
        yield Fault(
            folder / NAME,
            _line_of(folder / NAME, "license"),
            f"license: {manifest.license!r} is no SPDX licence",
        )
    for path, line, sentence, lang in unsaid(folder):
        yield Fault(
            path,
            line,
            f"{sentence!r} is not said in {lang}: add it to locales/{lang}/LC_MESSAGES/messages.po",
        )


def _line_of(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(key)), 1)
