"""A handling organisation's own work: what it has to sign for, what is in its hands, what waits to be verified.

An assisting unit goes by how far it is itself, not by how far the lead is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from committee_app.desk import SHOWN, DeskPart, part_of
from committee_app.lists import AT_WORK, LISTS
from committee_app.rows import NEXT_OF_HANDLER, CaseRow, Drawing, row_of
from core_db.cases import CasePage, OwnPart, cases, own_part_counts, own_parts
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass

READ = 100
IN_THE_INBOX = ("to-sign", "in-hand", "handed-in")


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What is in the organisation's hands: its lists, its own part of each case, and how many there are."""

    lists: Mapping[str, CasePage]
    parts: Mapping[str, OwnPart]
    counts: Mapping[tuple[str, str], int]

    @property
    def organisation(self) -> str:
        return next((part.organisation for part in self.parts.values()), "")


def handed_to_us(session: Session, *, actor: Actor, clock: Clock, lang: str) -> Handed:
    """The open cases handed to the actor's organisation, with its own part of each."""
    now = clock.now()
    lists = {
        name: cases(session, LISTS[name].filter_at(now, limit=READ), actor=actor, clock=clock, lang=lang)
        for name in IN_THE_INBOX
    }
    ids = [row.id for page in lists.values() for row in page.rows]
    return Handed(
        lists=lists, parts=own_parts(session, ids, actor=actor, clock=clock),
        counts=own_part_counts(session, actor=actor, clock=clock),
    )  # fmt: skip


def inbox_parts(found: Handed, drawing: Drawing, *, now: datetime) -> list[DeskPart]:
    return [_part(name, found, drawing, now=now) for name in IN_THE_INBOX]


def _part(name: str, found: Handed, drawing: Drawing, *, now: datetime) -> DeskPart:
    page = found.lists[name]
    # Between the two questions a case may have been given to another: it is nobody's here any more.
    rows = [
        _row(name, view, row, found.parts[row.id], drawing, now=now)
        for view, row in zip(page.items, page.rows, strict=True)
        if row.id in found.parts
    ]
    # What rests until a day is nobody's next thing to do.
    rows.sort(key=lambda row: row.clock is not None and row.clock.state == "paused")
    count = LISTS[name].count_in({}, found.counts)
    return part_of(name, rows[: 5 * SHOWN], str(count), drawing)


def _row(
    name: str, view: dict[str, Any], row: Any, part: OwnPart, drawing: Drawing, *, now: datetime
) -> CaseRow:  # fmt: skip
    """A case as its organisation sees it: with what comes next in its own part, while others are at work too."""
    own = part.status
    ours = view | {"status": own} if view["status"] in AT_WORK and own in AT_WORK else view
    made = row_of(
        ours, row, now=now, lang=drawing.lang, kept=f"list={name}", following=NEXT_OF_HANDLER,
    )  # fmt: skip
    # Its own name stands above the page: that it has it itself goes without saying.
    return replace(made, holder=None) if made.holder == part.organisation else made
