"""Ask each parameter of an address whether a statement can be put into it: with sqlmap, which is no part of this house.

    python -m venv /tmp/sqlmap && /tmp/sqlmap/bin/pip install sqlmap
    python -m tests.security.scan --with /tmp/sqlmap/bin/sqlmap --on postgres

`--of q --of text` asks parameters of these names alone, `--before 2026-12-01` all that were not asked since then.

The world of `tests/security` is served on loopback, and what a request writes is undone (`hall.py`). Two planted ways
in have to be named first; a scan that misses one of them is worth nothing, and ends with 2. Then each address that has
a parameter without a day in `sqlmap.csv` is asked as whoever the lock lets in (`beginnings.py`), and the day of each
that was asked to its end is written there. Whatever sqlmap names is printed, and so are answers of 500 and above, and
this ends with 1: try it by hand, for sqlmap is wrong now and then, and knows no language but SQL. What is told by
delay is not asked: a busy machine delays too.
"""

import argparse
import csv
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from core_db.foundation.clock import LOCAL, RehearsedClock, local_date
from tests.conftest import START
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.security.beginnings import Route, asked_with, begun_with, knock_at
from tests.security.hall import Hall, Knock, planted_routes
from tests.security.queries import HEADINGS, LIST, Query, listed
from tests.security.stage import Stage, make_world
from tests.town import found_town

CONTROLS: tuple[Query, ...] = (
    ("committee", "GET", "/planted/sort", "sort"), ("committee", "GET", "/planted/q", "q"),
)  # fmt: skip
BUILT = {"sqlite": "sqlite", "postgres": "postgresql"}
HOW = (
    "--batch", "--level=3", "--risk=2", "--technique=BEU", "--threads=1", "--ignore-redirects", "--ignore-code=*",
    "--skip-waf", "--drop-set-cookie", "--flush-session", "--disable-coloring", "--timeout=60",
)  # fmt: skip
#: What sqlmap says of a parameter that it asked to its end, and of one that it has a way into.
NOTHING = re.compile(r"parameter '([^']+)' does not seem to be injectable")
NAMED = re.compile(r"^Parameter: (.+) \(GET\)$", re.M)


@dataclass(frozen=True)
class Verdict:
    """Which parameters were asked to their end, and which of them let something in."""

    asked: frozenset[str]
    named: frozenset[str]
    #: How many answers were a fault of ours: what was typed may have become part of something, though of no statement.
    faults: int = 0


def verdict_of(said: str) -> Verdict:
    """What sqlmap came to; whatever it says neither of was not asked to its end."""
    named = frozenset(NAMED.findall(said))
    return Verdict(frozenset(NOTHING.findall(said)) | named, named)


class Scan:
    """sqlmap before a hall."""

    def __init__(self, hall: Hall, program: str, database: str, folder: Path) -> None:
        self.hall, self.program, self.database, self.folder = hall, program, database, folder

    def ask(self, route: Route, names: Sequence[str]) -> Verdict:
        """All parameters that are taken together in one run; each that is refused beside them in one of its own."""
        knock = knock_at(self.hall.stage.world, route)
        taken, refused = begun_with(self.hall.stage.world, knock, names, self._tried)
        runs = [(taken, [name for name in names if name in taken])]
        runs += [(taken | {name: word}, [name]) for name, word in refused.items()]
        verdicts = [self._run(knock, words, asked) for words, asked in runs if asked]
        return Verdict(
            frozenset().union(*(one.asked for one in verdicts)),
            frozenset().union(*(one.named for one in verdicts)),
            sum(one.faults for one in verdicts),
        )

    def _tried(self, knock: Knock, words: dict[str, str]) -> tuple[int, bytes]:
        return self.hall.status_of(knock, asked_with(words))

    def _run(self, knock: Knock, words: dict[str, str], names: Sequence[str]) -> Verdict:
        status, _body = self._tried(knock, words)
        self.hall.answered.clear()
        begun, address = time.monotonic(), f"http://127.0.0.1:{self.hall.port}/?{asked_with(words)}"
        kept = (f"--output-dir={self.folder}", f"--dbms={BUILT[self.database]}")
        order = [self.program, "-u", address, "-p", ",".join(names), *HOW, *kept]
        said = subprocess.run(
            order, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        ).stdout
        faults = sum(count for answer, count in self.hall.answered.items() if answer >= 500)
        verdict = replace(verdict_of(said), faults=faults)
        self._tell(knock, status, verdict, names, time.monotonic() - begun)
        with (self.folder / f"{self.database}.log").open("a", encoding="utf-8") as log:
            log.write(f"== {knock.app} {knock.method} {knock.ask.path} {names}\n{said}\n")
        return verdict

    def _tell(
        self, knock: Knock, status: int, verdict: Verdict, names: Sequence[str], seconds: float
    ) -> None:
        left = sorted(set(names) - verdict.asked)
        sys.stdout.write(
            f"{knock.app} {knock.method} {knock.ask.path} as {knock.role}, begun with {status}: {', '.join(names)}\n"
            f"  named {sorted(verdict.named)}, not asked to the end {left},"
            f" answers {dict(self.hall.answered)}, {seconds:.0f} s\n"
        )
        sys.stdout.flush()


