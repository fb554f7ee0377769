"""A place is called otherwise: it, and all that lies in it, goes by the new name; what it was called stays known.

Cases keep the words of the day on which they were raised. Where a person is erased from them, his doors are looked for
under every name they ever had (`once_called`).
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from sqlalchemy import func, literal, select, update
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause, ChangedSince, SaysSoAlready, signed
from core_db.places.changing import NAME, Kept, inside, newest_place_change, place_kept
from core_db.places.commands import child_named, sort_below
from core_db.places.drafts import PlaceNaming
from core_db.places.errors import PlaceExists, StepStays
from core_db.places.model import PLACE_CHANGES, PLACES, Place, PlaceChange, PlaceKind
from core_db.places.names import building_name, plain, room_name
from core_db.places.rights import right_in
from plugins.sdk.events import PlaceChanged

#: How the name of each kind of place is written.
WRITTEN: Mapping[PlaceKind, Callable[[str], str]] = {
    PlaceKind.ESTATE: plain, PlaceKind.BUILDING: building_name, PlaceKind.HOME: room_name,
}  # fmt: skip


def rename_place(session: Session, place_id: str, draft: PlaceNaming, *, actor: Actor, clock: Clock) -> Place:
    """Have an estate, a building or a home be called otherwise."""
    kept = place_kept(session, place_id, actor=actor, clock=clock)
    name = WRITTEN[kept.place.kind](draft.name)
    if name == kept.place.name:
        raise SaysSoAlready()
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    return _call(session, kept, name, because, actor=actor, clock=clock)


def undo_renaming(session: Session, change: PlaceChange, *, actor: Actor, clock: Clock) -> Place:
    """Have a place be called again what it was called; refused when it was called otherwise since."""
    kept = place_kept(session, change.place_id, actor=actor, clock=clock)
    if newest_place_change(session, change) != change.id:
        raise ChangedSince()
    if change.before is None:
        raise StepStays()
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    return _call(session, kept, change.before, because, actor=actor, clock=clock)


def once_called(session: Session, home_ids: Sequence[str]) -> list[str]:
    """Every name and every label that homes have or had, whatever of the way down to them was renamed."""
    found: set[str] = set()
    for home_id in home_ids:
        way = _way(session, home_id)
        names = [_names(session, place) for place in way]
        found.update(names[-1] if names else ())
        found.update(" ".join(parts) for parts in product(*names))
    return sorted(found - {""})


def _call(session: Session, kept: Kept, name: str, because: Because, *, actor: Actor, clock: Clock) -> Place:
    place, now = kept.place, clock.now()
    parent = session.get_one(Place, place.parent_id)
    if child_named(session, parent, name) is not None:
        raise PlaceExists(name=name)
    right = right_in(session, place.id, Permission.PLACES_KEEP, actor=actor)
    line = PlaceChange(
        place_id=place.id, field=NAME, before=place.name, after=name,
        **signed(because, kept.record.community_id, actor=actor, right=right, at=now),
    )  # fmt: skip
    session.add(line)
    _goes_by(session, place, name, parent)
    record(
        session, action=f"place.{because.cause}", actor=actor, clock=clock, object="places",
        reference=f"place/{place.id}", classes=NAME,
        right=right,
    )  # fmt: skip
    fact = PlaceChanged(
        community_id=place.community_id or "", place_id=place.id, cause=because.cause, fields=(NAME,)
    )
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{fact.community_id}"], right=right)
    return place


def _goes_by(session: Session, place: Place, name: str, parent: Place) -> None:
    """The place and all below it: each label and each sorting key begins with those of what it lies in."""
    label = name if parent.kind is PlaceKind.COMMUNITY else f"{parent.label} {name}"
    sort = sort_below(parent, name)
    below = {
        "label": literal(label).concat(func.substr(PLACES.c.label, len(place.label) + 1)),
        "sort": literal(sort).concat(func.substr(PLACES.c.sort, len(place.sort) + 1)),
    }
    session.execute(update(PLACES).where(inside(place.id)).values(below))
    place.name, place.label, place.sort = name, label, sort
    session.flush()


def _way(session: Session, home_id: str) -> list[Place]:
    """From below the neighbourhood down to a home."""
    way, place = [], session.get(Place, home_id)
    while place is not None and place.kind in WRITTEN:
        way.append(place)
        place = session.get(Place, place.parent_id) if place.parent_id else None
    return way[::-1]


def _names(session: Session, place: Place) -> set[str]:
    lines = select(PLACE_CHANGES.c.before).where(
        PLACE_CHANGES.c.place_id == place.id, PLACE_CHANGES.c.community_id == place.community_id,
        PLACE_CHANGES.c.of_id.is_(None), PLACE_CHANGES.c.field == NAME,
    )  # fmt: skip
    return {place.name, *(before for before in session.execute(lines).scalars() if before)}
