"""Where a plugin's history of tables ends, read from the scripts without running them, and without Alembic.

A worker says it at each start, and Alembic would be most of what it imports.
"""

import ast
from pathlib import Path
from typing import Any

from plugins.sdk.tables.declared import BadTables

MIGRATIONS = "migrations"


def scripts_of(folder: Path) -> list[Path]:
    """The scripts beside a plugin's code. BadTables: there is none."""
    found = sorted(one for one in (folder / MIGRATIONS).glob("*.py") if one.name != "__init__.py")
    if not found:
        raise BadTables(f"there is no script in {MIGRATIONS}/: `shequyun plugin revise` writes one")
    return found


def head_of(folder: Path) -> str:
    """The revision that no other follows. BadTables: there is none, or several."""
    said = [_said_by(path) for path in scripts_of(folder)]
    followed: set[Any] = set()
    for _, before in said:
        followed |= {before} if isinstance(before, str) or before is None else set(before)
    heads = sorted({revision for revision, _ in said} - followed)
    if len(heads) != 1:
        raise BadTables(f"{MIGRATIONS}/ ends in {len(heads)} places: {', '.join(heads)}")
    return heads[0]


def _said_by(path: Path) -> tuple[str, Any]:
    try:
        lines = ast.parse(path.read_text(encoding="utf-8")).body
        said = dict(_assigned(line) for line in lines if isinstance(line, (ast.Assign, ast.AnnAssign)))
        return str(said["revision"]), said["down_revision"]
    except (SyntaxError, KeyError, ValueError) as fault:
        raise BadTables(f"{MIGRATIONS}/{path.name}: it does not say revision and down_revision") from fault


def _assigned(line: ast.Assign | ast.AnnAssign) -> tuple[str, Any]:
    target = line.targets[0] if isinstance(line, ast.Assign) else line.target
    name = target.id if isinstance(target, ast.Name) else ""
    wanted = name in ("revision", "down_revision") and line.value is not None
    return name, ast.literal_eval(line.value) if wanted and line.value is not None else None
