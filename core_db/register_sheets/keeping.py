"""A row of a table between two looks at it: what it says, does or lacks, sealed in one piece."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import keyring_of
from core_db.people import RegisterField, RowPlan, RowSaid, Step, field_of
from core_db.register_sheets.model import ROWS, RegisterSheet, row_place
from core_db.register_sheets.words import Verdict


@dataclass(slots=True)
class Kept:
    """What is known of a row."""

    said: RowSaid | None = None
    #: Who is in it, of a row that could not be read further.
    name: str = ""
    steps: list[Step] = field(default_factory=list)
    conflicts: list[Step] = field(default_factory=list)
    like: list[str] = field(default_factory=list)
    moves_in: bool = False
    #: Column → what is wrong in it, in both languages; the column "" is the row.
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Conflicts in which the table is right.
    take: list[str] = field(default_factory=list)
    #: Fields that wait for a second person, or will.
    waits: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        return orjson.dumps(self, option=orjson.OPT_NON_STR_KEYS).decode()

    @classmethod
    def from_json(cls, text: str) -> "Kept":
        kept = orjson.loads(text)
        kept["said"] = RowSaid.from_plain(kept["said"]) if kept["said"] else None
        for name in ("steps", "conflicts"):
            kept[name] = [Step(field_of(one["field"]), one["before"], one["after"]) for one in kept[name]]
        return cls(**kept)


def row_of(
    session: Session, sheet: RegisterSheet, number: int, verdict: Verdict, kept: Kept, person_id: str | None
) -> dict[str, Any]:  # fmt: skip
    """The row as it is stored."""
    row_id = new_id()
    return {
        "id": row_id, "sheet_id": sheet.id, "community_id": sheet.community_id, "number": number, "verdict": verdict,
        "person_id": person_id, "may_be_known": bool(kept.like), "has_conflict": bool(kept.conflicts),
        "said_sealed": sealed(session, kept, row_id, sheet.community_id),
    }  # fmt: skip


def sealed(session: Session, kept: Kept, row_id: str, community_id: str) -> bytes:
    place = row_place(row_id, community_id)
    return keyring_of(session).seal(session, kept.as_json(), place, FieldClass.F2)


def kept_in(session: Session, row: Any) -> Kept:
    """What a row says, to be planned, compared or shown masked."""
    place = row_place(row.id, row.community_id)
    return Kept.from_json(keyring_of(session).unseal(session, row.said_sealed, place).in_the_clear())


def verdict_of(plan: RowPlan) -> Verdict:
    if plan.wrong is not None:
        return Verdict.REFUSED
    if plan.is_new:
        return Verdict.NEW
    return Verdict.CHANGED if plan.changes or plan.conflicts else Verdict.UNCHANGED


def said_earlier(
    session: Session, ids: Sequence[str], *, sheet_id: str
) -> dict[str, Mapping[RegisterField, str]]:
    """What rows of a table before these say of people who are new with it, each with what later ones changed."""
    said: dict[str, dict[RegisterField, str]] = {}
    takes_part = (ROWS.c.sheet_id == sheet_id) & ROWS.c.verdict.in_((Verdict.NEW, Verdict.CHANGED))
    statement = select(ROWS).where(takes_part, ROWS.c.person_id.in_(ids)).order_by(ROWS.c.number)
    for row in session.execute(statement):
        kept = kept_in(session, row)
        values = kept.said.values if row.verdict is Verdict.NEW and kept.said is not None else {}
        said[row.person_id] = {**said.get(row.person_id, {}), **values} | {
            one.field: one.after for one in kept.steps if isinstance(one.field, RegisterField)
        }
    return {**said}


def kept_of(plan: RowPlan, waiting: Collection[str]) -> Kept:
    """What a plan is remembered by."""
    steps = plan.steps
    return Kept(
        said=plan.said, steps=steps, conflicts=plan.conflicts, like=plan.like, moves_in=plan.moves_in,
        waits=[str(one.field) for one in steps if one.field in waiting],
    )  # fmt: skip
