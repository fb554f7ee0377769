"""The product's own code, read once for all who look at it."""

import ast
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PACKAGES = ("core_db", "app_shell", "resident_app", "committee_app", "plugins")


@cache
def modules() -> Mapping[str, ast.Module]:
    """Every module of the product by its path within the house."""
    paths = [path for package in PACKAGES for path in sorted((HOUSE / package).rglob("*.py"))]
    return {path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def nodes(tree: ast.AST) -> Sequence[ast.AST]:
    """Every node of a module: many rules look through the same."""
    return list(ast.walk(tree))
