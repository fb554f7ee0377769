"""Recording a visit, correcting it, deciding between two words about it, and cancelling it.

Two people who went together record one visit: whoever comes second within the hour adds to the first's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session, col

from core_db.access import Permission, require_at, right_used_at
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.people import Person, residencies_now
from core_db.places import Place, scope_of
from core_db.places.rights import right_in
from core_db.places.telling import tell_staff
from core_db.visits.canvassing import was_open
from core_db.visits.drafts import CancellingDraft, VisitCorrection, VisitDraft, moment_of
from core_db.visits.errors import CanvassHasEnded, VisitHasConsequences, VisitIsCancelled
from core_db.visits.model import MISSED, NEEDS, TAG_PROPOSALS, VISIT_CASES, Visit, VisitPerson
from core_db.visits.saying import say, words_anew, words_of
from core_db.visits.sight import (
    canvass_in_sight,
    home_in_sight,
    person_in_sight,
    plan_in_sight,
    visit_in_sight,
)
from core_db.visits.words import DONE
from plugins.sdk.events import VisitCancelled, VisitCorrected, VisitRecorded

#: So far apart what two people say of one door is still about one visit.
TOGETHER = timedelta(hours=1)
#: A visit longer ago is no longer recorded: nobody remembers it as it was.
OLDEST = timedelta(days=31)


class Subject(NamedTuple):
    """Who was visited, where, in which neighbourhood."""

    person_id: str | None
    home_id: str | None
    place: Place


def record_visit(session: Session, draft: VisitDraft, *, actor: Actor, clock: Clock) -> Visit:
    """Record a visit; or, where somebody else has just recorded the same one, add to his."""
    subject, now = _subject(session, draft, actor=actor), clock.now()
    require_at(actor, Permission.VISIT_RECORD, scope_of(subject.place))
    _refuse_foreign_matter(session, draft, actor=actor, clock=clock)
    visited_at = moment_of(draft, now=now)
    if visited_at < now - OLDEST:
        raise CannotBeRead({"visited_at": ("一个月以前的走访不再补记。", "It is more than a month ago.")})

    visit = _same_visit(session, draft, subject, visited_at) or _begun(draft, subject, now)
    visit.visited_at = min(visit.visited_at, visited_at)
    visit.updated_at = now
    session.add(visit)
    session.flush()
    # A plugin enters what somebody else did; who that was, it says where it knows.
    if actor.kind is not ActorKind.PLUGIN:
        was_there(session, visit, actor)
    changed = say(session, visit, words_of(draft), seen={}, actor=actor, at=now)
    _make_good(session, visit, now=now)

    fact = VisitRecorded(community_id=subject.place.id, visit_id=visit.id, fields=_kinds(changed))
    emit(
        session,
        fact,
        actor=actor,
        at=now,
        audience=[f"staff:{subject.place.id}"],
        right=right_used_at(actor, Permission.VISIT_RECORD, scope_of(subject.place)),
    )
    return visit


def correct_visit(
    session: Session, visit_id: str, draft: VisitCorrection, *, actor: Actor, clock: Clock
) -> Visit:
    """Say anew what a visit was like; each field by itself, from what one had seen of it."""
    visit, place = _to_change(session, visit_id, actor=actor)
    now = clock.now()
    changed = say(session, visit, words_anew(draft), seen=draft.seen, actor=actor, at=now)
    if changed:
        visit.updated_at = now
        session.flush()
        _make_good(session, visit, now=now)
        fact = VisitCorrected(community_id=place.id, visit_id=visit.id, fields=_kinds(changed))
        tell_staff(session, fact, place, Permission.VISIT_RECORD, actor=actor, at=now)
    return visit


def cancel_visit(
    session: Session, visit_id: str, draft: CancellingDraft, *, actor: Actor, clock: Clock
) -> Visit:
    """Say that a visit was none: the wrong door, entered twice. It is kept, and counts no more."""
    visit, place = _to_change(session, visit_id, actor=actor)
    for table in (VISIT_CASES, NEEDS, TAG_PROPOSALS):
        of_it = (table.c.visit_id == visit.id) & (table.c.community_id == place.id)
        if session.execute(select(table.c.visit_id).where(of_it)).first() is not None:
            raise VisitHasConsequences()
    now = clock.now()
    visit.cancelled_at, visit.cancelled_by, visit.cancel_reason = now, actor.id, draft.reason
    visit.updated_at = now
    session.add(visit)
    session.flush()

    fact = VisitCancelled(community_id=place.id, visit_id=visit.id)
    tell_staff(session, fact, place, Permission.VISIT_RECORD, actor=actor, at=now)
    return visit


def _to_change(session: Session, visit_id: str, *, actor: Actor) -> tuple[Visit, Place]:
    visit, place = visit_in_sight(session, visit_id, actor=actor)
    require_at(actor, Permission.VISIT_RECORD, scope_of(place))
    if visit.cancelled_at is not None:
        raise VisitIsCancelled()
    return visit, place


def _subject(session: Session, draft: VisitDraft, *, actor: Actor) -> Subject:
    """Whom the draft names; held, so that two who went together begin one visit and not two."""
    if draft.home_id:
        home, place = home_in_sight(session, draft.home_id, actor=actor)
    if not draft.person_id:
        return Subject(None, home.id, place)
    person, place = person_in_sight(session, draft.person_id, actor=actor)
    if draft.home_id and home.community_id != person.community_id:
        raise CannotBeRead({"home_id": ("他不住在这里。", "He does not live there.")})
    return Subject(person.id, draft.home_id or _home_of(session, person), place)


def _home_of(session: Session, person: Person) -> str | None:
    stays = residencies_now(session, person_id=person.id)
    return stays[-1].home_id if stays else None


def _refuse_foreign_matter(session: Session, draft: VisitDraft, *, actor: Actor, clock: Clock) -> None:
    """A plan or canvass named with a visit is one in sight; of a canvass that is over nobody asks."""
    if draft.plan_id:
        plan_in_sight(session, draft.plan_id, actor=actor)
    if draft.canvass_id:
        canvass, _place = canvass_in_sight(session, draft.canvass_id, actor=actor)
        if not was_open(canvass, at=moment_of(draft, now=clock.now())):
            raise CanvassHasEnded()


def _begun(draft: VisitDraft, subject: Subject, now: datetime) -> Visit:
    return Visit(
        id=new_id(), community_id=subject.place.id, person_id=subject.person_id, home_id=subject.home_id,
        plan_id=draft.plan_id, canvass_id=draft.canvass_id, visited_at=moment_of(draft, now=now),
        channel=draft.channel, result=draft.result, purpose=draft.purpose, ticks=[], answers={}, recorded_at=now,
        updated_at=now,
    )  # fmt: skip


def _same_visit(session: Session, draft: VisitDraft, subject: Subject, visited_at: datetime) -> Visit | None:
    """The visit that somebody recorded of the same door and matter at about the same time."""
    statement = (
        select(Visit)
        .where(
            col(Visit.community_id) == subject.place.id, col(Visit.person_id) == subject.person_id,
            col(Visit.home_id) == subject.home_id, col(Visit.canvass_id) == draft.canvass_id,
            col(Visit.cancelled_at).is_(None),
            col(Visit.visited_at).between(visited_at - TOGETHER, visited_at + TOGETHER),
        )
        .order_by(col(Visit.id))
        .limit(1)
        .with_for_update()
    )  # fmt: skip
    return session.execute(statement).scalar_one_or_none()


def was_there(session: Session, visit: Visit, actor: Actor) -> None:
    """Somebody was at the door."""
    if session.get(VisitPerson, (visit.id, actor.id)) is None:
        right = right_in(session, visit.community_id, Permission.VISIT_RECORD, actor=actor)
        session.add(
            VisitPerson(
                visit_id=visit.id, account_id=actor.id, community_id=visit.community_id,
                name=actor.signing(right), acted_for=actor.acts_for(right),
            )
        )  # fmt: skip
        session.flush()


def _make_good(session: Session, visit: Visit, *, now: datetime) -> None:
    """Whoever was visited is missed no longer, by whatever plan."""
    if visit.result not in DONE:
        return
    subjects = [one for one in (visit.person_id, visit.home_id) if one]
    open_ones = MISSED.c.subject_id.in_(subjects) & MISSED.c.made_good_at.is_(None)
    mine = MISSED.c.due_on <= local_date(visit.visited_at)
    session.execute(update(MISSED).where(open_ones, mine).values(made_good_at=now))


def _kinds(fields: Sequence[str]) -> list[str]:
    """The fields that changed, by kind: what was ticked or answered is nobody's business outside."""
    return sorted({one.partition(".")[0] for one in fields})
