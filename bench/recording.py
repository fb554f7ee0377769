"""Figures as a table on the screen and as JSON in `bench/results`, with date, commit and command."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def record(name: str, rows: list[dict[str, Any]], note: str = "") -> None:
    """Print a table and keep it; the newest run of a name replaces the one before."""
    _print(name, rows, note)
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "name": name, "at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": _commit(),
        "command": f"python -m bench {_asked()}", "note": note, "rows": rows,
    }  # fmt: skip
    (RESULTS / f"{name}.json").write_text(
        json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _asked() -> str:
    """As somebody else would type it: a folder of this machine is none of theirs."""
    return " ".join("FOLDER" if Path(one).is_absolute() else one for one in sys.argv[1:])


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def _print(name: str, rows: list[dict[str, Any]], note: str) -> None:
    heads = list(rows[0])
    cells = [[str(row.get(head, "")) for head in heads] for row in rows]
    widths = [max(len(head), *(len(row[n]) for row in cells)) for n, head in enumerate(heads)]
    print(f"\n{name}: {note}")
    for line in [heads, *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
