"""Canvasses (排摸): begun, ended, and how far each building is. Homes are counted, never who of the staff did them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.places import PLACES, Place, PlaceKind, scope_of
from core_db.places.telling import tell_staff
from core_db.visits.drafts import CanvassDraft
from core_db.visits.errors import CanvassHasEnded
from core_db.visits.model import CANVASSES, VISIT_WORDS, VISITS, Canvass, WordState
from core_db.visits.sight import canvass_in_sight, communities_of, visible_to
from core_db.visits.whom import Door, doors_of, strangers
from core_db.visits.words import DONE, Whom
from plugins.sdk.events import CanvassBegun, CanvassEnded

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvassSeen:
    """A canvass as lists show it."""

    id: str
    community_id: str
    title: str
    questions: Sequence[str]
    building_ids: Sequence[str]
    starts_on: date
    ends_on: date
    ended_at: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingProgress:
    """How far a canvass is in one building, in homes."""

    building_id: str
    building: str
    homes: int
    done: int
    nobody_home: int

    @property
    def left(self) -> int:
        return self.homes - self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvassProgress:
    """A canvass with its board; `doors` are those of the building looked at that are still to be done.

    `differing` are the visits, each with its door, of which two people wrote different things.
    """

    canvass: CanvassSeen
    buildings: Sequence[BuildingProgress]
    doors: Sequence[Door]
    differing: Sequence[tuple[str, str]]


def begin_canvass(session: Session, draft: CanvassDraft, *, actor: Actor, clock: Clock) -> Canvass:
    """Begin to ask something at every home of some buildings of one's neighbourhood."""
    today = local_date(clock.now())
    here = (
        one
        for one in communities_of(actor)
        if not strangers(session, Whom.BUILDINGS, draft.buildings, community_id=one, today=today)
    )
    place = session.get(Place, next(here, ""))
    if place is None:
        raise CannotBeRead({"buildings": ("请选本居村的楼。", "Choose buildings of your neighbourhood.")})
    require_at(actor, Permission.VISIT_PLAN, scope_of(place))

    canvass = Canvass(
        id=new_id(), community_id=place.id, title=draft.title, questions=list(draft.questions),
        building_ids=list(dict.fromkeys(draft.buildings)), starts_on=draft.starts_on, ends_on=draft.ends_on,
        made_by=actor.id, made_at=clock.now(),
    )  # fmt: skip
    session.add(canvass)
    session.flush()

    fact = CanvassBegun(community_id=place.id, canvass_id=canvass.id)
    tell_staff(session, fact, place, Permission.VISIT_PLAN, actor=actor, at=canvass.made_at)
    return canvass


def end_canvass(session: Session, canvass_id: str, *, actor: Actor, clock: Clock) -> Canvass:
    """End a canvass before its last day; what was answered stays."""
    canvass, place = canvass_in_sight(session, canvass_id, actor=actor)
    require_at(actor, Permission.VISIT_PLAN, scope_of(place))
    if canvass.ended_at is not None:
        raise CanvassHasEnded()
    canvass.ended_at = clock.now()
    session.add(canvass)
    session.flush()

    fact = CanvassEnded(community_id=place.id, canvass_id=canvass.id)
    tell_staff(session, fact, place, Permission.VISIT_PLAN, actor=actor, at=canvass.ended_at)
    return canvass


def canvasses(session: Session, *, actor: Actor, clock: Clock) -> Sequence[CanvassSeen]:
    """The canvasses of one's neighbourhoods, the newest first."""
    return _canvasses(session, visible_to(actor, CANVASSES.c.community_id), clock=clock)


def canvass_progress(
    session: Session, canvass_id: str, *, building_id: str | None = None, actor: Actor, clock: Clock
) -> CanvassProgress:
    """How far a canvass is, building by building; with one named also the doors that are left there."""
    canvass = canvass_seen(session, canvass_id, actor=actor, clock=clock)
    doors: Sequence[Door] = ()
    if building_id is not None and building_id in canvass.building_ids:
        doors = doors_left(session, canvass, [building_id], today=local_date(clock.now()))
    return CanvassProgress(
        canvass=canvass, buildings=board_of(session, canvass), doors=doors, differing=_differing(session, canvass),
    )  # fmt: skip


def canvass_seen(session: Session, canvass_id: str, *, actor: Actor, clock: Clock) -> CanvassSeen:
    """One canvass of one's neighbourhoods; 404 for any other."""
    this = visible_to(actor, CANVASSES.c.community_id) & (CANVASSES.c.id == canvass_id)
    found = _canvasses(session, this, clock=clock)
    if not found:
        raise NotFound()
    return found[0]


