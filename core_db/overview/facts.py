"""What stands at the top and at the end of every page of a place: where it lies, its fields, and its history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import FieldSpec, masked, side_masked, source_of
from core_db.people import HOUSEHOLD_FIELDS
from core_db.places import (
    ENDED,
    FIELDS_OF,
    PLACE_CHANGES,
    PLACES,
    REGISTERED,
    Place,
    PlaceKind,
    kept_of,
    scope_of,
)

#: Lines of a history that one page shows.
MOST_CHANGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """A place on the way down to another."""

    id: str
    kind: PlaceKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceField:
    """A field as the page shows it: masked by its class, where it comes from, when it was verified."""

    field: str
    spec: FieldSpec
    value: str
    source: str
    verified_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChangeSeen:
    """A line of a history: before and after, masked; `spec` is None for a step that is no field."""

    id: str
    field: str
    spec: FieldSpec | None
    before: str
    after: str
    cause: str
    source: str
    reason: str | None
    at: datetime
    by_name: str
    approved_name: str | None
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """A place, the way down to it, its fields, its end and what came after it."""

    id: str
    kind: PlaceKind
    name: str
    label: str
    community_id: str
    way: Sequence[Crumb]
    fields: Sequence[PlaceField]
    valid_to: date | None
    is_over: bool
    successor: Crumb | None
    history: Sequence[PlaceChangeSeen]

    def value(self, field: str) -> str:
        """A field as the page shows it; empty where nothing is known."""
        return next((one.value for one in self.fields if one.field == field), "")


def place_looked_up(session: Session, place_id: str, kind: PlaceKind, *, actor: Actor) -> Place:
    """A place of this kind in a register the actor may look people up in; NotFound for any other."""
    place = session.get(Place, place_id) if is_id(place_id) else None
    if (
        place is None
        or place.kind is not kind
        or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(place))
    ):
        raise NotFound()
    return place


def facts_kept(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> PlaceFacts:
    """What is known of an estate, a building or a home of one's own register; NotFound for anything else."""
    place = session.get(Place, place_id) if is_id(place_id) else None
    if place is None or place.kind not in FIELDS_OF:
        raise NotFound()
    return facts_of(session, place_looked_up(session, place_id, place.kind, actor=actor))


def facts_of(session: Session, place: Place) -> PlaceFacts:
    """What is known of a place that the actor was found to look up."""
    kept = kept_of(session, place)
    record, fields = kept.record, [_field(session, kept, one) for one in FIELDS_OF[place.kind]]
    near = [one for one in (place.parent_id, record.successor_id) if one]
    around = {row.id: row for row in session.execute(_NEAR.where(PLACES.c.id.in_(near)))}
    way = _way(session, place, around)
    return PlaceFacts(
        id=place.id, kind=place.kind, name=place.name, label=place.label, community_id=place.community_id or "",
        way=way, fields=fields, valid_to=record.valid_to, is_over=place.ended_at is not None,
        successor=_crumb(around.get(record.successor_id or "")), history=history_of_place(session, place),
    )  # fmt: skip


def history_of_place(
    session: Session, place: Place, household_id: str | None = None
) -> list[PlaceChangeSeen]:
    """What the register has said of a place or of a household in it, the newest first."""
    statement = (
        select(PLACE_CHANGES)
        .where(PLACE_CHANGES.c.place_id == place.id, PLACE_CHANGES.c.community_id == place.community_id)
        .where(PLACE_CHANGES.c.of_id == household_id)
        .order_by(PLACE_CHANGES.c.id.desc())
        .limit(MOST_CHANGES)
    )
    specs = FIELDS_OF[place.kind] if household_id is None else HOUSEHOLD_FIELDS
    newest: set[str] = set()
    found = []
    for row in session.execute(statement):
        is_newest = row.field not in newest
        newest.add(row.field)
        # Of a place that is gone only its end can be taken back; that it is there ends, and is not taken back.
        can = is_newest and row.field != REGISTERED
        can = can and ((row.field == ENDED) == (place.ended_at is not None) or household_id is not None)
        found.append(_line(session, row, specs.get(row.field), may_undo=can))
    return found


_NEAR = select(PLACES.c.id, PLACES.c.kind, PLACES.c.name, PLACES.c.parent_id)


def _way(session: Session, place: Place, around: dict[str, Any]) -> list[Crumb]:
    """From the estate down to the place above it; above the estate there is the neighbourhood, and that is the list."""
    above = around.get(place.parent_id or "")
    way = []
    while above is not None and above.kind != PlaceKind.COMMUNITY:
        way.append(Crumb(id=above.id, kind=PlaceKind(above.kind), name=above.name))
        above = session.execute(_NEAR.where(PLACES.c.id == above.parent_id)).first()
    return way[::-1]


def _crumb(row: Any) -> Crumb | None:
    return Crumb(id=row.id, kind=PlaceKind(row.kind), name=row.name) if row is not None else None


def _field(session: Session, kept: Any, field: str) -> PlaceField:
    slot = kept.slot(field)
    source, verified_on = source_of(kept.record, field)
    return PlaceField(
        field=field, spec=slot.spec, value=masked(session, slot), source=source, verified_on=verified_on
    )


def _line(session: Session, row: Any, spec: FieldSpec | None, *, may_undo: bool) -> PlaceChangeSeen:
    before, after = (
        side_masked(session, PLACE_CHANGES.name, row, side, spec) for side in ("before", "after")
    )
    return PlaceChangeSeen(
        id=row.id, field=row.field, spec=spec, before=before, after=after, cause=row.cause, source=row.source,
        reason=row.reason, at=row.at, by_name=row.by_name, approved_name=row.approved_name, may_undo=may_undo,
    )  # fmt: skip
