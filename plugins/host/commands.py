"""`shequyun plugin …`: what somebody who writes a plugin types; what an operator types stands in `operating`.

The commands in here look at files alone: no database is opened and, but for `check --import`, no code of a plugin is
run.
"""

import importlib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer

from app_shell.commands.voice import Json, answer, answer_json, language, out
from core_db.foundation.lean import dataclass
from plugins.host import (
    approving,
    foreseeing,
    kit_commands,
    migrating,
    operating,
    quality,
    revising,
    tracing,
)  # fmt: skip
from plugins.host.fact_schemas import schemas
from plugins.host.keys import described
from plugins.host.looking import Remark, look_at_its_reach, look_through
from plugins.host.types_seen import can_see_types, look_at_types
from plugins.sdk.agreeing import Disagreement, disagreements
from plugins.sdk.manifest import NAME, Manifest
from plugins.sdk.manifest_file import BadManifest, Fault, line_in, package_in, read_manifest
from plugins.sdk.plugin import Plugin

plugin = typer.Typer(help="应用 / plugins", no_args_is_help=True)
kit_commands.join(plugin)
plugin.command()(operating.install)
plugin.command("list")(operating.list_)
plugin.command()(operating.enable)
plugin.command()(operating.disable)
plugin.command("approve-duty")(approving.approve_what_is_duty)
plugin.command()(operating.stop)
plugin.command()(operating.resume)
plugin.command()(tracing.trace)
plugin.command()(operating.replay)
plugin.command()(foreseeing.check_upgrade)
plugin.command()(foreseeing.offers)
plugin.command()(migrating.migrate)
plugin.command()(revising.revise)
plugin.command()(operating.uninstall)
Folder = Annotated[
    Path, typer.Argument(help="应用所在的目录 / the plugin's folder", exists=True, file_okay=False)
]


class Described(StrEnum):
    """What there is a schema of."""

    MANIFEST = "manifest"
    EVENTS = "events"


