"""A handling organisation's own work: what it has to sign for, what is in its hands, what waits to be verified.

An assisting unit goes by how far it is itself, not by how far the lead is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from committee_app.desk import SHOWN, DeskPart, part_of
from committee_app.lists import LISTS
from committee_app.rows import NEXT_OF_HANDLER, Drawing, row_of
from core_db.cases import CaseFilter, CasePage, OwnPart, cases, own_parts
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock

READ = 100
UNDER_WAY = ("dispatched", "signed", "in_progress", "handled", "suspended", "verified")
#: How far our own part is → the list it stands in.
LIST_OF_PART: Mapping[str, str] = {
    "dispatched": "to-sign", "signed": "in-hand", "in_progress": "in-hand", "handled": "handed-in",
}  # fmt: skip
#: How far our part is → what the committee would call a case of which we are the lead.
AS_STATUS: Mapping[str, CaseStatus] = {
    "dispatched": CaseStatus.DISPATCHED, "signed": CaseStatus.SIGNED, "in_progress": CaseStatus.IN_PROGRESS,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What is in the organisation's hands: cases, and its own part of each."""

    page: CasePage
    parts: Mapping[str, OwnPart]

    @property
    def organisation(self) -> str:
        return next((part.organisation for part in self.parts.values()), "")

    def is_in(self, case_id: str, name: str) -> bool:
        part = self.parts.get(case_id)
        return part is not None and LIST_OF_PART.get(part.status) == name


def handed_to_us(session: Session, *, actor: Actor, clock: Clock, lang: str) -> Handed:
    """The open cases handed to the actor's organisation, with its own part of each."""
    page = cases(session, CaseFilter(status=UNDER_WAY, limit=READ), actor=actor, clock=clock, lang=lang)
    parts = own_parts(session, [row.id for row in page.rows], actor=actor, clock=clock)
    return Handed(page=page, parts=parts)


def inbox_parts(found: Handed, drawing: Drawing, *, now: datetime) -> list[DeskPart]:
    names = ("to-sign", "in-hand", "handed-in")
    return [_part(name, found, drawing, now=now) for name in names]


def _part(name: str, found: Handed, drawing: Drawing, *, now: datetime) -> DeskPart:
    rows = LISTS[name].order([
        row_of(
            _as_ours(view, found.parts[row.id].status), row, now=now, lang=drawing.lang, kept=f"list={name}",
            following=NEXT_OF_HANDLER,
        )
        for view, row in zip(found.page.items, found.page.rows, strict=True)
        if found.is_in(row.id, name)
    ])  # fmt: skip
    return part_of(name, rows[: 5 * SHOWN], str(len(rows)), drawing)


def _as_ours(view: dict[str, Any], part: str) -> dict[str, Any]:
    status = AS_STATUS.get(part)
    return view if status is None else {**view, "status": str(status)}
