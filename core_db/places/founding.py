"""Entering an estate, a building or homes by hand: with where it was read, and a first line of its history."""

from collections.abc import Sequence

from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause, signed
from core_db.places.changing import REGISTERED
from core_db.places.commands import create_building, create_estate, create_home
from core_db.places.drafts import BuildingDraft, EstateDraft, HomeDraft, HomesDraft
from core_db.places.model import Place, PlaceChange, PlaceRecord
from core_db.places.rights import right_in
from plugins.sdk.events import PlaceChanged


def found_estate(session: Session, draft: EstateDraft, *, actor: Actor, clock: Clock) -> Place:
    """Enter a housing estate of a neighbourhood."""
    place = create_estate(session, draft, actor=actor, clock=clock)
    return _founded(session, place, draft.source, actor=actor, clock=clock)


def found_building(session: Session, draft: BuildingDraft, *, actor: Actor, clock: Clock) -> Place:
    """Enter a building of an estate, or of a neighbourhood where it stands in none."""
    place = create_building(session, draft, actor=actor, clock=clock)
    return _founded(session, place, draft.source, actor=actor, clock=clock)


def found_homes(session: Session, draft: HomesDraft, *, actor: Actor, clock: Clock) -> Sequence[Place]:
    """Enter homes of a building, all of them or none: one that is there already is named in the refusal."""
    found = []
    for name in dict.fromkeys(draft.names):
        home = HomeDraft(building_id=draft.building_id, name=name, use=draft.use)
        place = create_home(session, home, actor=actor, clock=clock)
        found.append(_founded(session, place, draft.source, actor=actor, clock=clock))
    return found


def _founded(session: Session, place: Place, source: str, *, actor: Actor, clock: Clock) -> Place:
    """What is kept of it begins: where it comes from, verified on this day."""
    now, community = clock.now(), place.community_id or ""
    because = Because(cause=Cause.REGISTERED, source=source)
    kept = PlaceRecord(id=place.id, community_id=community, source=source, verified_on=local_date(now))
    right = right_in(session, place.id, Permission.PLACES_KEEP, actor=actor)
    line = PlaceChange(
        place_id=place.id, field=REGISTERED, after=place.label,
        **signed(because, community, actor=actor, right=right, at=now),
    )  # fmt: skip
    session.add_all([kept, line])
    session.flush()
    record(
        session, action="place.registered", actor=actor, clock=clock, object="places",
        reference=f"place/{place.id}", right=right,
    )  # fmt: skip
    fact = PlaceChanged(community_id=community, place_id=place.id, cause=because.cause, fields=(REGISTERED,))
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{community}"], right=right)
    return place
