"""Every way out for whole tables: which routes hand out files, what they ask, and which of it forgot to ask who.

A file is found by how it leaves: as an attachment, under a name, as a table, in pieces, or as anything that is not
known to be none. What is behind it has to begin by asking who wants it.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]
WEB = ("committee_app", "resident_app", "app_shell")
#: What makes a table or an archive of somebody's rows, and where in the core it may be called.
MAKERS = frozenset({
    "DictWriter", "Workbook", "ZipFile", "csv", "filled_in", "offered_sheet", "openpyxl", "with_faults", "write_rows",
    "writer", "xlsxwriter", "zipfile",
})  # fmt: skip
#: What an answer calls itself that is a whole table, however it is shown.
TABLES = frozenset({"text/csv", "application/zip", "application/vnd.ms-excel"})
#: Answers that are files whatever they hold, and the one that is what it says it is.
OF_FILES, ANY = frozenset({"FileResponse", "StreamingResponse"}), "Response"
#: What an answer may say it is without being a file; whatever else is said, or worked out, is one.
NO_FILES = frozenset({
    "application/json", "application/manifest+json", "application/problem+json", "image/jpeg", "image/png",
    "image/svg+xml", "text/html", "text/plain",
})  # fmt: skip
#: Where `Response` is told what it is, if not by name.
FOURTH = 3
#: What is shown under a name and is no table: a picture, to whoever sees the case it belongs to.
ONE_PICTURE = 'filename="photo.jpg"'
#: Files with nothing of anybody in them.
EMPTY = frozenset({"empty_template"})
#: Each raises unless the actor may; the last is a guarded use case in whose place another begins.
GUARDS = ("require", "_must_be_the_house", "report_here")
#: What a guard may need to look up first; by itself it lets nobody in.
LOOKED_UP = ("get", "is_id", "place_of", "_place", "scope_of")


@dataclass(frozen=True)
class WayOut:
    """A function of an app that hands out a file, and the use cases it asks for it."""

    where: str
    use_cases: tuple[Any, ...]
    is_empty: bool


def ways_out() -> Iterator[WayOut]:
    for path in sorted(one for app in WEB for one in (HOUSE / app).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and hands_out(node):
                module = importlib.import_module(".".join(path.relative_to(HOUSE).with_suffix("").parts))
                asked = tuple(getattr(module, name) for name in asked_for(node))
                yield WayOut(f"{module.__name__}.{node.name}", asked, bool(EMPTY & set(called_in(node))))


def hands_out(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether somebody's request is answered with a file here."""
    if "work" not in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}:
        return False
    said = [
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    as_file = any(one.startswith("attachment") or ("filename=" in one and ONE_PICTURE not in one) or one in TABLES
                  for one in said)  # fmt: skip
    return as_file or bool({"workbook", "excel"} & set(called_in(node))) or any(map(is_file, ast.walk(node)))


def is_file(node: ast.AST) -> bool:
    """An answer that comes as a file by itself, or says that it is something that is not known to be none."""
    if isinstance(node, ast.Dict):
        return any(
            isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" for key in node.keys
        )
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).rpartition(".")[2]
    said = [one.value for one in node.keywords if one.arg == "media_type"]
    said += node.args[FOURTH : FOURTH + 1] if name == ANY else []
    is_told = any(getattr(one, "value", None) not in NO_FILES for one in said)
    return name in OF_FILES or (name.endswith(ANY) and is_told)


def asked_for(node: ast.AST) -> Iterator[str]:
    """The use cases of `work.read(it, …)` and `work.write(it, …)`."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and ast.unparse(one.func) in ("work.read", "work.write"):
            yield ast.unparse(one.args[0])


def called_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            yield ast.unparse(one.func).rpartition(".")[2]
        if isinstance(one, ast.Name) and one.id in EMPTY:
            yield one.id


def makers_in_the_core() -> set[str]:
    """The modules of the core that make files."""
    found = set()
    for path in (HOUSE / "core_db").rglob("*.py"):
        is_toolbox = path.is_relative_to(HOUSE / "core_db" / "sheets")
        if not is_toolbox and MAKERS & set(imported_in(ast.parse(path.read_text(encoding="utf-8")))):
            found.add(path.relative_to(HOUSE / "core_db").with_suffix("").as_posix())
    return found


def imported_in(tree: ast.Module) -> Iterator[str]:
    """What a module brings from the sheets and from other toolboxes, as a whole or piece by piece."""
    for one in ast.walk(tree):
        source = one.module or "" if isinstance(one, ast.ImportFrom) else ""
        is_toolbox = source.startswith("core_db.sheets") or source.partition(".")[0] in MAKERS
        if isinstance(one, ast.Import) or (isinstance(one, ast.ImportFrom) and is_toolbox):
            yield from (alias.name for alias in one.names)


def unguarded(source: str) -> list[str]:
    """Functions that hand out whole tables and do not begin by asking who wants them."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not is_guarded(node)
    ]


def is_guarded(node: ast.FunctionDef) -> bool:
    if "actor" not in {argument.arg for argument in node.args.kwonlyargs}:
        return False
    for statement in node.body:
        if isinstance(getattr(statement, "value", None), ast.Constant):
            continue
        if is_guard(statement):
            return True
        if not is_look_up(statement):
            return False
    return False


def is_guard(statement: ast.stmt) -> bool:
    """A right that is required of the actor, or a refusal of everybody whose own it is not."""
    said = ast.unparse(statement)
    if isinstance(statement, ast.If):
        raises = any(isinstance(one, ast.Raise) for one in statement.body)
        # Each of several may refuse by itself: of what has to be true together the one is no guard.
        is_either = isinstance(statement.test, ast.BoolOp) and isinstance(statement.test.op, ast.Or)
        ways = statement.test.values if is_either else [statement.test]
        return raises and any(refuses_a_stranger(one) for one in ways)
    value = getattr(statement, "value", None)
    name = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
    # A fresh code says that it is he, and lets everybody in who has one.
    return "actor" in said and name.startswith(GUARDS) and name != "require_fresh"


def refuses_a_stranger(test: ast.expr) -> bool:
    said = ast.unparse(test)
    return (isinstance(test, ast.Compare) and said.endswith("!= actor.id")) or said.startswith(
        "not works_at(actor"
    )


def is_look_up(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Assign):
        return False
    calls = [
        ast.unparse(one.func).rpartition(".")[2] for one in ast.walk(statement) if isinstance(one, ast.Call)
    ]
    return all(one in LOOKED_UP or one.endswith(("_in_sight", "_kept")) for one in calls)


def source_of(use_case: Any) -> str:
    return inspect.getsource(use_case)
