"""Looking after those who look: a month's looks in a neighbourhood, the odd ones first, and what is said of them.

Odd is a look that nothing in the reader's work explains. Two in a hundred are drawn besides, by a secret of the
installation: nobody can tell beforehand which, and nobody can draw again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, or_, select, true
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at, right_used_at
from core_db.accounts.model import Account, HomeBinding
from core_db.audit import record
from core_db.cases.model import ENTRIES
from core_db.foundation.actor import COMMITTEE, Actor, Role
from core_db.foundation.clock import LOCAL, Clock, HeldClock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from core_db.foundation.sealing import keyring_of
from core_db.people.model import Person
from core_db.places.model import PLACES, Place, PlaceKind
from core_db.places.scopes import lies_below, scope_of
from core_db.reveals.drafts import ReviewDraft
from core_db.reveals.errors import OwnLook
from core_db.reveals.looks import Act, Beside, acts, beside
from core_db.reveals.model import EVENTS, REVIEWS, LookReview
from core_db.reveals.touched import taken_by_a_secretary, touched_by
from core_db.reveals.words import Oddness, ReviewOutcome
from plugins.sdk.events import LookReviewed

#: So far back a review looks, and at so many events at most.
LOOKED_AT, MOST = timedelta(days=31), 5_000
OWN_AT_MOST = 200
#: Two in a hundred.
DRAWN_OF_256 = 5
#: From so many looks at one person within the month on they are noticed.
AGAIN_AND_AGAIN = 4
WEIGHTS: Mapping[Oddness, int] = {
    Oddness.QUESTIONED: 16, Oddness.NO_WORK: 8, Oddness.NOTHING_CORRECTED: 6, Oddness.SAME_PERSON: 2,
    Oddness.AFTER_HOURS: 1, Oddness.DRAWN: 4,
}  # fmt: skip
#: The office hours within which nobody wonders: what a committee works, with an hour on either side.
FROM_HOUR, UNTIL_HOUR = 7, 20
PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
ACCOUNTS = cast(Table, Account.__table__)  # type: ignore[attr-defined]
BINDINGS = cast(Table, HomeBinding.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookToReview:
    """One look as the secretary reads it: who, whose, what, why, through what, and what speaks for looking closer."""

    seq: int
    at: datetime
    who: str
    role: str
    whose: str
    fields: Sequence[str]
    purpose: str
    reason: str | None
    case_id: str | None
    case_number: str | None
    question_id: str | None
    odd: tuple[Oddness, ...]
    outcome: ReviewOutcome | None
    note: str
    reviewed_by: str
    is_own: bool

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[one] for one in self.odd)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """What a month's looks are held against."""

    known: Beside
    names: Mapping[str, str]
    #: Who did something about which case, or decided which binding.
    worked: frozenset[tuple[str, str]]
    corrected: Mapping[str, datetime]
    often: Counter[tuple[str, str]]
    reviews: Mapping[int, Any]


def looks_to_review(session: Session, *, actor: Actor, clock: Clock) -> list[LookToReview]:
    """A month's looks from the actor's office: what is not judged yet first, of that the oddest first.

    Of the town's, those that secretaries below it took: whom it was about it reads masked.
    """
    ways = _reviewed_by(session, actor)
    if not ways:
        return []
    since = clock.now() - LOOKED_AT
    # An export was approved by a person before anybody was read; what a plugin reads was agreed to by whoever it is
    # about, is measured by itself and stands on the plugin's page. Neither may crowd out what people looked at.
    one_by_one = EVENTS.c.purpose.not_in(("export", "plugin"))
    # The time within each way, where an index says it with the office.
    found = acts(session, or_(*(way & (EVENTS.c.at > since) for way in ways)), one_by_one, most=MOST)
    month = _month(session, found)
    looks = [_look(session, act, month, actor=actor) for act in found]
    return sorted(looks, key=lambda one: (one.outcome is ReviewOutcome.IN_ORDER, -one.weight, -one.seq))


