"""What a drill measured, kept for whoever reads it afterwards: a file for each, in a folder that a variable names."""

import json
import os
from pathlib import Path
from typing import Any


def keep_figures(name: str, found: Any) -> None:
    """Keep `found` as `{name}.json` where `SHEQUYUN_DRILL_NOTES` says; nowhere if it says nothing.

    The folder is made: a drill of an hour does not end by having nowhere to write to.
    """
    if folder := os.environ.get("SHEQUYUN_DRILL_NOTES"):
        where = Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        said = json.dumps(found, ensure_ascii=False, indent=1)
        (where / f"{name}.json").write_text(said, encoding="utf-8")
