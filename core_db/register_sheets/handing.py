"""Handing a table in, having it applied, having it taken back: what a person decides. The work runs by itself after."""

import base64
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at
from core_db.accounts.budgets import budget_key, spend
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.outbox import emit
from core_db.foundation.sealing import keyring_of
from core_db.places import Place, neighbourhood_meant, scope_of
from core_db.places.rights import right_in
from core_db.register_sheets.drafts import ChoiceDraft, SheetDraft
from core_db.register_sheets.errors import NothingToApply, SheetNotReady, SheetsTooOften, SheetUndoOver
from core_db.register_sheets.keeping import kept_in, sealed
from core_db.register_sheets.model import (
    ROWS,
    SHEETS,
    WITHOUT_FILE,
    RegisterSheet,
    RegisterSheetRow,
    file_place,
)
from core_db.register_sheets.words import SHEET_STATUS_WORDS, SheetStatus, Verdict
from plugins.sdk.events import SheetHandedIn, SheetMoved

#: Within how many days a table can be taken back as a whole.
UNDONE_WITHIN = timedelta(days=7)
#: Bytes of a file; more comes through the command `import people`.
LARGEST = 14 * 1024 * 1024
#: Tables one person hands in within a day: each preview tells what the register has already.
A_DAY = 30


def hand_in(
    session: Session, draft: SheetDraft, name: str, content: bytes, *, actor: Actor, clock: Clock
) -> RegisterSheet:
    """Hand a table in for a register that one keeps; nothing is in the register yet."""
    place = neighbourhood_meant(session, draft.community_id, Permission.PEOPLE_KEEP, actor=actor)
    if not content:
        raise CannotBeRead({"file": ("请选一个文件。", "Please choose a file.")})
    if len(content) > LARGEST:
        raise CannotBeRead(
            {
                "file": (
                    "文件超过 14 MB，请分几份交。",
                    "The file is larger than 14 MB; please send it in parts.",
                )
            }
        )

    now, right = clock.now(), right_in(session, place.id, Permission.PEOPLE_KEEP, actor=actor)
    spend(session, budget_key(session, "sheets-day", actor.id), limit=A_DAY, window=timedelta(days=1), now=now,
          refusal=SheetsTooOften)  # fmt: skip
    sheet = RegisterSheet(
        id=new_id(), community_id=place.id, status=SheetStatus.READING, name=_short(name), columns={}, left_out=[],
        source=draft.source or _short(name), code_set=draft.code_set, counts={}, handed_by=actor.id,
        handed_name=actor.signing(right), handed_role=actor.role_in(right).value, handed_for=actor.acts_for(right),
        handed_at=now,
    )  # fmt: skip
    packed = base64.b64encode(content).decode()
    sheet.file_sealed = keyring_of(session).seal(session, packed, file_place(sheet), FieldClass.F2)
    session.add(sheet)
    session.flush()

    record(
        session,
        action="sheet.handed-in",
        actor=actor,
        clock=clock,
        object="register",
        reference=f"sheet/{sheet.id}",
        right=right,
    )
    fact = SheetHandedIn(community_id=place.id, sheet_id=sheet.id)
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{place.id}"], right=right)
    return sheet


def apply_sheet(session: Session, sheet_id: str, *, actor: Actor, clock: Clock) -> RegisterSheet:
    """Have all that the preview shows written into the register. Said twice, it is done once."""
    sheet = sheet_kept(session, sheet_id, actor=actor)
    if sheet.status in (SheetStatus.APPLYING, SheetStatus.APPLIED):
        return sheet
    _must_be(sheet, SheetStatus.SHOWN)
    if not sheet.counts.get(Verdict.NEW) and not sheet.counts.get(Verdict.CHANGED):
        raise NothingToApply()

    sheet.status, sheet.done_to = SheetStatus.APPLYING, 0
    right = right_in(session, sheet.community_id, Permission.PEOPLE_KEEP, actor=actor)
    sheet.applied_by, sheet.applied_name = actor.id, actor.signing(right)
    sheet.applied_role, sheet.applied_for = actor.role_in(right).value, actor.acts_for(right)
    sheet.applied_for_role = right.giver_role if right is not None else None
    sheet.applied_at = clock.now()
    session.flush()

    tell_moved(session, sheet, actor=actor, clock=clock)
    return sheet


