"""A look through a plugin's code for what will not work here, or will hold everybody up: a courtesy, no protection.

What it looks for is written out below; nothing is run.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from core_db.foundation.lean import dataclass
from core_db.installs.sheets import ANY_HOST
from plugins.sdk.manifest import NAME, Manifest
from plugins.sdk.manifest_file import line_in

#: Not promised to plugins: what is inside changes with every release.
INSIDE = ("core_db", "app_shell", "resident_app", "committee_app", "plugins.host")
#: Calls that hold the loop up while they wait.
BLOCKING = frozenset({
    "time.sleep", "open", "requests.get", "requests.post", "urllib.request.urlopen", "socket.create_connection",
})  # fmt: skip
#: What a plugin has no business with, by the beginning of its name: why not, and what there is instead.
REACHING_OUT = {
    "os.environ": ("里没有给应用的东西：请用设置（plugin.settings）", "holds nothing for a plugin: use its settings"),
    "os.getenv": ("里没有给应用的东西：请用设置（plugin.settings）", "holds nothing for a plugin: use its settings"),
    **dict.fromkeys(
        ("sqlalchemy.create_engine", "sqlalchemy.ext.asyncio.create_async_engine", "sqlmodel.create_engine",
         "sqlite3.connect"),
        ("连不到平台的数据库：请用 ctx.store 或 ctx.tables",
         "reaches no database of the platform: use ctx.store or ctx.tables"),
    ),
    **dict.fromkeys(
        ("subprocess", "os.system", "os.popen", "os.fork", "os.exec", "os.spawn", "multiprocessing",
         "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
        ("会另起进程，平台管不到它：请不要用", "starts another process, which nobody here minds: do without"),
    ),
}  # fmt: skip


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
        known = _names_of(tree)
        found = [
            *_reaching_inside(path, tree), *_reaching_out(path, tree, known), *_holding_up(path, tree, known)
        ]  # fmt: skip
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


def _names_of(tree: ast.Module) -> Mapping[str, str]:
    """What each name of the file stands for, by its imports: `run` for `subprocess.run`."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {one.asname: one.name for one in node.names if one.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return known


def _whole(node: ast.AST, known: Mapping[str, str]) -> str:
    """A dotted name as it would be without imports; empty for what is none."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return ""
    first, dot, rest = ast.unparse(node).partition(".")
    return f"{known.get(first, first)}{dot}{rest}"


def _reaching_out(path: Path, tree: ast.Module, known: Mapping[str, str]) -> Iterator[Remark]:
    """The environment, a database, another process: once a line for each."""
    said = set()
    for node in ast.walk(tree):
        name = _whole(node, known)
        found = next((one for one in REACHING_OUT if _begins(name, one)), None)
        if found is None or (node.lineno, found) in said:  # type: ignore[attr-defined]
            continue
        said.add((node.lineno, found))  # type: ignore[attr-defined]
        zh, en = REACHING_OUT[found]
        yield Remark(path, node.lineno, f"{name} {zh}。", f"{name} {en}.")  # type: ignore[attr-defined]


def _begins(name: str, with_: str) -> bool:
    """`os.exec` and `os.spawn` are families of their own (`os.execv`); any other is a thing, and what is in it."""
    is_family = with_ in ("os.exec", "os.spawn")
    return name == with_ or name.startswith(with_ if is_family else f"{with_}.")


def _holding_up(path: Path, tree: ast.Module, known: Mapping[str, str]) -> Iterator[Remark]:
    for deed in ast.walk(tree):
        if not isinstance(deed, ast.AsyncFunctionDef):
            continue
        for node in ast.walk(deed):
            if isinstance(node, ast.Call) and (name := _whole(node.func, known)) in BLOCKING:
                yield Remark(
                    path, node.lineno, f"{name} 会让别人一起等：请写成 await ctx.run({name}, …)。",
                    f"{name} holds everybody up: write await ctx.run({name}, …).",
                )  # fmt: skip
