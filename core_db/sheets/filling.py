"""Filling somebody else's empty table: cells below his headings, his widths and styles kept, nothing that comes alive.

The file is a stranger's: it is opened in a child, after its zip was checked, and what is written is text or a number.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core_db.foundation.apart import Apart
from core_db.sheets.refusal import SheetRefused

MOST_TEMPLATE: Final = 1024 * 1024
APART: Final = Apart("core_db.sheets.template", patience=30.0)
Value = str | float


def columns_in(template: bytes, headings: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which column of a template takes which key, by what its heading may be called; those not found are left out."""
    found: dict[str, int] = _apart(matched, template, {key: [*names] for key, names in headings.items()})
    return found


def filled_in(
    template: bytes,
    headings: Mapping[str, Sequence[str]],
    rows: Sequence[Mapping[str, Value]],
    *,
    mark: str = "",
) -> bytes:
    """The template with a row each; what it has no column for is put at its right end, under its first name."""
    names = {key: [*said] for key, said in headings.items()}
    made: bytes = _apart(filled, template, names, [dict(row) for row in rows], mark)
    return made


def _apart(work: Any, template: bytes, *given: Any) -> Any:
    if len(template) > MOST_TEMPLATE:
        raise SheetRefused("样表超过 1 MB。", "the template is larger than 1 MB.")
    try:
        return APART.run(work, template, *given)
    finally:
        APART.close()


# -- in the child, which alone loads the library ----------------------------------------------------


def matched(template: bytes, headings: dict[str, list[str]]) -> dict[str, int]:
    """Runs in the child: the columns by their keys."""
    from core_db.sheets.template import columns

    return columns(template, headings)


def filled(template: bytes, headings: dict[str, list[str]], rows: list[dict[str, Value]], mark: str) -> bytes:
    """Runs in the child: the filled table."""
    from core_db.sheets.template import with_rows

    return with_rows(template, headings, rows, mark)
