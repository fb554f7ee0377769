"""A handling organisation's own work: what it has to sign for, what is in its hands, what waits to be verified.

An assisting unit goes by how far it is itself, not by how far the lead is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app_shell.words import _
from committee_app.desk import SHOWN, DeskPart
from committee_app.lists import LISTS
from committee_app.rows import NEXT_OF_HANDLER, rows_of
from core_db.cases import CaseFilter, CasePage, case_file, cases
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
    """What is in the organisation's hands: cases, and how far its own part of each is."""

    page: CasePage
    parts: Mapping[str, str]
    organisation: str


def handed_to_us(session: Session, *, actor: Actor, clock: Clock, lang: str) -> Handed:
    """The open cases handed to the actor's organisation, with its own part of each."""
    page = cases(session, CaseFilter(status=UNDER_WAY, limit=READ), actor=actor, clock=clock, lang=lang)
    mine = {
        row.id: case_file(session, row.id, actor=actor, clock=clock).dispatch_of(actor) for row in page.rows
    }
    ours = {case_id: one for case_id, one in mine.items() if one is not None}
    name = next((one.organisation_name for one in ours.values()), "")
    return Handed(page=page, parts={case_id: one.status for case_id, one in ours.items()}, organisation=name)


def inbox_parts(found: Handed, *, now: datetime, lang: str) -> list[DeskPart]:
    names = ("to-sign", "in-hand", "handed-in")
    return [_part(name, found, now=now, lang=lang) for name in names]


def _part(name: str, found: Handed, *, now: datetime, lang: str) -> DeskPart:
    kind = LISTS[name]
    chosen = [
        (_as_ours(view, found.parts[row.id]), row)
        for view, row in zip(found.page.items, found.page.rows, strict=True)
        if LIST_OF_PART.get(found.parts.get(row.id, "")) == name
    ]
    page = CasePage(items=[view for view, _row in chosen], rows=[row for _view, row in chosen], next=None)
    query = {"list": name}
    rows: Sequence[Any] = kind.order(
        rows_of(page, now=now, lang=lang, query=query, following=NEXT_OF_HANDLER)
    )
    return DeskPart(
        id=name, title=_(kind.title), what_to_do=_(kind.what_to_do) if kind.what_to_do else "",
        count=str(len(rows)), tone=kind.tone if rows else None, rows=rows[: 5 * SHOWN], all_href=f"/cases?list={name}",
    )  # fmt: skip


def _as_ours(view: dict[str, Any], part: str) -> dict[str, Any]:
    status = AS_STATUS.get(part)
    return view if status is None else {**view, "status": str(status)}
