"""Having looks told later: a named secretary says why and until when; another person may go on with it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at, right_used_at
from core_db.audit import record
from core_db.cases.file import open_file
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LOCAL, Clock, HeldClock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.places.model import PLACES, Place, PlaceKind
from core_db.places.scopes import lies_below, scope_of
from core_db.reveals.drafts import DeferralDraft
from core_db.reveals.errors import DeferredByWhoLooked, RenewedByTheSame
from core_db.reveals.model import DEFERRALS, EVENTS, LookDeferral
from core_db.reveals.touched import Touched, touched_by
from core_db.reveals.words import DeferralReason
from plugins.sdk.events import LooksDeferred

#: For so many days at most; then it is told, or another person goes on with it.
DAYS_AT_MOST = 90
SHOWN_AT_MOST = 200


class DeferralShown(NamedTuple):
    """A deferral as those who oversee it read it."""

    id: str
    of: str
    reason_code: DeferralReason
    began_at: datetime
    until: datetime
    by_name: str
    by_id: str
    #: In whose right, where it was lent.
    by_for: str | None
    in_force: bool


class Quarter(NamedTuple):
    """How often telling was put off in three months, in the whole district."""

    year: int
    number: int
    deferrals: int


def defer_look(
    session: Session, seq: int, draft: DeferralDraft, *, actor: Actor, clock: Clock
) -> LookDeferral:
    """Have one look told later. Never one's own: what a secretary took the town puts off."""
    event = session.execute(select(EVENTS).where(EVENTS.c.seq == seq)).first()
    if event is None or event.office_id is None:
        raise NotFound()
    place = _in_sight(session, event.office_id, actor=actor)
    return _defer(session, place, draft, seq=seq, reference=None, actor=actor, clock=clock)


def defer_looks_under(
    session: Session, case_id: str, draft: DeferralDraft, *, actor: Actor, clock: Clock
) -> LookDeferral:  # fmt: skip
    """Have all looks under a case told later, those that are still to come too."""
    file = open_file(session, case_id, actor=actor)
    place = _in_sight(session, file.community_id, actor=actor)
    return _defer(session, place, draft, seq=None, reference=f"case/{file.case.id}", actor=actor, clock=clock)


def defer_looks_for(
    session: Session, community_id: str, reference: str, draft: DeferralDraft, *, actor: Actor, clock: Clock
) -> LookDeferral:  # fmt: skip
    """The same for what is looked at under something else than a case, which its own part of the base has found.

    What cannot wait for the secretary, the town may put off as well.
    """
    place = _in_sight(session, community_id, actor=actor)
    return _defer(
        session, place, draft, seq=None, reference=reference, first=Permission.LOOKS_OVERSEE, actor=actor, clock=clock
    )  # fmt: skip


def renew_deferral(
    session: Session, deferral_id: str, draft: DeferralDraft, *, actor: Actor, clock: Clock
) -> LookDeferral:  # fmt: skip
    """Go on with a deferral that another person began: never the one who set the last of them."""
    earlier = session.get(LookDeferral, deferral_id)
    if earlier is None:
        raise NotFound()
    place = _in_sight(session, earlier.community_id, actor=actor)
    return _defer(
        session, place, draft, seq=earlier.seq, reference=earlier.reference, actor=actor, clock=clock
    )


def deferrals_at(session: Session, *, actor: Actor, clock: Clock) -> Sequence[DeferralShown]:
    """The deferrals of the neighbourhoods the actor oversees, the newest first."""
    nodes = actor.places_as(MAY_AT[Permission.LOOKS_OVERSEE])
    if not nodes:
        raise NotPermitted()
    places = select(PLACES.c.id).where(PLACES.c.kind == PlaceKind.COMMUNITY, lies_below(nodes))
    statement = (
        select(DEFERRALS)
        .where(DEFERRALS.c.community_id.in_(places))
        .order_by(DEFERRALS.c.began_at.desc(), DEFERRALS.c.id.desc())
        .limit(SHOWN_AT_MOST)
    )
    return [_shown(row, clock.now()) for row in session.execute(statement)]


