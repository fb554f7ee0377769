"""The fields of every answer: which role gets which of them, one line for each set of fields that the same roles get.

`keys.lock.csv` is read by a person like the lock of outcomes. `python -m tests.security.keys` prints it as it would
stand now: judge what differs, then put it in. Where a field stands for each of several things its place is `[]`.
"""

import csv
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from core_db.foundation.clock import RehearsedClock
from tests.conftest import START
from tests.databases import SqliteDatabases
from tests.security.matrix import Cell
from tests.security.stage import Stage, make_world
from tests.town import found_town

LOCK = Path(__file__).with_name("keys.lock.csv")
HEADINGS = ["app", "method", "route", "roles", "fields"]
#: The published document: the same for everybody, and what it says of answers has tests of its own.
DOCUMENT = "/openapi.json"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")
#: App, method, route, role.
Asked = tuple[str, str, str, str]
Fields = Mapping[Asked, Set[str]]


def fields_of(value: Any, at: str = "") -> Iterator[str]:
    """Where something stands in an answer: `items[].place.label`; things that go by an id by none of them."""
    if isinstance(value, list) and value:
        for one in value:
            yield from fields_of(one, f"{at}[]")
    elif isinstance(value, dict) and value:
        for name, one in value.items():
            yield from fields_of(one, f"{at}.{_ID.sub('{id}', name)}".removeprefix("."))
    else:
        yield at


def fields_by_role(cells: Iterable[Cell]) -> Fields:
    """By who asked what: all fields that any of his answers had."""
    found: dict[Asked, set[str]] = defaultdict(set)
    for cell in cells:
        is_json = cell.answer.header("content-type").startswith("application/json")
        if cell.is_done and is_json and cell.answer.body and cell.route != DOCUMENT:
            found[cell.key[:4]] |= set(fields_of(json.loads(cell.answer.body)))
    return found


def lines(found: Fields) -> list[list[str]]:
    """As they stand in the lock: fields that the same roles get share a line."""
    roles: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for (*route, role), fields in found.items():
        for field in fields:
            roles[(*route, field)].add(role)  # type: ignore[index]
    shared: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (*route, field), got_by in roles.items():
        shared[(*route, "; ".join(sorted(got_by)))].append(field)
    return sorted([*line, " ".join(sorted(fields))] for line, fields in shared.items())


def locked() -> Fields:
    known: dict[Asked, set[str]] = defaultdict(set)
    with LOCK.open(encoding="utf-8", newline="") as file:
        for app, method, route, roles, fields in list(csv.reader(file))[1:]:
            for role in roles.split("; "):
                known[app, method, route, role] |= set(fields.split(" "))
    return known


def beyond(found: Fields, known: Fields) -> list[str]:
    """Fields that somebody gets and should not, for all that was judged."""
    return sorted(
        f"{' '.join(asked)}: {field}"
        for asked, got in found.items()
        for field in got - known.get(asked, set())
    )


def main() -> None:
    """Print the lock as it would stand now."""
    with tempfile.TemporaryDirectory() as kept, redirect_stdout(sys.stderr):
        world_in = Path(kept) / "world"
        world_in.mkdir()
        with SqliteDatabases(Path(kept), found_town).fresh(world_in) as url:
            stage = Stage(url, world_in, make_world(url, world_in, RehearsedClock(START)))
            rows = lines(fields_by_role(stage.cells))
            stage.close()
    csv.writer(sys.stdout, lineterminator="\n").writerows([HEADINGS, *rows])


if __name__ == "__main__":
    main()
