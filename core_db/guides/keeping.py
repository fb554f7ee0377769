"""Writing guides and the list of stamps: each place its own, by whoever may keep them there."""

from sqlmodel import Session

from core_db.access import Permission, may_at, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound, Stale
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.guides.drafts import GuideDraft, StampDraft
from core_db.guides.errors import StampEnded
from core_db.guides.index import forget_words, index_anew
from core_db.guides.model import Guide, StampItem
from core_db.guides.words import Known
from core_db.places import Place, place_in_sight, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import GuideKept, StampKept, StampTakenOff


def keep_guide(session: Session, draft: GuideDraft, *, credit: str = "", actor: Actor, clock: Clock) -> Guide:
    """Add a guide to those of a place."""
    place = _place(session, draft.place_id, actor, clock)

    said = draft.model_dump(exclude={"version", "valid_from"})
    today = local_date(clock.now())
    guide = Guide(
        id=new_id(), valid_from=draft.valid_from or today, credit=credit, kept_by=actor.id, kept_at=clock.now(), **said
    )  # fmt: skip
    session.add(guide)
    session.flush()

    _told(session, guide, place, actor=actor, clock=clock)
    return guide


def change_guide(session: Session, guide_id: str, draft: GuideDraft, *, actor: Actor, clock: Clock) -> Guide:
    """Say of a guide what holds now. Its place stays; whoever moves it writes another."""
    guide = guide_to_keep(session, guide_id, actor=actor, clock=clock)
    if draft.version != guide.version:
        raise Stale(who="同事", what=guide.title)

    said = draft.model_dump(exclude={"version", "valid_from", "place_id"})
    guide.sqlmodel_update(said)
    guide.valid_from = draft.valid_from or guide.valid_from
    guide.version += 1
    guide.kept_by, guide.kept_at = actor.id, clock.now()
    session.flush()

    _told(session, guide, session.get_one(Place, guide.place_id), actor=actor, clock=clock)
    return guide


def guide_to_keep(session: Session, guide_id: str, *, actor: Actor, clock: Clock) -> Guide:
    """A guide that the actor may change; for anybody else there is nothing to change."""
    guide = session.get(Guide, guide_id)
    if guide is None or not may_at(
        actor, Permission.GUIDE_KEEP, scope_of(session.get_one(Place, guide.place_id))
    ):
        raise NotFound()
    return guide


def keep_stamp(session: Session, draft: StampDraft, *, actor: Actor, clock: Clock) -> StampItem:
    """Put an item on a place's list of stamps."""
    place = _place(session, draft.place_id, actor, clock)

    said = draft.model_dump(exclude={"valid_from"})
    item = StampItem(id=new_id(), valid_from=draft.valid_from or local_date(clock.now()), **said)
    session.add(item)
    session.flush()
    index_anew(session, Known.STAMP, item.id, item.place_id, named=(item.title, item.keywords), told=())

    right = _recorded(session, "stamp.kept", f"stamp/{item.id}", place, actor, clock)
    fact = StampKept(community_id=place.community_id or "", stamp_id=item.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place.id}"], right=right)
    return item


def end_stamp(session: Session, stamp_id: str, *, actor: Actor, clock: Clock) -> StampItem:
    """Take an item off the list: today is its last day, and it is found no more."""
    item = session.get(StampItem, stamp_id)
    if item is None:
        raise NotFound()
    place = _place(session, item.place_id, actor, clock)
    today = local_date(clock.now())
    if item.valid_to is not None and item.valid_to <= today:
        raise StampEnded()

    item.valid_to = today
    session.flush()
    forget_words(session, item.id)

    right = _recorded(session, "stamp.ended", f"stamp/{item.id}", place, actor, clock)
    fact = StampTakenOff(community_id=place.community_id or "", stamp_id=item.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place.id}"], right=right)
    return item


def _place(session: Session, place_id: str, actor: Actor, clock: Clock) -> Place:
    place_in_sight(session, place_id, actor=actor, clock=clock)
    place = session.get_one(Place, place_id)
    require_at(actor, Permission.GUIDE_KEEP, scope_of(place))
    return place


def _told(session: Session, guide: Guide, place: Place, *, actor: Actor, clock: Clock) -> None:
    told = (guide.about, guide.papers, guide.steps, guide.held_by)
    index_anew(session, Known.GUIDE, guide.id, place.id, named=(guide.title, guide.keywords), told=told)
    right = _recorded(session, "guide.kept", f"guide/{guide.id}", place, actor, clock)
    fact = GuideKept(community_id=place.community_id or "", guide_id=guide.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place.id}"], right=right)


def _recorded(
    session: Session, action: str, reference: str, place: Place, actor: Actor, clock: Clock
) -> Grant | None:
    right = right_in(session, place.id, Permission.GUIDE_KEEP, actor=actor)
    record(
        session,
        action=action,
        actor=actor,
        clock=clock,
        object="guides",
        reference=reference,
        right=right,
    )
    return right