def deferrals_by_quarter(session: Session, *, clock: Clock) -> Sequence[Quarter]:
    """How often telling was put off in this quarter and the last, for everybody to read."""
    today = local_date(clock.now())
    this = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = date(this.year - (this.month == 1), 10 if this.month == 1 else this.month - 3, 1)
    return [
        Quarter(first.year, (first.month + 2) // 3, _begun(session, first, until))
        for first, until in ((this, today + timedelta(days=1)), (last, this))
    ]


def deferred_now(session: Session, *, now: datetime) -> int:
    """How many deferrals are in force. None is ever overdue: when it ends, the look is told."""
    in_force = (DEFERRALS.c.began_at <= now, DEFERRALS.c.until > now)
    return int(session.execute(select(func.count()).select_from(DEFERRALS).where(*in_force)).scalar_one())


def _begun(session: Session, since: date, until: date) -> int:
    within = (DEFERRALS.c.began_at >= _start(since), DEFERRALS.c.began_at < _start(until))
    return int(session.execute(select(func.count()).select_from(DEFERRALS).where(*within)).scalar_one())


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _in_sight(session: Session, place_id: str, *, actor: Actor) -> Place:
    """The neighbourhood, if the actor works at or above it; elsewhere nothing exists for him."""
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound()
    scope = scope_of(place)
    if not any(
        grant.place_id in (scope.community_id, scope.town_id, scope.district_id) for grant in actor.grants
    ):
        raise NotFound()
    return place


def _defer(
    session: Session, place: Place, draft: DeferralDraft, *, seq: int | None, reference: str | None,
    first: Permission = Permission.LOOKS_DEFER, actor: Actor, clock: Clock,
) -> LookDeferral:  # fmt: skip
    touched, now = touched_by(session, place.id, seq, reference), clock.now()
    earlier = max(touched.lasts, key=lambda row: row.until, default=None)
    # What a secretary looked at himself, the town may put off first.
    needed = Permission.LOOKS_OVERSEE if earlier is not None or touched.is_secretarys else first
    require_at(actor, needed, scope_of(place))
    _refuse_too_long(draft, today=local_date(now))
    until, seq = _start(draft.until + timedelta(days=1)), touched.seq
    right = right_used_at(actor, needed, scope_of(place))
    _refuse_the_same(touched, until, alone=seq is not None, actor=actor)

    deferral = LookDeferral(
        id=new_id(), community_id=place.id, seq=seq, reference=reference, reason_code=draft.reason_code, began_at=now,
        until=until, by_id=actor.id, by_name=actor.signing(right), acted_for=actor.acts_for(right),
        renews_id=earlier.id if earlier is not None else None,
    )  # fmt: skip
    session.add(deferral)
    session.flush()

    record(
        session, action="look.deferred", actor=actor, clock=HeldClock(now), object=reference or f"look/{seq}",
        purpose=draft.reason_code.value, reference=f"deferral/{deferral.id}", outcome=f"until/{draft.until}",
        right=right,
    )  # fmt: skip
    fact = LooksDeferred(community_id=place.id, deferral_id=deferral.id, reason_code=draft.reason_code.value)
    # Whoever it was about must not learn of it, and others of the committee need not.
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}"], right=right)
    return deferral


def _refuse_the_same(touched: Touched, until: datetime, *, alone: bool, actor: Actor) -> None:
    """Nobody puts off his own looks, or goes on with what he put off last. That he may widen, but no further."""
    if actor.speaks_for(*touched.looked_by):
        raise DeferredByWhoLooked()
    for last in touched.lasts:
        widens = not alone and last.seq is not None and until <= last.until
        if actor.speaks_for(last.by_id, last.acted_for) and not widens:
            raise RenewedByTheSame()


def _refuse_too_long(draft: DeferralDraft, *, today: date) -> None:
    if not today < draft.until <= today + timedelta(days=DAYS_AT_MOST):
        raise CannotBeRead({
            "until": (f"请选明天起 {DAYS_AT_MOST} 天以内的一天。", f"Choose a day within the next {DAYS_AT_MOST} days.")
        })  # fmt: skip


def _shown(row: Any, now: datetime) -> DeferralShown:
    return DeferralShown(
        id=row.id, of=row.reference or f"look/{row.seq}", reason_code=row.reason_code, began_at=row.began_at,
        until=row.until, by_name=row.by_name, by_id=row.by_id, by_for=row.acted_for,
        in_force=row.began_at <= now < row.until,
    )  # fmt: skip
