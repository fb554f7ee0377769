"""A picture of each recorded result, drawn from its JSON alone: the same result gives the same bytes.

python -m bench pictures
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import floors
from bench.drawing import Bar, Panel, Picture, draw, number
from bench.recording import RESULTS
from bench.serving import HOUSE

PICTURES = HOUSE / "docs" / "pictures" / "bench"
MEMORY_MIB = floors.MEMORY_KIB // 1024
DATABASES = {
    "sqlite": "SQLite", "postgres": "PostgreSQL", "postgres-10-million": "PostgreSQL, ten million",
}  # fmt: skip
APPS = {"resident": "residents'", "committee": "committee's"}

Rows = Sequence[Mapping[str, Any]]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path, drawn in pictures().items():
        path.write_text(drawn, encoding="utf-8")
        print(path.relative_to(HOUSE))


def pictures() -> dict[Path, str]:
    """Each result's picture as it has to be, by where it stands."""
    results = sorted(RESULTS.glob("*.json"))
    return {PICTURES / f"{path.stem}.svg": draw(picture_of(json.loads(path.read_text()))) for path in results}


def picture_of(result: Mapping[str, Any]) -> Picture:
    name, _, database = result["name"].partition("-")
    title, panels_of = DRAWN[name]
    if database:
        title = f"{title}: {DATABASES[database]}"
    at = datetime.fromisoformat(result["at"])
    source = (f"{at.day} {at:%B %Y} · {result['commit'][:8]}", result["command"])
    return Picture(title, list(panels_of(result["rows"], database)), source)


def one(label: str, value: float, unit: str = "", *, floor: float | None = None, more: str = "") -> Bar:
    return Bar(label, (value,), f"{number(value)}{f' {unit}' if unit else ''}{more}", floor)


def two(label: str, first: float, second: float, *, floor: float | None = None, more: str = "") -> Bar:
    return Bar(label, (first, second), f"{number(first)} → {number(second)}{more}", floor)


def percentiles(whose: str, row: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Bar]:
    """Only the 95th has a floor."""
    for key, said in names.items():
        yield one(f"{whose}, {said}", row[key], "ms", floor=floors.LIVE_MS if said == "p95" else None)


# -- what is drawn of each --------------------------------------------------------------------------


def rates(rows: Rows, database: str) -> Iterator[Panel]:
    """The floor of PostgreSQL is half of SQLite's: docs/decisions/0010."""
    said = {
        "bare": "bare endpoint", "submit": "submit a case", "list": "list of 50 as JSON", "page": "list of 50 as a page",
    }  # fmt: skip
    part = 0.5 if database == "postgres" else 1
    bare = rows[0]["per second"]
    bars = [
        one(
            said[row["what"]], row["per second"], floor=row["floor"] * part * bare or None,
            more=f" · 1/{row['per second'] and bare / row['per second']:.1f}" if row is not rows[0] else "",
        )
        for row in rows
    ]  # fmt: skip
    yield Panel("per second, 32 clients · as a part of bare", "a second", bars, "at least")
    waits = [two(said[row["what"]], row["p50 ms"], row["p99 ms"], more=" ms") for row in rows]
    yield Panel("until the answer", "ms", waits, key=("p50", "p99"))


def growth(rows: Rows, _database: str) -> Iterator[Panel]:
    small, large = (key for key in rows[0] if key.startswith("p95"))
    bars = [
        two(row["what"], row[small], row[large], floor=row["floor"] * row[small], more=f" ms · × {number(row['ratio'])}")
        for row in rows
    ]  # fmt: skip
    key = tuple(f"{one.removeprefix('p95 ms at ')} cases" for one in (small, large))
    yield Panel("p95, one client", "ms", bars, f"at most {rows[0]['floor']} ×", key=(key[0], key[1]))


def register(rows: Rows, _database: str) -> Iterator[Panel]:
    said = {
        "letters": "pinyin or initials", "group": "group of tag and age", "person page": "somebody's page",
        "nobody": "a name nobody has",
    }  # fmt: skip

    def told(what: str) -> str:
        asked, _, where = what.partition(" in ")
        return said.get(asked, asked) + (f", {where.removeprefix('a ')}" if where else "")

    bars = [
        two(
            told(row["what"]), row["p95 ms of a tenth"], row["p95 ms"], floor=row["floor"], more=" ms"
        )
        for row in rows
    ]  # fmt: skip
    for heading, floor in (("p95, one caller", 100), ("p95, one caller: groups", 500)):
        held = (
            [bar for bar in bars if (bar.floor or 0) > 100]
            if floor > 100
            else [bar for bar in bars if (bar.floor or 0) <= 100]
        )
        yield Panel(heading, "ms", held, "at most", key=("a tenth of the register", "all of it"))


def live(rows: Rows, _database: str) -> Iterator[Panel]:
    names = {"POST→frame p50 ms": "p50", "p95": "p95", "p99": "p99"}
    bars = [bar for row in rows for bar in percentiles(APPS[row["app"]], row, names)]
    yield Panel("from POST sent to frame heard", "ms", bars, f"at most {floors.LIVE_MS} ms")
    held = [one(APPS[row["app"]], row["KiB each"], "KiB", floor=floors.SOCKET_KIB) for row in rows]
    yield Panel("memory of an idle socket", "KiB", held, f"at most {floors.SOCKET_KIB} KiB")


def pages(rows: Rows, _database: str) -> Iterator[Panel]:
    names = {"answer→shown p50 ms": "p50", "p95": "p95", "p99": "p99"}
    bars = [bar for row in rows for bar in percentiles(row["page"], row, names)]
    yield Panel("from POST answered to page changed", "ms", bars, f"at most {floors.LIVE_MS} ms")