def is_open(canvass: Any, *, today: date) -> bool:
    return canvass.ended_at is None and canvass.starts_on <= today <= canvass.ends_on


def was_open(canvass: Canvass, *, at: datetime) -> bool:
    """Whether it was under way then: a telephone without a network sends afterwards what was asked before the end."""
    had_ended = canvass.ended_at is not None and canvass.ended_at <= at
    return not had_ended and canvass.starts_on <= local_date(at) <= canvass.ends_on


def _canvasses(session: Session, which: ColumnElement[bool], *, clock: Clock) -> Sequence[CanvassSeen]:
    today = local_date(clock.now())
    rows = session.execute(select(CANVASSES).where(which).order_by(CANVASSES.c.id.desc()).limit(MOST))
    return [
        CanvassSeen(
            id=row.id, community_id=row.community_id, title=row.title, questions=row.questions,
            building_ids=row.building_ids, starts_on=row.starts_on, ends_on=row.ends_on, ended_at=row.ended_at,
            is_open=is_open(row, today=today),
        )
        for row in rows
    ]  # fmt: skip


def outcome_of(canvass: CanvassSeen) -> Any:
    """Each home that was gone to: 1 where it is done, 0 where nobody opened so far; and when that was last."""
    done = func.max(case((VISITS.c.result.in_(DONE), 1), else_=0))
    return (
        select(VISITS.c.home_id, done.label("done"), func.max(VISITS.c.visited_at).label("last_at"))
        .where(
            VISITS.c.community_id == canvass.community_id,
            VISITS.c.canvass_id == canvass.id,
            VISITS.c.cancelled_at.is_(None),
        )
        .group_by(VISITS.c.home_id)
        .subquery()
    )


def board_of(session: Session, canvass: CanvassSeen) -> Sequence[BuildingProgress]:
    """How far a canvass is in each of its buildings."""
    outcome, up = outcome_of(canvass), PLACES.alias("up")
    statement = (
        select(
            up.c.id, up.c.label, func.count(PLACES.c.id), func.coalesce(func.sum(outcome.c.done), 0),
            func.count(outcome.c.home_id),
        )
        .join_from(up, PLACES, PLACES.c.building_id == up.c.id)
        .outerjoin(outcome, outcome.c.home_id == PLACES.c.id)
        .where(up.c.id.in_(canvass.building_ids), PLACES.c.kind == PlaceKind.HOME, PLACES.c.ended_at.is_(None))
        .group_by(up.c.id, up.c.label, up.c.sort)
        .order_by(up.c.sort)
    )  # fmt: skip
    return [
        BuildingProgress(building_id=own, building=label, homes=homes, done=int(done), nobody_home=gone - int(done))
        for own, label, homes, done, gone in session.execute(statement)
    ]  # fmt: skip


def _differing(session: Session, canvass: CanvassSeen) -> Sequence[tuple[str, str]]:
    statement = (
        select(VISITS.c.id, func.coalesce(PLACES.c.label, ""))
        .distinct()
        .join_from(VISITS, VISIT_WORDS, VISIT_WORDS.c.visit_id == VISITS.c.id)
        .outerjoin(PLACES, PLACES.c.id == VISITS.c.home_id)
        .where(
            VISITS.c.community_id == canvass.community_id,
            VISITS.c.canvass_id == canvass.id,
            VISITS.c.cancelled_at.is_(None),
            VISIT_WORDS.c.community_id == canvass.community_id,
            VISIT_WORDS.c.state == WordState.DIFFERS,
        )
        .order_by(VISITS.c.id)
        .limit(MOST)
    )
    return [(visit_id, label) for visit_id, label in session.execute(statement)]


def doors_in(
    session: Session, canvass: CanvassSeen, buildings: Sequence[str], *, today: date
) -> Sequence[Door]:
    """The doors of some buildings of a canvass, along the stairs."""
    return doors_of(session, Whom.BUILDINGS, buildings, community_id=canvass.community_id, today=today)


def doors_left(
    session: Session, canvass: CanvassSeen, buildings: Sequence[str], *, today: date
) -> Sequence[Door]:
    """Those of them that are still to be done."""
    outcome = outcome_of(canvass)
    done = set(session.execute(select(outcome.c.home_id).where(outcome.c.done == 1)).scalars())
    return [one for one in doors_in(session, canvass, buildings, today=today) if one.home_id not in done]
