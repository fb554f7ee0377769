"""How documents for who writes plugins are written: tables, and what a docstring or a model says."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

MADE = "\n*Made by `shequyun plugin docs`; what stands here is said in the code.*\n"


def joined(pieces: Iterable[str]) -> str:
    return "\n".join(pieces).rstrip() + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines)


def prose(thing: Any) -> str:
    return inspect.getdoc(thing) or ""


def fields(kind: type[BaseModel], parent: type[BaseModel], left_out: Sequence[str] = ()) -> str:
    known = {*parent.model_fields, *left_out, "community_id"}
    named = [name for name in kind.model_fields if name not in known]
    return ", ".join(f"`{name}`" for name in named) or "—"
