"""Reading what a neighbourhood holds: lists, one entry with its fields masked, and its history."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true, union_all
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, may_at
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Cause, FieldSpec, Slot, masked, side_masked, source_of
from core_db.foundation.tables import one_of
from core_db.neighbourhood.kinds import KINDS, fields_of
from core_db.neighbourhood.model import FACILITIES
from core_db.neighbourhood.words import EntryKind
from core_db.places import PLACE_CHANGES, PLACES, Place, PlaceChange, PlaceKind, Scope, lies_below, scope_of

#: Most entries of a list, and lines of a history.
MOST, LINES = 50, 100
#: How long before its day an inspection counts as due.
SOON = timedelta(days=14)
#: Steps that are no field.
STEPS = ("registered", "ended", "coverage", "seat", "charter", "inspection", "categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry as a list shows it."""

    id: str
    name: str
    node_name: str
    #: The code of what it is: form, class, level, stars, kind.
    what: str
    about: str
    due_on: date | None
    verified_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKept:
    """A field of an entry: its value masked, where it comes from and when it was verified."""

    field: str
    spec: FieldSpec
    value: str
    source: str
    verified_on: date | None
    is_fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """A line of an entry's history, masked."""

    id: str
    field: str
    before: str
    after: str
    cause: str
    source: str
    reason: str
    by_name: str
    at: datetime
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySeen:
    """One entry."""

    kind: EntryKind
    id: str
    name: str
    node_id: str
    node_name: str
    scope: Scope
    fields: Sequence[FieldKept]
    verified_on: date | None
    ended_on: date | None
    may_keep: bool
    #: Of a facility: the building or estate it stands at, when it was inspected and is due again.
    place_id: str | None = None
    place_name: str = ""
    inspected_on: date | None = None
    due_on: date | None = None

    def value(self, field: str) -> str:
        return next((one.value for one in self.fields if one.field == field), "")


def visible_to(actor: Actor, kind: EntryKind) -> ColumnElement[bool]:
    """The nodes whose entries an actor reads: his own and those below; of organisations those above him too."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    nodes = actor.places_as(MAY_AT[Permission.NEIGHBOURHOOD_READ])
    if not nodes:
        raise NotFound()
    below = lies_below(nodes)
    if kind is not EntryKind.ORGANISATION:
        return below
    chain = [
        select(node).where(one_of(PLACES.c.id, nodes))
        for node in (PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id)
    ]
    return or_(below, PLACES.c.id.in_(union_all(*chain)))


def entries(
    session: Session, kind: EntryKind, *, q: str = "", due: bool = False, after: str | None = None, limit: int = MOST,
    actor: Actor, clock: Clock,
) -> tuple[Sequence[EntryRow], str | None]:  # fmt: skip
    """The entries of a kind in sight by id, those in force; `due`: facilities whose inspection is near or over."""
    kept, table = KINDS[kind], KINDS[kind].table
    name = PLACES.c.label if kind is EntryKind.COMMUNITY else table.c.name
    statement = (
        select(table, name.label("called"), PLACES.c.label.label("node_name"))
        .join(PLACES, PLACES.c.id == table.c[kept.node])
        .where(visible_to(actor, kind), PLACES.c.ended_at.is_(None))
        .order_by(table.c.id)
        .limit(limit + 1)
    )
    if "ended_on" in table.c:
        statement = statement.where(table.c.ended_on.is_(None))
    for word in q.split():
        statement = statement.where(name.contains(word, autoescape=True))
    if due and kind is EntryKind.FACILITY:
        statement = statement.where(table.c.due_on <= local_date(clock.now()) + SOON)
    if after:
        statement = statement.where(table.c.id > after)
    rows = session.execute(statement).mappings().all()
    found = [_row(kind, row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def inspections_over(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many facilities of the actor's neighbourhoods should have been inspected by now."""
    nodes = actor.places_as(MAY_AT[Permission.PEOPLE_KEEP])
    if not nodes:
        return 0
    over = FACILITIES.c.due_on < local_date(clock.now())
    statement = select(func.count()).where(
        one_of(FACILITIES.c.community_id, nodes), over, FACILITIES.c.ended_on.is_(None)
    )
    return int(session.execute(statement).scalar_one())


def entry_seen(session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock) -> EntrySeen:
    """One entry in sight, its sealed fields masked; 404 for any other."""
    row, node = found(session, kind, entry_id, actor=actor)
    place_id = getattr(row, "place_id", None) if kind is EntryKind.FACILITY else None
    place = session.get(Place, place_id) if place_id else None
    return EntrySeen(
        kind=kind, id=entry_id, name=name_of(kind, row, node), node_id=node.id, node_name=node.label,
        scope=scope_of(node), fields=[_field(session, kind, row, node.id, name) for name in fields_of(kind, row)],
        verified_on=row.verified_on, ended_on=getattr(row, "ended_on", None),
        may_keep=may_at(actor, Permission.NEIGHBOURHOOD_KEEP, scope_of(node)), place_id=place_id,
        place_name=place.label if place else "", inspected_on=getattr(row, "inspected_on", None),
        due_on=getattr(row, "due_on", None),
    )  # fmt: skip