@plugin.command()
def check(
    folder: Folder,
    imported: Annotated[
        bool, typer.Option("--import", help="也导入代码，检查各个钩子 / import it and look at its hooks")
    ] = False,
    tests: Annotated[
        Path | None, typer.Option("--tests", help="测试在哪里 / its tests, if not beside it")
    ] = None,
    types: Annotated[
        bool, typer.Option(help="装了 mypy 的话，用 --strict 看类型 / mypy --strict, where it is installed")
    ] = True,
    json: Json = False,
) -> None:
    """检查 plugin.toml 和代码 / Look at plugin.toml and at the code; every fault with file and line."""
    tests = tests or folder / "tests"
    seen = _looked_over(package_in(folder), tests, imported=imported, types=types)
    if json:
        answer_json({
            "faults": [str(fault) for fault in seen.faults], "remarks": [str(remark) for remark in seen.remarks],
            "types_seen": seen.sees_types,
            "level": "none" if seen.looked is None else quality.level_of(seen.looked),
        })  # fmt: skip
    else:
        _print(seen.faults, seen.remarks)
    if seen.faults:
        raise typer.Exit(1)
    if seen.looked is not None and not json:
        _say_it_is_sound(seen.looked, imported=imported, misses_types=types and not seen.sees_types)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What there is to say of a plugin; `looked` is None where its plugin.toml cannot be read."""

    faults: list[Fault]
    remarks: list[Remark]
    looked: quality.Looked | None
    sees_types: bool


def _looked_over(folder: Path, tests: Path, *, imported: bool, types: bool) -> _Seen:
    manifest, faults = _read(folder)
    remarks = list(look_through(folder))
    looked = None
    if manifest is not None:
        faults += quality.faults_of_words(folder, manifest)
        faults += revising.faults_of_scripts(folder, manifest)
        remarks += look_at_its_reach(folder, manifest)
        looked = quality.looked_at(folder, manifest, tests)
    if manifest is not None and imported:
        found = _import(folder)
        faults += found if isinstance(found, list) else [
            *_disagreements(folder, found), *revising.faults_of_tables(folder, found),
        ]  # fmt: skip
        remarks += [] if isinstance(found, list) else _unnamed(folder, found)
    if sees_types := types and can_see_types():
        remarks += look_at_types(folder)
    return _Seen(faults=faults, remarks=remarks, looked=looked, sees_types=sees_types)


def _say_it_is_sound(looked: quality.Looked, *, imported: bool, misses_types: bool) -> None:
    """It can be installed; and what nobody looked at."""
    zh, en = looked.manifest.name.within("zh"), looked.manifest.name.within("en")
    answer(f"“{zh}”可以安装。", f"“{en}” can be installed.", json=False)
    if not imported:
        answer(
            "代码没有导入：加 --import 再看每个钩子。",
            "Its code was not imported: --import looks at each hook.",
            json=False,
        )
    if misses_types:
        answer(
            "没有装 mypy，类型没有看：pip install mypy。",
            "mypy is not installed, so nobody looked at its types: pip install mypy.",
            json=False,
        )
    _say_level(looked)


@plugin.command()
def schema(
    what: Annotated[
        Described, typer.Argument(help="manifest：plugin.toml；events：每种事件 / plugin.toml, or every fact")
    ] = Described.MANIFEST,
) -> None:
    """plugin.toml 或各种事件的 JSON Schema / the JSON Schema of plugin.toml, for editors, or of every fact."""
    made = described(Manifest.model_json_schema()) if what is Described.MANIFEST else schemas()
    out().file.write(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n")


def _read(folder: Path) -> tuple[Manifest | None, list[Fault]]:
    try:
        return read_manifest(folder), []
    except BadManifest as bad:
        return None, bad.faults


def _import(folder: Path) -> Plugin | list[Fault]:
    """The plugin, or what importing it finds wrong: a hook that cannot be registered, or whatever the import raised."""
    sys.path.insert(0, str(folder.resolve().parent))
    try:
        found = getattr(importlib.import_module(folder.resolve().name), "plugin", None)
    except Exception as fault:
        return [_where_it_broke(folder, fault)]
    finally:
        sys.path.pop(0)
    if not isinstance(found, Plugin):
        return [Fault(folder / "__init__.py", 1, "there is no `plugin = Plugin(__name__)`")]
    return found


def _disagreements(folder: Path, found: Plugin) -> list[Fault]:
    """In what its code is not what its plugin.toml says, at the line of the one that says it."""
    return [Fault(*_place_of(folder, one), one.said) for one in disagreements(found) if not one.is_remark]


def _unnamed(folder: Path, found: Plugin) -> list[Remark]:
    """What it does and its plugin.toml has no words for: the committee reads the function's name instead."""
    return [
        Remark(*_place_of(folder, one), f"居委会看到的是函数名：{one.said}", one.said)
        for one in disagreements(found)
        if one.is_remark
    ]


def _place_of(folder: Path, one: Disagreement) -> tuple[Path, int]:
    if one.deed is None:
        return folder / NAME, line_in(folder, *one.way)
    return Path(one.deed.__code__.co_filename), one.deed.__code__.co_firstlineno


def _where_it_broke(folder: Path, fault: Exception) -> Fault:
    """The innermost line of the plugin itself."""
    own, trace = (folder / "__init__.py", 1), fault.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(folder.resolve()):
            own = (file, trace.tb_lineno)
        trace = trace.tb_next
    return Fault(*own, f"{type(fault).__name__}: {fault}")


def _say_level(looked: quality.Looked) -> None:
    """How far it has come, and what the next level asks for."""
    zh, en = quality.LEVEL_WORDS[quality.level_of(looked)]
    missed = quality.lacking(looked)
    wanted = [one for one in missed if one.level == missed[0].level]
    more_zh, more_en = "；".join(one.zh for one in wanted), "; ".join(one.en for one in wanted)
    answer(
        f"从文件看，等级是{zh}。" + (f"下一级还差：{more_zh}。" if wanted else ""),
        f"As far as files show, its level is {en}." + (f" The next asks for: {more_en}." if wanted else ""), json=False,
    )  # fmt: skip


def _print(faults: list[Fault], remarks: list[Remark]) -> None:
    for fault in faults:
        out().print(str(fault))
    for remark in remarks:
        out().print(f"{remark.path}:{remark.line}: {remark.within(language())}")
