"""The golden cells: what each cell of the matrix is expected to give, one line each, read by a person.

`authz.lock.csv` is written by nobody but a person: `python -m tests.security.missing` prints the lines that are
missing or differ, and whoever has judged them puts them in.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from tests.security.chosen import Key
from tests.security.matrix import Cell

LOCK = Path(__file__).with_name("authz.lock.csv")
HEADINGS = ["app", "method", "route", "role", "relation", "outcome"]


def locked(path: Path = LOCK) -> dict[Key, str]:
    """The expected outcome of each cell."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {tuple(row[:-1]): row[-1] for row in rows}


def lines(cells: Iterable[Cell]) -> list[list[str]]:
    return sorted([*cell.key, cell.outcome] for cell in cells)


def missing(cells: Iterable[Cell], known: dict[Key, str]) -> list[str]:
    """The lines a person has to judge: of cells that the lock does not know."""
    return [",".join(row) for row in lines(cells) if tuple(row[:-1]) not in known]


def different(cells: Iterable[Cell], known: dict[Key, str]) -> list[str]:
    """Cells that give something else than they should."""
    return [
        f"{','.join(row)} (locked: {known[tuple(row[:-1])]})"
        for row in lines(cells)
        if known.get(tuple(row[:-1]), row[-1]) != row[-1]
    ]


def surplus(cells: Iterable[Cell], known: dict[Key, str]) -> list[str]:
    """Lines of routes, roles or relations that are no more."""
    there = {cell.key for cell in cells}
    return [",".join((*key, outcome)) for key, outcome in known.items() if key not in there]