def entry_history(
    session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock
) -> Sequence[LineSeen]:
    """What was changed of an entry, the newest first."""
    row, node = found(session, kind, entry_id, actor=actor)
    may_keep = may_at(actor, Permission.NEIGHBOURHOOD_KEEP, scope_of(node))
    statement = (
        select(PlaceChange)
        .where(PLACE_CHANGES.c.of_id == entry_id, PLACE_CHANGES.c.community_id == node.id)
        .order_by(PLACE_CHANGES.c.id.desc())
        .limit(LINES)
    )
    fields, newest, lines = KINDS[kind].fields, set[str](), []
    for change in session.execute(statement).scalars():
        is_newest = change.field not in newest
        newest.add(change.field)
        may_undo = may_keep and is_newest and change.cause != Cause.UNDONE and is_undone_by_hand(change, row)
        lines.append(_line(session, change, fields.get(change.field), may_undo=may_undo))
    return lines


def is_undone_by_hand(change: Any, row: Any) -> bool:
    """A field of what is there can be put back; of what has ended, the end alone."""
    if getattr(row, "ended_on", None) is not None:
        return bool(change.field == "ended")
    return change.field not in STEPS


def found(session: Session, kind: EntryKind, entry_id: str, *, actor: Actor) -> tuple[Any, Place]:
    """The row of an entry in sight, and its node."""
    kept = KINDS[kind]
    column = kept.table.c[kept.node]
    statement: Select[Any] = (
        select(kept.model, Place)
        .join(PLACES, PLACES.c.id == column)
        .where(kept.table.c.id == entry_id, visible_to(actor, kind))
    )
    both = session.execute(statement).first()
    if both is None:
        raise NotFound()
    return both[0], both[1]


def slot_of(kind: EntryKind, row: Any, node_id: str, field: str) -> Slot:
    """Where a field of an entry stands, and is sealed."""
    kept = KINDS[kind]
    return Slot(
        row=row,
        table=str(kept.table.name),
        field=field,
        spec=kept.fields[field],
        community_id=node_id,
    )


def name_of(kind: EntryKind, row: Any, node: Place) -> str:
    return node.label if kind is EntryKind.COMMUNITY else str(row.name)


# -- rows to views ----------------------------------------------------------------------------------


def _field(session: Session, kind: EntryKind, row: Any, node_id: str, name: str) -> FieldKept:
    slot = slot_of(kind, row, node_id, name)
    source, on = source_of(row, name)
    return FieldKept(
        field=name, spec=slot.spec, value=masked(session, slot), source=source, verified_on=on,
        is_fixed=name in KINDS[kind].fixed,
    )  # fmt: skip


def _line(session: Session, change: Any, spec: FieldSpec | None, *, may_undo: bool) -> LineSeen:
    table = str(PLACE_CHANGES.name)
    return LineSeen(
        id=change.id, field=change.field, before=side_masked(session, table, change, "before", spec),
        after=side_masked(session, table, change, "after", spec), cause=str(change.cause), source=change.source,
        reason=change.reason or "", by_name=change.by_name, at=change.at, may_undo=may_undo,
    )  # fmt: skip


#: Of each kind: the column that says what it is, and the one that says more of it.
_SAYS = {
    EntryKind.COMMUNITY: ("kind", "address"),
    EntryKind.ORGANISATION: ("form", "address"),
    EntryKind.FACILITY: ("facility_class", "spot"),
    EntryKind.GRID: ("level", "code"),
    EntryKind.BUILDING_GROUP: ("rating", "meets_at"),
}


def _row(kind: EntryKind, row: Any) -> EntryRow:
    what, about = _SAYS[kind]
    return EntryRow(
        id=row["id"], name=row["called"], node_name=row["node_name"], what=row[what] or "", about=row[about] or "",
        due_on=row.get("due_on"), verified_on=row["verified_on"],
    )  # fmt: skip


def nodes_to_keep(
    session: Session, kind: EntryKind, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, str]]:
    """Where the actor may enter something of a kind: his neighbourhoods; organisations also at his town or district."""
    nodes = actor.places_as(MAY_AT[Permission.NEIGHBOURHOOD_KEEP])
    if not nodes:
        return ()
    kinds = [PlaceKind.COMMUNITY]
    if kind is EntryKind.ORGANISATION:
        kinds += [PlaceKind.TOWN, PlaceKind.DISTRICT]
    statement = (
        select(PLACES.c.id, PLACES.c.label)
        .where(lies_below(nodes), PLACES.c.kind.in_(kinds), PLACES.c.ended_at.is_(None))
        .order_by(PLACES.c.sort)
        .limit(200)
    )
    return [(row.id, row.label) for row in session.execute(statement)]