def own_looks(session: Session, *, actor: Actor, clock: Clock) -> list[LookToReview]:
    """The actor's own looks of a month, the newest first, with what a secretary said of them.

    What speaks for looking closer he is not told, nor whether anybody has a question: that would say who asks.
    """
    nodes = actor.places_as(MAY_AT[Permission.PEOPLE_REVEAL])
    since = clock.now() - LOOKED_AT
    mine = (EVENTS.c.office_id.in_(nodes), EVENTS.c.actor_id == actor.id, EVENTS.c.at > since)
    found = acts(session, *mine, most=OWN_AT_MOST)
    month = _month(session, found)
    return [replace(_look(session, act, month, actor=actor), odd=(), question_id=None) for act in found]


def review_look(session: Session, seq: int, draft: ReviewDraft, *, actor: Actor, clock: Clock) -> LookReview:
    """Say of a look that it is in order, or ask whoever took it; earlier words stay."""
    event, place = _to_judge(session, seq, actor=actor)
    if actor.speaks_for(event.actor_id, event.acted_for):
        raise OwnLook()

    now, right = clock.now(), right_used_at(actor, Permission.LOOKS_REVIEW, scope_of(place))
    review = LookReview(
        id=new_id(), seq=seq, outcome=draft.outcome, note=draft.note or "", by_id=actor.id,
        by_name=actor.signing(right), acted_for=actor.acts_for(right), at=now,
    )  # fmt: skip
    session.add(review)
    session.flush()

    record(
        session, action="look.reviewed", actor=actor, clock=HeldClock(now), subject_id=event.actor_id,
        object=f"look/{seq}", reference=f"review/{review.id}", outcome=draft.outcome.value,
        right=right,
    )  # fmt: skip
    fact = LookReviewed(community_id=place.id, look=seq, outcome=draft.outcome.value)
    asked = [f"account:{event.actor_id}"] if draft.outcome is ReviewOutcome.ASKED else []
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}", *asked], right=right)
    return review


