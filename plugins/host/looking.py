"""A look through a plugin's code for what will not work here, or will hold everybody up: a courtesy, no protection.

What it looks for is written out below; nothing is run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core_db.installs.sheets import ANY_HOST
from plugins.sdk.manifest import NAME, Manifest
from plugins.sdk.manifest_file import line_in

#: Not promised to plugins: what is inside changes with every release.
INSIDE = ("core_db", "app_shell", "resident_app", "committee_app", "plugins.host")
#: Calls that hold the loop up while they wait.
BLOCKING = frozenset({
    "time.sleep", "open", "requests.get", "requests.post", "urllib.request.urlopen", "subprocess.run",
    "socket.create_connection", "os.system",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to think about, with its place."""

    path: Path
    line: int
    zh: str
    en: str

    def within(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.en}"


def look_through(folder: Path) -> Iterator[Remark]:
    """Every remark on the Python files of a plugin, file by file, from the top."""
    for path in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError) as fault:
            line = getattr(fault, "lineno", None) or 1
            yield Remark(path, line, f"这个文件读不懂：{fault}", f"it cannot be read: {fault}")
            continue
        found = [*_reaching_inside(path, tree), *_holding_up(path, tree)]
        yield from sorted(found, key=lambda remark: remark.line)


def look_at_its_reach(folder: Path, manifest: Manifest) -> Iterator[Remark]:
    """What an operator will be asked about before it is installed."""
    if ANY_HOST in manifest.network:
        yield Remark(
            folder / NAME, line_in(folder, "network"),
            "“*”是任何网站：运维人员要用 --any-host 逐个版本同意，居委和居民会读到“任何网站”。能写出网址就请写出来。",
            "`*` is any website: an operator has to agree to each version with --any-host, and committees and residents"
            " read “any website”. Name the hosts if you can.",
        )  # fmt: skip


def _reaching_inside(path: Path, tree: ast.Module) -> Iterator[Remark]:
    for node in ast.walk(tree):
        names = _imported(node)
        for name in names:
            if name in INSIDE or name.startswith(tuple(f"{one}." for one in INSIDE)):
                yield Remark(
                    path, node.lineno, f"{name} 是平台内部的，随时会变：请只用 plugins.sdk。",  # type: ignore[attr-defined]
                    f"{name} is the inside of the platform and changes without notice: use plugins.sdk.",
                )  # fmt: skip


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def _holding_up(path: Path, tree: ast.Module) -> Iterator[Remark]:
    for deed in ast.walk(tree):
        if not isinstance(deed, ast.AsyncFunctionDef):
            continue
        for node in ast.walk(deed):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in BLOCKING:
                yield Remark(
                    path, node.lineno, f"{name} 会让别人一起等：请写成 await ctx.run({name}, …)。",
                    f"{name} holds everybody up: write await ctx.run({name}, …).",
                )  # fmt: skip
