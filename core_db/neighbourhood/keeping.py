"""Entering an organisation, a facility, a grid or a building group; correcting, verifying, ending, and taking back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import (
    Because,
    Cause,
    ChangedSince,
    SaysSoAlready,
    Unread,
    note_sides,
    note_source,
    put,
    says,
    signed,
    source_of,
    value_before,
    value_from,
    verify_all,
)
from core_db.neighbourhood.drafts import EntryCorrection, EntryDraft, EntryEnding
from core_db.neighbourhood.errors import EntryExists, StillOpen
from core_db.neighbourhood.kinds import KINDS
from core_db.neighbourhood.model import COVERINGS, SEATS
from core_db.neighbourhood.reading import found, is_undone_by_hand, name_of, slot_of
from core_db.neighbourhood.types import refuse_unknown_type
from core_db.neighbourhood.words import EntryKind
from core_db.people.handlers import forget_organisations
from core_db.places import PLACE_CHANGES, Place, PlaceChange, PlaceKind, place_in_sight, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import EntryChanged, EntryVerified

#: What an organisation of the area is towards cases: nothing.
OF_THE_AREA = "O"
Faults = dict[str, tuple[str, str]]


def register_entry(
    session: Session, kind: EntryKind, draft: EntryDraft, *, actor: Actor, clock: Clock
) -> Any:
    """Enter something new; every field is checked, and all faults are told at once."""
    node = _node(session, kind, draft.node_id, actor=actor, clock=clock)
    now, today = clock.now(), local_date(clock.now())
    values = _values(kind, draft.values, today)
    _must_be_new(session, kind, node, values)

    row = _row(kind, node, now)
    if kind is EntryKind.FACILITY and draft.place_id:
        row.place_id = _place_in(session, node, draft.place_id, actor=actor, clock=clock)
    row.source, row.verified_on = draft.source, today
    for field, value in values.items():
        if value is not None:
            put(session, slot_of(kind, row, node.id, field), value)
    session.add(row)
    session.flush()
    because = Because(cause=Cause.REGISTERED, source=draft.source)
    note_step(session, node, row.id, "registered", None, None, because, actor=actor, at=now)
    _tell(session, kind, row, node, tuple(name for name, value in values.items() if value), because, actor=actor,
          clock=clock)  # fmt: skip
    return row


def correct_entry(
    session: Session, kind: EntryKind, entry_id: str, draft: EntryCorrection, *, actor: Actor, clock: Clock
) -> Any:
    """Put right one field; it is verified with it, on this day."""
    row, node = kept(session, kind, entry_id, actor=actor)
    _must_be_a_field(kind, draft.field)
    slot = slot_of(kind, row, node.id, draft.field)
    value = value_from(slot.spec, draft.value, local_date(clock.now()))
    if says(session, slot, value):
        raise SaysSoAlready()
    if draft.field == "community_type" and value is not None:
        refuse_unknown_type(session, value, node.district_id or "", on=local_date(clock.now()))
    if draft.field == KINDS[kind].unique:
        _must_be_new(session, kind, node, {draft.field: value})
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    _change(session, kind, row, node, draft.field, value, because, actor=actor, clock=clock)
    return row


def verify_entry(
    session: Session, kind: EntryKind, entry_id: str, field: str | None = None, *, actor: Actor, clock: Clock
) -> Any:
    """Somebody looked today, and all of it is right; or one field is."""
    row, node = kept(session, kind, entry_id, actor=actor)
    today = local_date(clock.now())
    if field is None:
        verify_all(row, today)
    else:
        _must_be_a_field(kind, field, fixed=True)
        note_source(row, field, source_of(row, field)[0], today)
    session.flush()
    right = _right(session, node, actor)
    record(
        session, action="entry.verified", actor=actor, clock=clock, object=str(kind),
        reference=f"{kind}/{entry_id}", classes=field or "",
        right=right,
    )  # fmt: skip
    fact = EntryVerified(community_id=node.id, kind=str(kind), entry_id=entry_id, field=field)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{node.id}"], right=right)
    return row


def end_entry(
    session: Session, kind: EntryKind, entry_id: str, draft: EntryEnding, *, actor: Actor, clock: Clock
) -> Any:
    """It is there no more: nothing is deleted; the buildings it covered and whoever served there are free from then."""
    row, node = kept(session, kind, entry_id, actor=actor)
    if kind is EntryKind.COMMUNITY:
        raise StillOpen()
    today = local_date(clock.now())
    last = draft.last_day or today
    if last > today:
        raise CannotBeRead({"last_day": ("日期不能在今天以后。", "The day cannot lie ahead.")})
    _set_end(session, kind, row, last)
    for table in (COVERINGS, SEATS):
        mine = (table.c.of_id == entry_id) & (table.c.community_id == node.id) & table.c.valid_to.is_(None)
        session.execute(update(table).where(mine).values(valid_to=last))
    because = Because(cause=Cause.ENDED, source=draft.source, reason=draft.reason)
    note_step(session, node, entry_id, "ended", None, last.isoformat(), because, actor=actor, at=clock.now())
    _tell(session, kind, row, node, ("ended",), because, actor=actor, clock=clock)
    return row


def undo_entry_change(
    session: Session, kind: EntryKind, entry_id: str, change_id: str, *, actor: Actor, clock: Clock
) -> Any:
    """Have an entry say again what it said before a change; refused when it was changed since."""
    row, node = kept(session, kind, entry_id, ended=True, actor=actor)
    change = session.get(PlaceChange, change_id)
    if change is None or change.of_id != entry_id:
        raise NotFound()
    if _newest(session, change) != change_id:
        raise ChangedSince()
    if not is_undone_by_hand(change, row):
        raise StillOpen()
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    if change.field == "ended":
        _set_end(session, kind, row, None)
        note_step(session, node, entry_id, "ended", change.after, None, because, actor=actor, at=clock.now())
        _tell(session, kind, row, node, ("ended",), because, actor=actor, clock=clock)
        return row
    value = value_before(session, str(PLACE_CHANGES.name), change)
    if value is None and not KINDS[kind].fields[change.field].may_be_empty:
        raise StillOpen()
    _change(session, kind, row, node, change.field, value, because, actor=actor, clock=clock)
    return row


# -- what the other use cases of the capability build on ---------------------------------------------


def kept(
    session: Session, kind: EntryKind, entry_id: str, *, ended: bool = False, actor: Actor
) -> tuple[Any, Place]:
    """An entry in sight that the actor may keep; 404 for one that has ended, unless that is what is asked for."""
    row, node = found(session, kind, entry_id, actor=actor)
    if getattr(row, "ended_on", None) is not None and not ended:
        raise NotFound()
    require_at(actor, Permission.NEIGHBOURHOOD_KEEP, scope_of(node))
    return row, node


def _right(session: Session, node: Place, actor: Actor) -> Grant | None:
    return right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)


def note_step(
    session: Session, node: Place, entry_id: str, field: str, before: str | None, after: str | None, because: Because,
    *, actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """A line of the history of an entry that is about no field of its own."""
    session.add(
        PlaceChange(
            place_id=node.id, of_id=entry_id, field=field, before=before, after=after,
            **signed(because, node.id, actor=actor, right=_right(session, node, actor), at=at),
        )
    )  # fmt: skip
    session.flush()


def _change(
    session: Session, kind: EntryKind, row: Any, node: Place, field: str, value: str | None, because: Because, *,
    actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    slot, now = slot_of(kind, row, node.id, field), clock.now()
    change = PlaceChange(
        place_id=node.id,
        of_id=row.id,
        field=field,
        **signed(because, node.id, actor=actor, right=_right(session, node, actor), at=now),
    )
    note_sides(session, change, slot, value)
    session.add(change)
    put(session, slot, value)
    note_source(row, field, because.source, local_date(now))
    session.flush()
    _tell(session, kind, row, node, (field,), because, actor=actor, clock=clock)


def _tell(
    session: Session, kind: EntryKind, row: Any, node: Place, fields: tuple[str, ...], because: Because, *,
    actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    if kind is EntryKind.ORGANISATION:
        forget_organisations()
    right = _right(session, node, actor)
    record(
        session, action=f"entry.{because.cause}", actor=actor, clock=clock, object=str(kind),
        reference=f"{kind}/{row.id}", classes=" ".join(fields),
        right=right,
    )  # fmt: skip
    fact = EntryChanged(
        community_id=node.id, kind=str(kind), entry_id=row.id, cause=str(because.cause), fields=fields
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{node.id}"], right=right)


def _set_end(session: Session, kind: EntryKind, row: Any, last: date | None) -> None:
    row.ended_on = last
    if kind is EntryKind.ORGANISATION:
        row.active = last is None
    session.flush()


def _newest(session: Session, change: PlaceChange) -> str | None:
    statement = select(PLACE_CHANGES.c.id).where(
        PLACE_CHANGES.c.community_id == change.community_id, PLACE_CHANGES.c.of_id == change.of_id,
        PLACE_CHANGES.c.field == change.field,
    )  # fmt: skip
    newest: str | None = session.execute(statement.order_by(PLACE_CHANGES.c.id.desc()).limit(1)).scalar()
    return newest


# -- something new ----------------------------------------------------------------------------------


def _node(session: Session, kind: EntryKind, node_id: str, *, actor: Actor, clock: Clock) -> Place:
    """Where something new belongs. A committee comes with its neighbourhood and is not entered."""
    place_in_sight(session, node_id, actor=actor, clock=clock)
    node = session.get(Place, node_id)
    allowed = {PlaceKind.COMMUNITY}
    if kind is EntryKind.ORGANISATION:
        allowed |= {PlaceKind.TOWN, PlaceKind.DISTRICT}
    if node is None or node.ended_at is not None or node.kind not in allowed or kind is EntryKind.COMMUNITY:
        raise NotFound()
    require_at(actor, Permission.NEIGHBOURHOOD_KEEP, scope_of(node))
    return node


def _values(kind: EntryKind, typed: dict[str, str], today: date) -> dict[str, str | None]:
    """What was typed, as it is kept; every fault beside its field."""
    fields, values, faults = KINDS[kind].fields, dict[str, str | None](), Faults()
    for name, spec in fields.items():
        try:
            values[name] = value_from(spec, typed.get(name, ""), today)
        except CannotBeRead as wrong:
            faults[name] = wrong.faults["value"]
        except Unread as wrong:
            faults[name] = (wrong.zh, wrong.en)
    if faults:
        raise CannotBeRead(faults)
    return values


def _must_be_new(session: Session, kind: EntryKind, node: Place, values: dict[str, str | None]) -> None:
    unique, table = KINDS[kind].unique, KINDS[kind].table
    if unique is None:
        return
    same = (table.c[KINDS[kind].node] == node.id) & (table.c[unique] == values[unique])
    if session.execute(select(table.c.id).where(same)).first() is not None:
        raise EntryExists(name=values[unique])


def _row(kind: EntryKind, node: Place, now: datetime) -> Any:
    model: Any = KINDS[kind].model
    if kind is EntryKind.ORGANISATION:
        return model(id=new_id(), place_id=node.id, name="", kind=OF_THE_AREA)
    return model(id=new_id(), community_id=node.id, created_at=now)


def _place_in(session: Session, node: Place, place_id: str, *, actor: Actor, clock: Clock) -> str:
    place = place_in_sight(session, place_id, actor=actor, clock=clock)
    if place.community_id != node.id:
        raise CannotBeRead({
            "place_id": ("请选本居民区里的地方。", "Please choose a place in this neighbourhood.")
        })  # fmt: skip
    return place.id


def _must_be_a_field(kind: EntryKind, field: str, *, fixed: bool = False) -> None:
    if field not in KINDS[kind].fields or (field in KINDS[kind].fixed and not fixed):
        raise CannotBeRead({"field": ("这里没有这一项。", "There is no such field here.")})


__all__ = [
    "correct_entry", "end_entry", "kept", "name_of", "note_step", "register_entry", "undo_entry_change",
    "verify_entry",
]  # fmt: skip
