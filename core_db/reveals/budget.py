"""How much one person may look at, whichever way he looks: an alarm at sixty an hour, the end at two hundred a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, right_used
from core_db.accounts import HALF_A_DAY, require_signed_in
from core_db.accounts.budgets import counted_lately, seen_lately
from core_db.accounts.model import RoleAssignment
from core_db.foundation.actor import Actor, Grant, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.places.model import Place
from core_db.places.scopes import communities_below
from core_db.reveals.errors import LookedTooOften, OwnLook
from core_db.reveals.model import ALARMS, LookAlarm
from plugins.sdk.events import ManyLooks, ManyLooksNoted

A_DAY = 200
#: How finely the last hour and the last day are looked at: what is just over counts for one step more.
STEP_OF_A_DAY, STEP_OF_AN_HOUR = timedelta(hours=1), timedelta(minutes=5)
#: So many within an hour are told to the secretary, once.
AN_HOUR = 60
SHOWN_AT_MOST = 50
ROLES = cast(Table, RoleAssignment.__table__)  # type: ignore[attr-defined]


def spend_look(session: Session, community_id: str, *, actor: Actor, now: datetime) -> None:
    """A look at somebody, by whoever signed in within half a day; counted."""
    require_signed_in(actor, within=HALF_A_DAY, now=now)
    count_look(session, community_id, actor=actor, now=now)


def must_have_a_look_left(session: Session, *, actor: Actor, now: datetime) -> None:
    """Refuse whoever could look at nobody now, where a refusal afterwards would tell that there was somebody."""
    require_signed_in(actor, within=HALF_A_DAY, now=now)
    day = seen_lately(session, "uncover", actor.id, span=timedelta(days=1), step=STEP_OF_A_DAY, now=now)
    _refuse_past_a_day([*day[:-1], day[-1] + 1], now)


def count_look(session: Session, community_id: str, *, actor: Actor, now: datetime) -> None:
    """Count one more look of the actor's; refuse it past the day's end, tell of it where they are many."""
    day = counted_lately(session, "uncover", actor.id, span=timedelta(days=1), step=STEP_OF_A_DAY, now=now)
    _refuse_past_a_day(day, now)
    hour = counted_lately(
        session, "uncover-hour", actor.id, span=timedelta(hours=1), step=STEP_OF_AN_HOUR, now=now
    )
    if sum(hour) >= AN_HOUR and not _has_rung(session, community_id, actor, now=now):
        raise_alarm(session, community_id, actor=actor, now=now)


def _refuse_past_a_day(day: Sequence[int], now: datetime) -> None:
    if sum(day) > A_DAY:
        raise LookedTooOften(seconds=_until_there_is_room(day, now), now=now)


def _until_there_is_room(day: Sequence[int], now: datetime) -> int:
    """Until the oldest steps are over a day old, and with them as many looks as are too many."""
    step, left, steps = int(STEP_OF_A_DAY.total_seconds()), sum(day), 0
    while left > A_DAY:
        left, steps = left - day[steps], steps + 1
    return steps * step - int(now.timestamp()) % step


def _has_rung(session: Session, community_id: str, actor: Actor, *, now: datetime) -> bool:
    """Whether he was told of there within the last hour."""
    rung = (ALARMS.c.community_id == community_id) & (ALARMS.c.actor_id == actor.id)
    rung &= ALARMS.c.at > now - timedelta(hours=1)
    return session.execute(select(ALARMS.c.id).where(rung).limit(1)).first() is not None


def raise_alarm(
    session: Session, community_id: str, *, looks: int = AN_HOUR, actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Tell the overseers of a neighbourhood that somebody, or a plugin, looks at many."""
    right = _right(session, community_id, actor)
    alarm = LookAlarm(
        id=new_id(), community_id=community_id, actor_id=actor.id, actor_name=actor.signing(right),
        acted_for=actor.acts_for(right), looks=looks, at=now,
    )  # fmt: skip
    session.add(alarm)
    session.flush()
    told = [f"account:{one}" for one in overseers(session, community_id, right=right, actor=actor, now=now)]
    fact = ManyLooks(community_id=community_id, alarm_id=alarm.id)
    emit(session, fact, actor=actor, at=now, audience=told, right=right)


def _right(session: Session, community_id: str, actor: Actor) -> Grant | None:
    """The right by which he has something to do there."""
    place = session.get(Place, community_id)
    above = {community_id, place.town_id, place.district_id} if place is not None else {community_id}
    return right_used(actor, lambda one: any(grant.place_id in above for grant in one.grants))


def overseers(
    session: Session, community_id: str, *, right: Grant | None = None, actor: Actor, now: datetime
) -> list[str]:
    """The secretaries of a neighbourhood but for the actor and whose right he uses; else the town's dispatchers."""
    place, himself = session.get(Place, community_id), (actor.id, actor.acts_for(right))
    town = place.town_id if place is not None else None
    for role, node in ((Role.SECRETARY, community_id), (Role.TOWN_DISPATCHER, town)):
        found = [one for one in _holding(session, role, node or "", now=now) if one not in himself]
        if found:
            return found
    return []


def _holding(session: Session, role: Role, place_id: str, *, now: datetime) -> list[str]:
    statement = select(ROLES.c.account_id).where(
        ROLES.c.place_id == place_id, ROLES.c.role == role, ROLES.c.valid_from <= now,
        or_(ROLES.c.valid_to.is_(None), ROLES.c.valid_to > now),
    )  # fmt: skip
    return list(session.execute(statement.distinct()).scalars())


def open_alarms(session: Session, *, actor: Actor, clock: Clock) -> Sequence[LookAlarm]:
    """The alarms at or below the nodes the actor oversees that nobody has noted yet, the newest first."""
    nodes = actor.places_as(MAY_AT[Permission.LOOKS_OVERSEE])
    if not nodes:
        return []
    statement = (
        select(LookAlarm)
        .where(
            ALARMS.c.community_id.in_(communities_below(nodes)),
            ALARMS.c.noted_at.is_(None),
        )
        .order_by(ALARMS.c.at.desc())
        .limit(SHOWN_AT_MOST)
    )
    return list(session.execute(statement).scalars())


def note_alarm(session: Session, alarm_id: str, *, actor: Actor, clock: Clock) -> LookAlarm:
    """Say that one has seen an alarm. Whoever it is about cannot, nor whoever acts for him."""
    mine = (alarm for alarm in open_alarms(session, actor=actor, clock=clock) if alarm.id == alarm_id)
    alarm = next(mine, None)
    if alarm is None:
        raise NotFound()
    if actor.speaks_for(alarm.actor_id, alarm.acted_for):
        raise OwnLook()

    alarm.noted_by, alarm.noted_at = actor.id, clock.now()
    session.flush()

    fact = ManyLooksNoted(community_id=alarm.community_id, alarm_id=alarm.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"account:{actor.id}"],
         right=_right(session, alarm.community_id, actor))  # fmt: skip
    return alarm
