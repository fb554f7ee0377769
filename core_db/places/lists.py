"""Lists of divisions as files: one line per neighbourhood with the town and the district above it."""

from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import ValidationError

from core_db.foundation.drafts import faults_of
from core_db.places.drafts import DivisionDraft, Edition
from core_db.sheets import RowRefused, SheetRefused, SheetRow, code_from, line_from, rows_of

#: The list that comes with the product: 宝山区 as the statistics bureau published it.
BAOSHAN = "310113"
EDITION_2023 = Edition(source="stats.gov.cn 2023", valid_from=date(2023, 6, 30))

#: What a column may be called, by the field it fills.
COLUMNS = {
    "code": ("code", "代码", "区划代码", "统计用区划代码"),
    "name": ("name", "名称", "居村", "居村委会"),
    "town_code": ("town_code", "street_code", "街镇代码"),
    "town": ("town", "street", "街镇", "街道"),
    "district_code": ("district_code", "area_code", "区代码"),
    "district": ("district", "area", "区"),
}


def read_divisions(
    path: Path, *, district: str | None = None
) -> tuple[list[DivisionDraft], list[RowRefused]]:
    """The neighbourhoods of a list, those of one district if it is named, and the rows that make no sense."""
    drafts: list[DivisionDraft] = []
    refused: list[RowRefused] = []
    columns: dict[str, str] = {}
    for row in rows_of(path):
        columns = columns or _columns(row)
        typed = {field: _cell(row, columns[field], field) for field in COLUMNS}
        if district is not None and typed["district_code"] != district:
            continue
        try:
            drafts.append(DivisionDraft(**typed))
        except ValidationError as error:
            field, (zh, en) = next(iter(faults_of(error).items()))
            refused.append(RowRefused(row.number, f"{columns[field]}：{zh}", f"{columns[field]}: {en}"))
    return drafts, refused


def shipped_divisions() -> list[DivisionDraft]:
    """宝山区: 13 towns and 567 neighbourhoods."""
    with as_file(files("core_db.places") / "data" / "baoshan_2023.csv") as path:
        return read_divisions(path)[0]


def _columns(row: SheetRow) -> dict[str, str]:
    found = {
        field: next((name for name in names if name in row.cells), "") for field, names in COLUMNS.items()
    }
    if missing := [names[0] for field, names in COLUMNS.items() if not found[field]]:
        raise SheetRefused(f"缺少列：{'、'.join(missing)}。", f"columns are missing: {', '.join(missing)}.")
    return found


def _cell(row: SheetRow, column: str, field: str) -> str:
    cell = row.cells[column]
    return code_from(cell) if field.endswith("code") else line_from(cell)
