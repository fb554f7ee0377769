"""The library: reading what others learned, taking it up with credit, and thanking for it. Counted, never ranked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.experiences.drafts import AdoptionDraft, ThanksDraft
from core_db.experiences.errors import AlreadyAdopted, NotAdopted, OwnExperience
from core_db.experiences.model import ADOPTIONS, EXPERIENCES, Experience, ExperienceAdoption
from core_db.experiences.noting import note_deed
from core_db.experiences.without_names import remover_for
from core_db.experiences.words import Origin
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.guides import GuideDraft, best_fitting, forget_words, keep_guide
from core_db.guides.nearby import chain_for
from core_db.guides.words import Known
from core_db.places import PLACES, Place, neighbourhood_meant, neighbourhoods_named, scope_of
from core_db.places.telling import tell_staff
from plugins.sdk.events import ExperienceAdopted, ExperienceThanked, ExperienceWithdrawn

MOST, FITTING = 50, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceSeen:
    """An experience as every committee reads it, with how many took it up. Of nobody's name."""

    id: str
    place_id: str
    place_name: str
    origin: Origin
    title: str
    problem: str
    steps: str
    outcome: str
    shared_at: datetime
    adoptions: int
    thanks: int
    #: The guide the reader's own neighbourhood made of it, and whether it has thanked.
    own_guide: str | None
    has_thanked: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """What a neighbourhood said of an experience it took up."""

    place_name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """Neighbourhoods of the reader's, with their names, for which something can be done about an experience."""

    adopting: Sequence[tuple[str, str]]
    thanking: Sequence[tuple[str, str]]


def experiences_shared(
    session: Session, text: str = "", *, actor: Actor, clock: Clock
) -> Sequence[ExperienceSeen]:
    """The experiences of the actor's district: those that fit a text, the best first, or the newest."""
    chain = chain_for(session, None, actor)
    if text.strip():
        ids = best_fitting(session, Known.EXPERIENCE, text, chain=chain, limit=FITTING)
        rows = {row.id: row for row in session.execute(_seen_from().where(EXPERIENCES.c.id.in_(ids)))}
        found = [rows[one] for one in ids if one in rows]
    else:
        newest = _seen_from().where(EXPERIENCES.c.district_id.in_(list(chain or ())))
        found = list(session.execute(newest.order_by(EXPERIENCES.c.shared_at.desc()).limit(MOST)))
    return _with_own(session, found, actor)


def experience_shown(session: Session, experience_id: str, *, actor: Actor, clock: Clock) -> ExperienceSeen:
    """One experience of the actor's district."""
    chain = chain_for(session, None, actor)
    row = session.execute(_seen_from().where(EXPERIENCES.c.id == experience_id)).first()
    if row is None or row.district_id not in (chain or ()):
        raise NotFound()
    return _with_own(session, [row], actor)[0]


def thanks_for(session: Session, experience_id: str, *, actor: Actor, clock: Clock) -> Sequence[Thanks]:
    """What neighbourhoods that took it up said of it."""
    experience_shown(session, experience_id, actor=actor, clock=clock)
    said = select(PLACES.c.name, ADOPTIONS.c.thanks, ADOPTIONS.c.thanked_at)
    said = said.join(PLACES, PLACES.c.id == ADOPTIONS.c.place_id).where(ADOPTIONS.c.thanked_at.is_not(None))
    rows = session.execute(
        said.where(ADOPTIONS.c.experience_id == experience_id).order_by(ADOPTIONS.c.thanked_at)
    )
    return [Thanks(place_name=row.name, text=row.thanks, at=row.thanked_at) for row in rows.all()[:MOST]]


def still_open_for(session: Session, experience_id: str, *, actor: Actor, clock: Clock) -> StillOpen:
    """Which of the actor's neighbourhoods can take an experience up, and which that did have not thanked yet."""
    seen = experience_shown(session, experience_id, actor=actor, clock=clock)
    his, done = {*actor.places_as(COMMITTEE)}, _adopted_by(session, experience_id, actor)
    return StillOpen(
        adopting=neighbourhoods_named(session, his - {seen.place_id} - {*done}),
        thanking=neighbourhoods_named(session, [one for one, has_thanked in done.items() if not has_thanked]),
    )


def adopt_experience(
    session: Session, experience_id: str, draft: AdoptionDraft, *, actor: Actor, clock: Clock
) -> ExperienceAdoption:
    """Take an experience up as a guide of one's own neighbourhood, which says whose it was."""
    seen = experience_shown(session, experience_id, actor=actor, clock=clock)
    others = {*actor.places_as(COMMITTEE)} - {seen.place_id}
    meant = draft.community_id or (None if others else seen.place_id)
    if seen.is_own and meant == seen.place_id:
        raise OwnExperience()
    place = neighbourhood_meant(
        session, draft.community_id, Permission.EXPERIENCE_PROPOSE, actor=actor, among=others
    )
    if _adoption(session, experience_id, place.id) is not None:
        raise AlreadyAdopted()

    said = GuideDraft(place_id=place.id, title=seen.title, about=seen.problem[:500], steps=seen.steps)
    guide = keep_guide(session, said, credit=seen.place_name, actor=actor, clock=clock)
    adoption = ExperienceAdoption(
        id=new_id(), experience_id=experience_id, place_id=place.id, guide_id=guide.id, adopted_at=clock.now()
    )
    session.add(adoption)
    session.flush()

    right = note_deed(
        session, "experience.adopted", f"experience/{experience_id}", place.id, actor=actor, clock=clock
    )
    fact = ExperienceAdopted(community_id=place.id, experience_id=experience_id, guide_id=guide.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place.id}", f"staff:{seen.place_id}"],
         right=right)  # fmt: skip
    return adoption


