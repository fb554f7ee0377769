"""Who lives in a home from when to when, and what becomes of a household when somebody leaves it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause
from core_db.people.changing import note_change, tell_household_changed
from core_db.people.commands import place_there
from core_db.people.drafts import MoveIn
from core_db.people.errors import LivesThere
from core_db.people.model import Household, Person, Residency
from core_db.people.words import HEADS
from core_db.places import Place, PlaceKind, scope_of
from core_db.places.rights import right_to_keep
from plugins.sdk.events import PersonMovedIn, PersonMovedOut

RESIDENCIES: Any = Residency.__table__  # type: ignore[attr-defined]
#: Somebody who stays in the home belongs to another household of it.
HOUSEHOLD = "household"
MOVED_IN, MOVED_OUT, HEAD, RELATION, HOUSEHOLD_ENDED = (
    "moved_in",
    "moved_out",
    "head",
    "relation",
    "household_ended",
)
#: Who heads a household next: spouse, parents, children, siblings; then whoever has been there longest.
_NEXT_HEAD = ("10", "50", "20", "30", "70", "40", "60", "97", "99")
#: What one is to the head stays true when the spouse heads the household next.
SAME_TO_THE_SPOUSE = frozenset({"20", "30", "40"})


def move_in(
    session: Session, person_id: str, draft: MoveIn, *, because: Because | None = None, actor: Actor, clock: Clock
) -> Residency:  # fmt: skip
    """Register that somebody lives in a home of his neighbourhood."""
    person = session.get(Person, person_id)
    home = place_there(session, draft.home_id)
    if person is None or home.kind is not PlaceKind.HOME or home.community_id != person.community_id:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(home))

    household = household_of(session, home, draft, clock=clock)
    because = because or Because(cause=Cause.MOVED_IN)
    return join_household(session, person, home, household, draft, because, actor=actor, clock=clock)


def join_household(
    session: Session, person: Person, home: Place, household: Household, draft: MoveIn, because: Because, *,
    actor: Actor, clock: Clock,
) -> Residency:  # fmt: skip
    """Somebody lives in a home as a member of a household; who comes as its head is it, if nobody is yet."""
    if residency_in(session, person.id, home.id) is not None:
        raise LivesThere()
    if person.birth_year is not None and draft.since.year < person.birth_year:
        raise CannotBeRead({"since": ("入住日期不能早于出生。", "Nobody lives somewhere before being born.")})
    must_not_have_come_then(session, person.id, home.id, draft.since)
    if household.head_id is None and draft.relation in HEADS:
        household.head_id = person.id
    residency = Residency(
        id=new_id(), person_id=person.id, home_id=home.id, household_id=household.id, role=draft.role,
        relation=draft.relation, valid_from=draft.since, permit=draft.permit, came_for=draft.came_for,
    )  # fmt: skip
    session.add(residency)
    note_change(
        session, person, MOVED_IN, None, draft.since.isoformat(), because, actor=actor, at=clock.now(),
        of_id=residency.id,
    )  # fmt: skip
    session.flush()
    if because.cause is not Cause.IMPORTED:
        fact = PersonMovedIn(community_id=person.community_id, person_id=person.id, home_id=home.id)
        emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{person.community_id}"],
             right=right_to_keep(actor, person.community_id))  # fmt: skip
    tell_household_changed(session, household, (HOUSEHOLD,), because, actor=actor, clock=clock)
    return residency


def must_not_have_come_then(session: Session, person_id: str, home_id: str, since: date) -> None:
    """Refuse a day on which he moved into this home before, and out again later."""
    came_then = (Residency.person_id == person_id, Residency.home_id == home_id)
    if session.exec(select(Residency.id).where(*came_then, Residency.valid_from == since)).first():
        raise CannotBeRead({
            "since": (
                f"名册里他 {since} 已经住进来过一次，后来迁出了。请撤销那次迁出，或者写另一天。",
                f"He moved in here on {since} before, and out again. Undo that moving out, or give another day.",
            )
        })  # fmt: skip


def move_out(
    session: Session, residency_id: str, *, last_day: date, because: Because | None = None, actor: Actor, clock: Clock
) -> Residency:  # fmt: skip
    """Register the last day on which somebody lived in a home; his household goes on without him or ends."""
    residency = session.get(Residency, residency_id)
    if residency is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(place_there(session, residency.home_id)))
    if last_day < residency.valid_from:
        raise CannotBeRead({
            "last_day": (
                f"他 {residency.valid_from} 才住进来，不能在那以前搬走。",
                f"He moved in on {residency.valid_from} and cannot have left before.",
            )
        })  # fmt: skip
    person = session.get(Person, residency.person_id)
    if person is None:
        raise NotFound()

    because = because or Because(cause=Cause.MOVED_OUT)
    note_change(
        session, person, MOVED_OUT, residency.valid_to.isoformat() if residency.valid_to else None,
        last_day.isoformat(), because, actor=actor, at=clock.now(), of_id=residency.id,
    )  # fmt: skip
    residency.valid_to = last_day
    session.flush()
    left = leave_household(session, residency, person, because, last_day=last_day, actor=actor, clock=clock)
    fact = PersonMovedOut(community_id=person.community_id, person_id=person.id, home_id=residency.home_id)
    emit(
        session,
        fact,
        actor=actor,
        at=clock.now(),
        audience=[f"staff:{person.community_id}"],
        right=right_to_keep(actor, person.community_id),
    )
    if left is not None:
        tell_household_changed(session, left, (HOUSEHOLD,), because, actor=actor, clock=clock)
    return residency


def residency_in(session: Session, person_id: str, home_id: str) -> Residency | None:
    """That a person lives in a home now."""
    statement = select(Residency).where(
        Residency.person_id == person_id, Residency.home_id == home_id, col(Residency.valid_to).is_(None)
    )
    return session.exec(statement).first()


def residencies_now(session: Session, *, person_id: str = "", household_id: str = "") -> Sequence[Residency]:
    """Where somebody lives, or who belongs to a household: those that have no end yet, the oldest first."""
    of = Residency.person_id == person_id if person_id else Residency.household_id == household_id
    statement = select(Residency).where(of, col(Residency.valid_to).is_(None))
    return session.exec(statement.order_by(RESIDENCIES.c.valid_from, RESIDENCIES.c.id)).all()


def household_of(session: Session, home: Place, draft: MoveIn, *, clock: Clock) -> Household:
    """The household of this number in the home; a new one where there is none."""
    statement = select(Household).where(
        Household.home_id == home.id, Household.number == draft.household, col(Household.ended_on).is_(None)
    )
    return session.exec(statement).first() or new_household(session, home, draft.household, clock=clock)


def new_household(session: Session, home: Place, number: str | None, *, clock: Clock) -> Household:
    """People who begin to keep house together in a home."""
    household = Household(
        id=new_id(),
        community_id=home.community_id or "",
        home_id=home.id,
        number=number,
        created_at=clock.now(),
    )
    session.add(household)
    session.flush()
    return household


def leave_household(
    session: Session, residency: Residency, person: Person, because: Because, *, last_day: date, actor: Actor,
    clock: Clock,
) -> Household | None:  # fmt: skip
    """Without its last member a household ends; without its head it gets another. The household, if he was of one."""
    household = session.get(Household, residency.household_id) if residency.household_id else None
    if household is not None:
        go_on_without(session, household, person, because, last_day=last_day, actor=actor, clock=clock)
    return household


def go_on_without(
    session: Session, household: Household, person: Person, because: Because, *, last_day: date, actor: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    """Somebody is of a household no more, and it goes on or ends; it is written into his history."""
    if household.ended_on is not None:
        return
    staying = residencies_now(session, household_id=household.id)
    if not staying:
        household.ended_on = last_day
        note_change(
            session, person, HOUSEHOLD_ENDED, None, last_day.isoformat(), because, actor=actor, at=clock.now(),
            of_id=household.id,
        )  # fmt: skip
    elif household.head_id == person.id:
        _pass_on(session, household, staying, person, because, actor=actor, clock=clock)
    session.flush()


def _pass_on(
    session: Session, household: Household, staying: Sequence[Residency], person: Person, because: Because, *,
    actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    ranks = {relation: rank for rank, relation in enumerate(_NEXT_HEAD)}
    heir = min(staying, key=lambda one: (ranks.get(one.relation or "", 99), one.valid_from, one.id))
    pass_headship(session, household, staying, heir, person, because, actor=actor, clock=clock)


def pass_headship(
    session: Session, household: Household, members: Sequence[Residency], heir: Residency, person: Person,
    because: Because, *, actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    """Another head, and what the others are to him: known where he was the spouse, to be asked otherwise.

    It is written into the history of `person`, of whom it comes: who leaves, or who is the head from now on.
    """
    before, household.head_id = household.head_id, heir.person_id
    was_spouse = heir.relation == "10"
    note_change(
        session,
        person,
        HEAD,
        before,
        heir.person_id,
        because,
        actor=actor,
        at=clock.now(),
        of_id=household.id,
    )
    for one in members:
        keeps = was_spouse and one.relation in SAME_TO_THE_SPOUSE
        relation = "02" if one is heir else one.relation if keeps else None
        if relation != one.relation:
            member = session.get(Person, one.person_id)
            assert member is not None
            note_change(
                session, member, RELATION, one.relation, relation, because, actor=actor, at=clock.now(),
                of_id=one.id,
            )  # fmt: skip
            one.relation = relation