@contextmanager
def hall_on(database: str, folder: Path) -> Iterator[Hall]:
    """The world on one database, with the planted ways in at the committee's app."""
    with ExitStack() as kept:
        made_in = folder / "world"
        made_in.mkdir()
        databases: SqliteDatabases | PostgresDatabases
        if database == "sqlite":
            databases = SqliteDatabases(folder, found_town)
        else:
            databases = PostgresDatabases(folder, found_town)
            kept.callback(databases.close)
        url = kept.enter_context(databases.fresh(made_in))
        stage = Stage(url, made_in, make_world(url, made_in, RehearsedClock(START)))
        kept.callback(stage.close)
        routes = stage.apps["committee"].router.routes
        routes[:] = [*planted_routes().routes, *routes]
        yield kept.enter_context(Hall(stage).open())


def wanted(database: str, before: str, only: Sequence[str]) -> Iterator[tuple[Route, list[str]]]:
    """Each address with its parameters of which one was not asked, or not since that day."""
    known = listed()
    for route, queries in groupby(sorted(known), key=lambda query: query[:3]):
        every = list(queries)
        late = [one[3] for one in every if known[one][database] < (before or "2")]
        if late and (not only or set(only) & set(late)):
            yield route, [name for name in late if not only or name in only]


def write_down(route: Route, names: frozenset[str], database: str, day: str) -> None:
    """The day of what was asked; the list is read anew, for a scan of the other database may write beside this one."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if (row["app"], row["method"], row["route"]) == route and row["parameter"] in names:
            row[database] = day
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--with", dest="program", required=True, help="where sqlmap lies")
    parser.add_argument("--on", choices=list(BUILT), default="sqlite")
    parser.add_argument(
        "--of", action="append", default=[], help="parameters of this name alone; again for more"
    )
    parser.add_argument("--before", default="", help="ask again what was last asked before this day")
    parser.add_argument("--minutes", type=float, default=24 * 60, help="begin no other address after so many")
    return parser.parse_args()


def main() -> int:
    asked, found = asked_for(), 0
    ends = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory() as folder, hall_on(asked.on, Path(folder)) as hall:
        scan = Scan(hall, asked.program, asked.on, Path(folder))
        for *route, name in CONTROLS:
            if name not in scan.ask((route[0], route[1], route[2]), [name]).named:
                sys.stderr.write(f"{route[2]} was planted and not named: nothing is believed\n")
                return 2
        for at, names in wanted(asked.on, asked.before, asked.of):
            if time.monotonic() > ends:
                break
            verdict = scan.ask(at, names)
            found += len(verdict.named) + verdict.faults
            if not verdict.faults:
                day = local_date(datetime.now(LOCAL)).isoformat()
                write_down(at, verdict.asked - verdict.named, asked.on, day)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