def thank_for_experience(
    session: Session, experience_id: str, draft: ThanksDraft, *, actor: Actor, clock: Clock
) -> ExperienceAdoption:
    """Thank a neighbourhood whose experience one's own took up. Saying it again says it anew."""
    seen = experience_shown(session, experience_id, actor=actor, clock=clock)
    ours = _adopted_by(session, experience_id, actor)
    place = neighbourhood_meant(
        session, draft.community_id, Permission.EXPERIENCE_PROPOSE, actor=actor, among=ours or None
    )
    adoption = _adoption(session, experience_id, place.id)
    if adoption is None:
        raise NotAdopted()

    # Every committee of the district reads it: nobody here is named to them in a thank-you either.
    said = remover_for(session, place.id).without_names(draft.thanks)
    adoption.thanks, adoption.thanked_at = said.text, clock.now()
    session.flush()

    right = note_deed(
        session, "experience.thanked", f"experience/{experience_id}", place.id, actor=actor, clock=clock
    )
    fact = ExperienceThanked(community_id=place.id, experience_id=experience_id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place.id}", f"staff:{seen.place_id}"],
         right=right)  # fmt: skip
    return adoption


def withdraw_experience(session: Session, experience_id: str, *, actor: Actor, clock: Clock) -> Experience:
    """Have nobody find an experience of one's own neighbourhood any more; guides that others made of it stay theirs."""
    seen = experience_shown(session, experience_id, actor=actor, clock=clock)
    place = session.get_one(Place, seen.place_id)
    require_at(actor, Permission.EXPERIENCE_SHARE, scope_of(place))

    experience = session.get_one(Experience, experience_id)
    experience.withdrawn_at = clock.now()
    session.flush()
    forget_words(session, experience_id)

    note_deed(
        session, "experience.withdrawn", f"experience/{experience_id}", place.id, Permission.EXPERIENCE_SHARE,
        actor=actor, clock=clock,
    )  # fmt: skip
    fact = ExperienceWithdrawn(community_id=place.id, experience_id=experience_id)
    tell_staff(session, fact, place, Permission.EXPERIENCE_SHARE, actor=actor, at=clock.now())
    return experience


def _adopted_by(session: Session, experience_id: str, actor: Actor) -> dict[str, bool]:
    """The actor's neighbourhoods that took it up, and whether they have thanked."""
    found = select(ADOPTIONS.c.place_id, ADOPTIONS.c.thanked_at).where(
        ADOPTIONS.c.experience_id == experience_id, ADOPTIONS.c.place_id.in_(actor.places_as(COMMITTEE))
    )
    return {row.place_id: row.thanked_at is not None for row in session.execute(found)}


def _adoption(session: Session, experience_id: str, place_id: str) -> ExperienceAdoption | None:
    its = (ADOPTIONS.c.experience_id == experience_id, ADOPTIONS.c.place_id == place_id)
    found: str | None = session.execute(select(ADOPTIONS.c.id).where(*its)).scalar()
    return session.get(ExperienceAdoption, found) if found else None


def _seen_from() -> Select[Any]:
    columns = [EXPERIENCES.c[name] for name in Experience.model_fields]
    named = select(*columns, PLACES.c.name.label("place_name"))
    still = EXPERIENCES.c.withdrawn_at.is_(None)
    return named.join(PLACES, PLACES.c.id == EXPERIENCES.c.place_id).where(still)


def _with_own(session: Session, rows: Sequence[Row[Any]], actor: Actor) -> list[ExperienceSeen]:
    ids, places = [row.id for row in rows], actor.places_as(COMMITTEE)
    counted = (
        select(ADOPTIONS.c.experience_id, func.count(), func.count(ADOPTIONS.c.thanked_at))
        .where(ADOPTIONS.c.experience_id.in_(ids))
        .group_by(ADOPTIONS.c.experience_id)
    )
    counts = {row[0]: (row[1], row[2]) for row in session.execute(counted)}
    own = select(ADOPTIONS).where(ADOPTIONS.c.experience_id.in_(ids), ADOPTIONS.c.place_id.in_(places))
    # Of several of his that took it up, the first stands.
    mine = {row.experience_id: row for row in session.execute(own.order_by(ADOPTIONS.c.adopted_at.desc()))}
    return [_seen(row, counts.get(row.id, (0, 0)), mine.get(row.id), places) for row in rows]


def _seen(row: Row[Any], counts: tuple[int, int], mine: Any, places: Sequence[str]) -> ExperienceSeen:
    return ExperienceSeen(
        id=row.id, place_id=row.place_id, place_name=row.place_name, origin=row.origin, title=row.title,
        problem=row.problem, steps=row.steps, outcome=row.outcome, shared_at=row.shared_at, adoptions=counts[0],
        thanks=counts[1], own_guide=mine.guide_id if mine else None,
        has_thanked=mine is not None and mine.thanked_at is not None, is_own=row.place_id in places,
    )  # fmt: skip
