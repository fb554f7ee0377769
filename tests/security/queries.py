"""Every parameter of an address that either app reads: what a scan for injected statements has to ask.

`python -m tests.security.queries` prints those that are not in `sqlmap.csv` yet.
"""

import csv
import inspect
import sys
from collections.abc import Iterator
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from app_shell.routing import walk
from committee_app.api.asked import CaseQuery
from committee_app.reading import Narrowed

LIST = Path(__file__).with_name("sqlmap.csv")
#: On either database it was asked on a day, or on none since it is listed.
DATABASES = ("sqlite", "postgres")
HEADINGS = ["app", "method", "route", "parameter", *DATABASES]
Query = tuple[str, str, str, str]
#: Read from the address by hand; each is looked up in what is known, and never put together with anything.
BY_HAND = {
    ("committee", "GET", "/cases", "ids"),
    ("committee", "WS", "/live", "after"), ("committee", "WS", "/live", "ticket"),
    ("resident", "WS", "/live", "after"), ("resident", "WS", "/live", "ticket"),
}  # fmt: skip
#: What reads a whole filter from the address, for whichever handler calls it by this name.
READERS = {
    "narrowed_by": tuple(one.name for one in fields(Narrowed)), "asked": tuple(CaseQuery.model_fields),
}  # fmt: skip


def queries_of(name: str, app: FastAPI) -> Iterator[Query]:
    """(app, method, route, parameter), whoever of the route's dependencies reads it."""
    yield from (one for one in sorted(BY_HAND) if one[0] == name)
    for method, path, route in walk(app.routes):
        dependant = getattr(route, "dependant", None)
        if dependant is not None:
            filters = [READERS[one] for one in called_in(route) if one in READERS]
            for parameter in sorted({*read_by(dependant), *chain(*filters)}):
                yield name, method, path, parameter


def called_in(route: Any) -> tuple[str, ...]:
    """The names that a route's handler itself speaks of."""
    code = getattr(inspect.unwrap(getattr(route, "endpoint", walk)), "__code__", None)
    names: tuple[str, ...] = code.co_names if code is not None else ()
    return names


def read_by(dependant: Any) -> Iterator[str]:
    for one in dependant.query_params:
        kind = one.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (field.alias or name for name, field in kind.model_fields.items())
        else:
            yield one.alias
    for below in dependant.dependencies:
        yield from read_by(below)


def listed() -> dict[Query, dict[str, str]]:
    """What is listed, and by database when it was asked; empty where it was not since it is listed."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return {
            (row["app"], row["method"], row["route"], row["parameter"]): {one: row[one] for one in DATABASES}
            for row in csv.DictReader(file)
        }


def main() -> int:
    from committee_app.main import create_app as committees
    from resident_app.main import create_app as residents

    known = listed()
    found = [*queries_of("resident", residents()), *queries_of("committee", committees())]
    lines = [f"{','.join(one)},," for one in found if one not in known]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
