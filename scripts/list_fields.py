"""Which column is of which class and how it is kept, as `docs/fields.csv`: `python -m scripts.list_fields`."""

import csv
import io
import sys
from pathlib import Path

from sqlalchemy import Column

from core_db.migrations.tables import all_tables

LIST = Path(__file__).resolve().parent.parent / "docs" / "fields.csv"


def listed() -> str:
    """One line for each column: table, column, class, and whether it is readable, sealed, findable or a digest."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("table", "column", "class", "kept"))
    for table in sorted(all_tables().tables.values(), key=lambda table: table.name):
        for column in table.columns:
            lines.writerow((table.name, column.name, column.info["field_class"].value, _kept(column)))
    return out.getvalue()


def _kept(column: "Column[object]") -> str:
    if "sealed" in column.info:
        return "sealed"
    if "blind_of" in column.info:
        return f"blind index of {column.info['blind_of']}"
    return "digest" if column.info.get("digest") else "readable"


if __name__ == "__main__":
    LIST.write_text(listed(), encoding="utf-8")
    sys.stdout.write(f"{LIST.name}: {listed().count(chr(10)) - 1} columns\n")
