"""Writing a table into the register, a piece a transaction: a run that was cut short goes on behind its last piece.

Each row is planned anew and done only if the register still is what the preview said; otherwise it is returned.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.errors import DomainError
from core_db.people import (
    Because,
    Cause,
    ChangedSince,
    Known,
    RowPlan,
    RowWriter,
    faults_of_row,
    plan_rows,
    tell_imported,
)
from core_db.register_sheets.handing import tell_moved
from core_db.register_sheets.keeping import Kept, kept_in, sealed
from core_db.register_sheets.meeting import who_applied
from core_db.register_sheets.model import ROWS, WITHOUT_FILE, RegisterSheet
from core_db.register_sheets.reading import EVERYTHING, community_of_sheet
from core_db.register_sheets.words import SheetStatus, Verdict

#: Rows of one transaction, so that nobody waits long for the writer.
PIECE = 500
TO_DO = (Verdict.NEW, Verdict.CHANGED)


class ChangedSincePreview(ChangedSince):
    code, status = "changed-since-preview", 409
    zh, en = (
        "预览以后名册里这个人又改过，这一行没有写入。请再交一次。",
        "The register has changed for this person since the preview; the row was not written. Please hand it in again.",
    )


def write_sheet(door: Door, sheet: RegisterSheet, *, clock: Clock) -> None:
    """Do all that the preview of a table showed."""
    actor = who_applied(sheet)
    known = door.read_now(lambda s: Known.of(s, community_of_sheet(s, sheet)), reach=EVERYTHING)
    after: int | None = sheet.done_to
    while after is not None:
        piece = partial(_write_piece, sheet_id=sheet.id, known=known, after=after, actor=actor, clock=clock)
        after = door.write_long(piece, reach=EVERYTHING)


def _write_piece(
    session: Session, *, sheet_id: str, known: Known, after: int, actor: Actor, clock: Clock
) -> int | None:
    """The next rows; the number of the last of them, or None when it is done, or another process does it."""
    held = select(RegisterSheet).where(RegisterSheet.id == sheet_id).with_for_update()  # type: ignore[arg-type]
    sheet: Any = session.execute(held.options(WITHOUT_FILE)).scalar_one_or_none()
    if sheet is None or sheet.status is not SheetStatus.APPLYING or sheet.done_to != after:
        return None
    rows = _next_rows(session, sheet_id, after)
    if not rows:
        sheet.status = SheetStatus.APPLIED
        session.flush()
        tell_moved(session, sheet, actor=actor, clock=clock)
        return None
    _write_rows(session, sheet, rows, known, actor=actor, clock=clock)
    sheet.done_to = rows[-1].number
    session.flush()
    return int(sheet.done_to)


def _next_rows(session: Session, sheet_id: str, after: int) -> Sequence[Any]:
    statement = (
        select(ROWS)
        .where(ROWS.c.sheet_id == sheet_id, ROWS.c.number > after, ROWS.c.verdict.in_(TO_DO))
        .order_by(ROWS.c.number)
        .limit(PIECE)
    )
    return session.execute(statement).all()


def _write_rows(
    session: Session, sheet: RegisterSheet, rows: Sequence[Any], known: Known, *, actor: Actor, clock: Clock
) -> None:
    because = Because(cause=Cause.IMPORTED, source=sheet.source, batch_id=sheet.id)
    shown = {row.number: (row, kept_in(session, row)) for row in rows}
    said = [kept.said for _row, kept in shown.values() if kept.said is not None]
    meant = {
        row.number: row.person_id
        for row, _kept in shown.values()
        if row.verdict is Verdict.NEW and row.person_id
    }
    known.hears(sheet.done_to)
    plans = plan_rows(session, known, said, ids=meant)
    for plan in plans:
        _hold_to(plan, shown[plan.said.number][1], was_new=shown[plan.said.number][0].verdict is Verdict.NEW)
    done = RowWriter(session, known, because, actor, clock).write(plans)
    tell_imported(session, known.community, done, actor=actor, clock=clock)
    _note(session, sheet, shown, plans, done.refused, waits=len(done.proposed))


def _hold_to(plan: RowPlan, shown: Kept, *, was_new: bool) -> None:
    """Nothing is done that was not shown; what is so already needs no doing."""
    taken = [one for one in plan.conflicts if one.field in shown.take]
    plan.steps += taken
    previewed = {(one.field, one.before, one.after) for one in (*shown.steps, *shown.conflicts)}
    is_other = plan.is_new != was_new or any(
        (s.field, s.before, s.after) not in previewed for s in plan.steps
    )
    if plan.wrong is None and plan.changes and is_other:
        plan.wrong = ChangedSincePreview()


def _note(
    session: Session, sheet: RegisterSheet, shown: dict[int, tuple[Any, Kept]], plans: Sequence[RowPlan],
    refused: dict[int, DomainError], *, waits: int,
) -> None:  # fmt: skip
    """Rows that were returned after all say so, in the list and in the file that is given back."""
    counts: Counter[str] = Counter(sheet.counts)
    whose = [
        {"its_id": shown[one.said.number][0].id, "person_id": one.person_id or None}
        for one in plans
        if shown[one.said.number][0].person_id != (one.person_id or None)
    ]
    if whose:
        session.connection().execute(update(ROWS).where(ROWS.c.id == bindparam("its_id")), whose)
    for number, wrong in refused.items():
        row, kept = shown[number]
        counts[str(row.verdict)] -= 1
        counts[str(Verdict.REFUSED)] += 1
        kept.faults = faults_of_row(wrong)
        returned = {
            "verdict": Verdict.REFUSED,
            "said_sealed": sealed(session, kept, row.id, row.community_id),
        }
        session.execute(update(ROWS).where(ROWS.c.id == row.id).values(returned))
    counts["proposed"] += waits
    sheet.counts = dict(counts)
