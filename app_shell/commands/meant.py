"""Which neighbourhood the rows of a table are about: the one that is named, those the rows name, or the only one."""

from collections.abc import Sequence
from dataclasses import field
from typing import Annotated

import typer

from app_shell.commands.house import EVERYTHING, community_with_code
from app_shell.commands.voice import Mistake, note
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.places import PlaceKind, place_with_code, sole_community
from core_db.sheets import RowRefused, SheetRow, code_from

#: What the column may be called that says whose row it is.
HEADINGS = ("居村代码", "居村委代码", "居委代码", "居委会代码", "村委会代码", "社区代码")
CommunityMeant = Annotated[
    str | None,
    typer.Option(
        "--community", metavar="CODE",
        help="居村的 12 位代码；只有一个居村或表中有“居村代码”列时可省 / "
        "the neighbourhood's 12-digit code; not needed where there is one, or a column 居村代码",
    ),
]  # fmt: skip


@dataclass
class Meant:
    """The rows of a table by the neighbourhood they are about, each in the table's order."""

    rows: dict[str, list[SheetRow]] = field(default_factory=dict)
    refused: list[RowRefused] = field(default_factory=list)
    #: The column that said so.
    column: str | None = None


def meant_by(door: Door, rows: Sequence[SheetRow], headings: Sequence[str], said: str | None) -> Meant:
    """Whose rows they are; a row that names none, or one that is not there, is refused."""
    if said is not None:
        return Meant({community_with_code(door, said): [*rows]})
    column = next((one for one in HEADINGS if one in headings), None)
    if column is not None:
        return _by_column(door, rows, column)
    sole = door.read_now(sole_community, reach=EVERYTHING)
    if sole is None:
        raise Mistake(
            "不知道是哪个居村：请写 --community 代码，或者在表中加一列“居村代码”。",
            "Whose table is it? Say --community CODE, or add a column 居村代码 to it.",
        )
    return Meant({sole.id: [*rows]})


def _by_column(door: Door, rows: Sequence[SheetRow], column: str) -> Meant:
    meant, ids = Meant(column=column), dict[str, str | None]()
    for row in rows:
        code = code_from(row.cells.get(column))
        if code not in ids:
            ids[code] = _id_of(door, code)
        community_id = ids[code]
        if community_id is None:
            meant.refused.append(_refusal(row, column, code))
        else:
            meant.rows.setdefault(community_id, []).append(row)
    return meant


def _id_of(door: Door, code: str) -> str | None:
    found = door.read_now(lambda session: place_with_code(session, code), reach=EVERYTHING)
    return found.id if found is not None and found.kind is PlaceKind.COMMUNITY else None


def _refusal(row: SheetRow, column: str, code: str) -> RowRefused:
    if not code:
        return RowRefused(row.number, f"{column}：没有填。", f"{column}: is empty.")
    zh, en = f"没有代码为 {code} 的居村。", f"there is no neighbourhood with the code {code}."
    return RowRefused(row.number, f"{column}：{zh}", f"{column}: {en}")


def tell_left(columns: Sequence[str], *, json: bool) -> None:
    """Say which columns nothing was taken from: a forgotten `reply=` would lose all answers without a word."""
    if columns and not json:
        names = "、".join(columns)
        note(
            f"没有用到的列：{names}。要用的话，请写 --map 字段=表头。",
            f"Columns nothing was taken from: {names}. Where you want one, say --map field=heading.",
        )