def undo_sheet(session: Session, sheet_id: str, *, actor: Actor, clock: Clock) -> RegisterSheet:
    """Have what a table wrote taken back, within seven days. What was changed since stays, and is counted."""
    sheet = sheet_kept(session, sheet_id, actor=actor)
    if sheet.status in (SheetStatus.UNDOING, SheetStatus.UNDONE):
        return sheet
    _must_be(sheet, SheetStatus.APPLIED)
    assert sheet.applied_at is not None
    if clock.now() >= sheet.applied_at + UNDONE_WITHIN:
        raise SheetUndoOver(days=UNDONE_WITHIN.days)

    right = right_in(session, sheet.community_id, Permission.PEOPLE_KEEP, actor=actor)
    sheet.status, sheet.undone_by, sheet.undone_at = SheetStatus.UNDOING, actor.id, clock.now()
    sheet.undone_name, sheet.undone_role = actor.signing(right), actor.role_in(right).value
    sheet.undone_for = actor.acts_for(right)
    session.flush()

    tell_moved(session, sheet, actor=actor, clock=clock)
    return sheet


def choose(
    session: Session, row_id: str, draft: ChoiceDraft, *, actor: Actor, clock: Clock
) -> RegisterSheetRow:
    """Say of a row's conflicts in which fields the table is right."""
    found: Any = session.execute(select(RegisterSheetRow).where(ROWS.c.id == row_id)).scalar_one_or_none()
    if found is None or not found.has_conflict:
        raise NotFound()
    row: RegisterSheetRow = found
    _must_be(sheet_kept(session, row.sheet_id, actor=actor), SheetStatus.SHOWN)

    kept = kept_in(session, row)
    kept.take = [str(one.field) for one in kept.conflicts if one.field in draft.take]
    row.said_sealed = sealed(session, kept, row.id, row.community_id)
    session.flush()
    return row


def sheet_kept(session: Session, sheet_id: str, *, actor: Actor) -> RegisterSheet:
    """A table of a register the actor keeps, held until this is written: 404 behind the wall, 403 before it."""
    statement = select(RegisterSheet).where(SHEETS.c.id == sheet_id, visible_to(actor)).options(WITHOUT_FILE)
    found: Any = (
        session.execute(statement.with_for_update()).scalar_one_or_none() if is_id(sheet_id) else None
    )
    place = session.get(Place, found.community_id) if found is not None else None
    if found is None or place is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(place))
    sheet: RegisterSheet = found
    return sheet


def visible_to(actor: Actor) -> Any:
    """The tables of the neighbourhoods whose register the actor keeps."""
    return SHEETS.c.community_id.in_(actor.places_as(MAY_AT[Permission.PEOPLE_KEEP]))


def tell_moved(session: Session, sheet: RegisterSheet, *, actor: Actor, clock: Clock) -> None:
    """That a table has come to another status, for the pages that show it and for the record."""
    right = right_in(session, sheet.community_id, Permission.PEOPLE_KEEP, actor=actor)
    record(
        session, action=f"sheet.{sheet.status}", actor=actor, clock=clock, object="register",
        reference=f"sheet/{sheet.id}",
        right=right,
    )  # fmt: skip
    fact = SheetMoved(community_id=sheet.community_id, sheet_id=sheet.id, status=str(sheet.status))
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{sheet.community_id}"], right=right)


def _must_be(sheet: RegisterSheet, status: SheetStatus) -> None:
    if sheet.status is not status:
        zh, en = SHEET_STATUS_WORDS[sheet.status]
        raise SheetNotReady(state_zh=zh, state_en=en)


def _short(name: str) -> str:
    """As its owner's computer calls it, without the signs that no database stores."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(filter(str.isprintable, last)).strip()[-60:] or "名册"