def fanout(rows: Rows, _database: str) -> Iterator[Panel]:
    app, bound, ratio = rows
    names = {"app": "the residents' app", "pre-framed": "the same bytes, framed before"}
    for key, heading in (
        ("until the last p50 ms", "until the last socket has it, middle"),
        ("CPU ms an event", "computing of who tells"),
    ):
        bars = [one(names[row["what"]], row[key], "ms") for row in (app, bound)]
        yield Panel(f"{heading}, {app['sockets']:,} sockets", "ms", bars)
    bars = [
        one(said, ratio[key], "×", floor=ratio["floor"])
        for key, said in (
            ("until the last p50 ms", "until the last has it"),
            ("CPU ms an event", "computing"),
        )
    ]
    yield Panel(f"app ÷ bound · aimed at {ratio['goal']}", "×", bars, f"at most {ratio['floor']} ×")


def kill(rows: Rows, _database: str) -> Iterator[Panel]:
    row = rows[0]
    keys = ("acknowledged", "stored", "asked again", "lost", "duplicated", "answered differently")
    bars = [one(key, row[key], floor=0 if key in keys[3:] else None) for key in keys]
    yield Panel(f"submissions, {row['kills']} kills", "submissions", bars, "to be none")


def overload(rows: Rows, _database: str) -> Iterator[Panel]:
    row = rows[0]
    rates = {
        "all it can do": row["capacity/s"], "sent": row["capacity/s"] * row["offered ×"], "served": row["served/s"],
    }  # fmt: skip
    yield Panel("submissions a second", "a second", [one(said, value) for said, value in rates.items()])
    waits = [
        one("served", row["p99 served ms"], "ms", floor=floors.OVERLOAD_MS),
        one("refused", row["p99 refused ms"], "ms"),
    ]
    yield Panel("until the answer, p99", "ms", waits, f"at most {floors.OVERLOAD_MS} ms")
    again = one("all served at once again", row["recovery s"], "s", floor=floors.RECOVERY_S)
    yield Panel("after the load", "s", [again], f"at most {floors.RECOVERY_S} s")


def memory(rows: Rows, _database: str) -> Iterator[Panel]:
    bars = [
        two(APPS[row["app"]], row["MiB once it answers"], row["MiB then"], floor=MEMORY_MIB) for row in rows
    ]
    key = ("once it answers", "after some thousand pages")
    yield Panel("resident memory of one process", "MiB", bars, f"at most {MEMORY_MIB} MiB at first", key=key)


def plugins(rows: Rows, _database: str) -> Iterator[Panel]:
    bars = [one(row["what"], row["median_us"], "µs", floor=row["at_most_us"]) for row in rows]
    yield Panel("the middle of a call", "µs", bars, "at most")


def chaos(rows: Rows, _database: str) -> Iterator[Panel]:
    bars = [
        two(row["deed"], row["GET p50 ms"], row["GET p99 ms"], floor=floors.CHAOS_MS, more=" ms")
        for row in rows
    ]
    yield Panel(
        "who only reads, by what the plugin does",
        "ms",
        bars,
        f"p99 at most {floors.CHAOS_MS} ms",
        key=("p50", "p99"),
    )


def sealed(rows: Rows, _database: str) -> Iterator[Panel]:
    said = {
        "sealed": "with sealed numbers",
        "without": "with a keyring that opens nothing",
        "more": "for sealing",
    }
    bars = [
        one(said[row["what"]], row["p50 ms"], "ms", floor=floors.SEALED_MS if row["what"] == "more" else None)
        for row in rows
    ]
    yield Panel("p50 of a page", "ms", bars, f"at most {number(floors.SEALED_MS)} ms")


def audit(rows: Rows, _database: str) -> Iterator[Panel]:
    bars = [
        one(
            row["what"],
            row["µs each"],
            "µs",
            floor=floors.VERIFY_A_MILLION_S if row["what"] == "verified" else None,
        )
        for row in rows
    ]
    yield Panel("an event", "µs", bars, f"at most {number(floors.VERIFY_A_MILLION_S)} µs")


def sheets(rows: Rows, _database: str) -> Iterator[Panel]:
    bars = [one(row["step"], row["seconds"], "s") for row in rows]
    both = one("read and applied", sum(row["seconds"] for row in rows[:2]), "s", floor=floors.SHEET_S)
    yield Panel("each step", "s", [both, *bars], f"at most {number(floors.SHEET_S)} s")
    held = [one(row["step"], row["peak MiB together"], "MiB", floor=floors.SHEET_MIB) for row in rows]
    yield Panel("memory, child included", "MiB", held, f"at most {number(floors.SHEET_MIB)} MiB")
    waits = [one(row["step"], row["another's write waits, p95 ms"], "ms") for row in rows]
    yield Panel("another's write waits, p95", "ms", waits)


#: Of each bench, by the beginning of its result's name.
DRAWN: Mapping[str, tuple[str, Callable[[Rows, str], Iterator[Panel]]]] = {
    "audit": ("The record of deeds", audit),
    "chaos": ("Beside a plugin that does it all wrong", chaos),
    "fanout": ("A fact told to everybody", fanout),
    "growth": ("As cases grow many", growth),
    "http": ("Rates of one process", rates),
    "kill": ("Killed outright in a storm", kill),
    "live": ("Live: who listens", live),
    "memory": ("Memory", memory),
    "overload": ("More than it can do", overload),
    "pages": ("Live: who looks at a page", pages),
    "plugins": ("What a plugin's call costs", plugins),
    "register": ("Finding people in the register", register),
    "sealed": ("A page of people, numbers sealed", sealed),
    "sheets": ("A large table read in", sheets),
}