def _reviewed_by(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """The looks that are the actor's to judge, way by way: of his own office, and what secretaries took below him."""
    here, towns = actor.places_as({Role.SECRETARY}), actor.places_as({Role.TOWN_DISPATCHER})
    ways: list[ColumnElement[bool]] = [EVENTS.c.office_id.in_(here)] if here else []
    if towns:
        below = select(PLACES.c.id).where(PLACES.c.kind == PlaceKind.COMMUNITY, lies_below(towns))
        offices = session.execute(below).scalars().all()
        # The register is the neighbourhood's alone; the town reads in it the masked name of whom a look was at.
        widen(session, *offices)
        ways.append(EVENTS.c.office_id.in_(offices) & taken_by_a_secretary())
    return ways


def _to_judge(session: Session, seq: int, *, actor: Actor) -> tuple[Any, Place]:
    """A look of the actor's office, or one a secretary took below him; held against what he may do there."""
    event = session.execute(select(EVENTS).where(EVENTS.c.seq == seq)).first()
    place = session.get(Place, event.office_id) if event is not None and event.office_id else None
    if event is None or place is None:
        raise NotFound()
    from_above = place.town_id in actor.places_as({Role.TOWN_DISPATCHER})
    if place.id not in [grant.place_id for grant in actor.grants] and not (
        from_above and touched_by(session, place.id, seq, None).is_secretarys
    ):
        raise NotFound()
    require_at(actor, Permission.LOOKS_REVIEW, scope_of(place))
    return event, place


def _month(session: Session, found: Sequence[Act]) -> _Month:
    reviews = session.execute(
        select(REVIEWS)
        .where(REVIEWS.c.seq.in_([act.seq for act in found]))
        .order_by(REVIEWS.c.at, REVIEWS.c.id)
    )
    return _Month(
        known=beside(session, found, cases=true()), names=_names(session, found), worked=_worked(session, found),
        corrected=_corrected(session, found), often=Counter((act.actor_id, act.subject_id) for act in found),
        reviews={row.seq: row for row in reviews},
    )  # fmt: skip


def _look(session: Session, act: Act, month: _Month, *, actor: Actor) -> LookToReview:
    case, review = month.known.cases.get(act.case_id or ""), month.reviews.get(act.seq)
    question = month.known.questions.get(act.seq)
    return LookToReview(
        seq=act.seq, at=act.at, who=month.names.get(act.actor_id, ""), role=act.role, fields=act.fields,
        whose=_whose(act, month, actor), purpose=act.purpose, reason=month.known.reasons.get(act.seq),
        case_id=case.id if case else None, case_number=case.number if case else None,
        question_id=question.id if question else None, odd=tuple(_odd(session, act, month)),
        outcome=review.outcome if review else None, note=review.note if review else "",
        reviewed_by=review.by_name if review else "", is_own=actor.speaks_for(act.actor_id, act.acted_for),
    )  # fmt: skip


def _whose(act: Act, month: _Month, actor: Actor) -> str:
    name = month.names.get(act.subject_id, "")
    is_here = act.office_id in actor.places_as(COMMITTEE)
    return name if is_here or not name else f"{name[:1]}**"


def _odd(session: Session, act: Act, month: _Month) -> Sequence[Oddness]:
    signs = {
        Oddness.QUESTIONED: act.seq in month.known.questions,
        # An emergency has a review of its own, and a correction is itself the work.
        Oddness.NO_WORK: act.reference.startswith(("case/", "binding/"))
        and (act.actor_id, act.reference) not in month.worked,
        Oddness.NOTHING_CORRECTED: act.reference.startswith("person/")
        and month.corrected.get(act.subject_id, act.at) <= act.at,
        Oddness.SAME_PERSON: month.often[(act.actor_id, act.subject_id)] >= AGAIN_AND_AGAIN,
        Oddness.AFTER_HOURS: not _in_office_hours(act.at),
        Oddness.DRAWN: is_drawn(session, act.seq),
    }
    return [sign for sign, shows in signs.items() if shows]


def is_drawn(session: Session, seq: int) -> bool:
    """Is this look one of the two in a hundred that chance puts before the secretary?"""
    return keyring_of(session).blind("review", str(seq))[0] < DRAWN_OF_256


def _in_office_hours(at: datetime) -> bool:
    local = at.astimezone(LOCAL)
    return local.weekday() < 5 and FROM_HOUR <= local.hour < UNTIL_HOUR


def _worked(session: Session, found: Sequence[Act]) -> frozenset[tuple[str, str]]:
    cases = sorted({act.case_id for act in found if act.case_id})
    entries = session.execute(
        select(ENTRIES.c.by_id, ENTRIES.c.case_id).where(ENTRIES.c.case_id.in_(cases)).distinct()
    )
    bindings = sorted(
        {act.reference.removeprefix("binding/") for act in found if act.reference.startswith("binding/")}
    )
    decided = session.execute(select(BINDINGS.c.decided_by, BINDINGS.c.id).where(BINDINGS.c.id.in_(bindings)))
    return frozenset(
        [*((by, f"case/{case}") for by, case in entries), *((by, f"binding/{one}") for by, one in decided)]
    )


def _corrected(session: Session, found: Sequence[Act]) -> dict[str, datetime]:
    people = sorted({act.subject_id for act in found if act.reference.startswith("person/")})
    rows = session.execute(select(PERSONS.c.id, PERSONS.c.updated_at).where(PERSONS.c.id.in_(people)))
    return {row.id: row.updated_at for row in rows}


def _names(session: Session, found: Sequence[Act]) -> dict[str, str]:
    ids = sorted({one for act in found for one in (act.actor_id, act.subject_id)})
    people = session.execute(select(PERSONS.c.id, PERSONS.c.name).where(PERSONS.c.id.in_(ids)))
    accounts = session.execute(select(ACCOUNTS.c.id, ACCOUNTS.c.name).where(ACCOUNTS.c.id.in_(ids)))
    return {row.id: row.name for rows in (people, accounts) for row in rows}
