"""A family moves in on one form; one of a household, or all of it, moves out, and what hung on the home ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from sqlmodel import Session

from core_db.access import Permission, may_at, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.life_events.bindings import end_bindings
from core_db.life_events.drafts import FamilyMoveIn, MemberDraft, MoveOutDraft
from core_db.life_events.proposing import propose_event
from core_db.people import (
    Because,
    Cause,
    HasDied,
    Household,
    LifeEvent,
    LivesAs,
    MoveIn,
    Person,
    PersonDraft,
    RegisterProposal,
    Residency,
    name_of,
    waits,
)
from core_db.people.commands import identity_of, person_with_id_number, place_there, register_person
from core_db.people.moving import join_household, move_out, new_household, residencies_now
from core_db.people.status import codes_of
from core_db.places import Place, PlaceKind, change_place, kept_of, scope_of

VACANT = "vacant"
#: GB/T 4761 in its groups: spouse, children, grandchildren, parents, grandparents, brothers and sisters of the head.
KIN = frozenset({"10", "20", "30", "40", "50", "60", "70"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedIn:
    """A family as it lives now."""

    household_id: str
    person_ids: Sequence[str]
    registered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftHome:
    """Who left, how many accounts lost the home, and who heads the household now."""

    person_ids: Sequence[str]
    bindings_ended: int
    new_head: str | None


def move_family_in(
    session: Session, draft: FamilyMoveIn, *, actor: Actor, clock: Clock
) -> MovedIn | RegisterProposal:
    """Register people who move into a home together, or have it wait for a second person.

    Whoever is in the register already is not typed again.
    """
    home = _home(session, draft, actor=actor, clock=clock)
    because = Because(cause=Cause.MOVED_IN, source=draft.source, batch_id=new_id())
    if waits(session, home.community_id or "", LifeEvent.MOVED_IN, clock=clock):
        _household_there(session, home, draft)
        for number, member in enumerate(draft.members, start=1):
            with _beside(number):
                _known(session, _entry(session, home, draft, member, clock=clock), clock=clock)
        return propose_event(
            session, LifeEvent.MOVED_IN, home.id, draft, because, community_id=home.community_id or "",
            place_id=home.id, actor=actor, clock=clock,
        )  # fmt: skip
    return move_in_together(session, home.id, draft, because, actor=actor, clock=clock)


def move_in_together(
    session: Session, _home_id: str, draft: FamilyMoveIn, because: Because, *, actor: Actor, clock: Clock
) -> MovedIn:
    """The family is in the register and lives in the home."""
    home = _home(session, draft, actor=actor, clock=clock)
    household = _household_there(session, home, draft) or new_household(session, home, None, clock=clock)
    people, registered = [], 0
    for number, member in enumerate(draft.members, start=1):
        with _beside(number):
            person, is_new = _member(session, home, draft, member, because, actor=actor, clock=clock)
        registered += is_new
        if draft.leaves_old_home and not is_new:
            _leave_others(session, person, draft, actor=actor, clock=clock)
        stay = MoveIn(
            home_id=home.id, role=_lives_as(draft, member), relation=member.relation, since=draft.since,
            permit=draft.permit, came_for=member.came_for or draft.came_for,
        )  # fmt: skip
        join_household(session, person, home, household, stay, because, actor=actor, clock=clock)
        people.append(person.id)
    _no_longer_vacant(session, home, draft, because, actor=actor, clock=clock)
    return MovedIn(household_id=household.id, person_ids=people, registered=registered)


def move_household_out(
    session: Session, residency_id: str, draft: MoveOutDraft, *, actor: Actor, clock: Clock
) -> LeftHome | RegisterProposal:
    """One leaves a home, or all of his household; or it waits for a second person."""
    residency, home = _stay(session, residency_id, draft, actor=actor, clock=clock)
    because = Because(cause=Cause.MOVED_OUT, reason=draft.reason, batch_id=new_id())
    if waits(session, home.community_id or "", LifeEvent.MOVED_OUT, clock=clock):
        return propose_event(
            session, LifeEvent.MOVED_OUT, residency.id, draft, because, community_id=home.community_id or "",
            person_id=residency.person_id, actor=actor, clock=clock,
        )  # fmt: skip
    return leave_home(session, residency_id, draft, because, actor=actor, clock=clock)


def leave_home(
    session: Session, residency_id: str, draft: MoveOutDraft, because: Because, *, actor: Actor, clock: Clock
) -> LeftHome:
    """Accounts lose the home, the household goes on or ends."""
    residency, home = _stay(session, residency_id, draft, actor=actor, clock=clock)
    leaving = _leaving(session, residency, draft)
    bindings = 0
    for one in leaving:
        move_out(session, one.id, last_day=draft.last_day, because=because, actor=actor, clock=clock)
        bindings += end_bindings(session, one.person_id, home.id, actor=actor, clock=clock)
    household = session.get(Household, residency.household_id) if residency.household_id else None
    stays = household is not None and household.ended_on is None and not draft.whole_household
    return LeftHome(
        person_ids=[one.person_id for one in leaving], bindings_ended=bindings,
        new_head=household.head_id if household is not None and stays else None,
    )  # fmt: skip


def _home(session: Session, draft: FamilyMoveIn, *, actor: Actor, clock: Clock) -> Place:
    """The home of a register that the actor keeps; the day lies not ahead."""
    home = place_there(session, draft.home_id)
    if home.kind is not PlaceKind.HOME or home.community_id is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(home))
    _not_ahead("since", draft.since, today=local_date(clock.now()))
    return home


def _stay(
    session: Session, residency_id: str, draft: MoveOutDraft, *, actor: Actor, clock: Clock
) -> tuple[Residency, Place]:
    """Somebody's time in a home of a register that the actor keeps; NotFound where he could not even see it."""
    residency = session.get(Residency, residency_id)
    home = place_there(session, residency.home_id) if residency is not None else None
    if residency is None or home is None or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(home)):
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(home))
    _not_ahead("last_day", draft.last_day, today=local_date(clock.now()))
    return residency, home


@contextmanager
def _beside(number: int) -> Iterator[None]:
    """A fault of a member stands beside his own row."""
    try:
        yield
    except CannotBeRead as wrong:
        raise CannotBeRead({f"{name}-{number}": pair for name, pair in wrong.faults.items()}) from None


def _not_ahead(field: str, day: date, *, today: date) -> None:
    if day > today:
        raise CannotBeRead(
            {field: ("这一天还没有到，到了再登记。", "That day lies ahead; register it then.")}
        )


def _household_there(session: Session, home: Place, draft: FamilyMoveIn) -> Household | None:
    """The household they join; None where they are a new one."""
    if draft.household_id is None:
        return None
    found = session.get(Household, draft.household_id)
    if found is None or found.home_id != home.id or found.ended_on is not None:
        raise CannotBeRead(
            {"household_id": ("这套房屋里没有这一户。", "There is no such household in this home.")}
        )
    return found


def _member(
    session: Session, home: Place, draft: FamilyMoveIn, member: MemberDraft, because: Because, *, actor: Actor,
    clock: Clock,
) -> tuple[Person, bool]:  # fmt: skip
    """Who he is in the register, by his number; entered if he is not there yet."""
    entry = _entry(session, home, draft, member, clock=clock)
    known = _known(session, entry, clock=clock)
    if known is not None:
        return known, False
    return register_person(session, entry, because=because, actor=actor, clock=clock), True


def _no_longer_vacant(
    session: Session, home: Place, draft: FamilyMoveIn, because: Because, *, actor: Actor, clock: Clock
) -> None:
    """A home that stood empty is let, or lived in by its owner, since they live there; any other use stays as it is.

    Where its use needs a second person it stays too, and the board says that somebody lives there.
    """
    kept = kept_of(session, home)
    if kept.slot("use").kept != VACANT or waits(
        session, home.community_id or "", name_of(PlaceKind.HOME, "use"), clock=clock
    ):
        return
    use = "rented" if draft.role is LivesAs.TENANT else "self_occupied"
    change_place(session, kept, "use", use, because, actor=actor, clock=clock)


def _lives_as(draft: FamilyMoveIn, member: MemberDraft) -> LivesAs:
    """A child of an owner owns nothing: the head's kin live there as his family, whatever he lives there as."""
    is_kin = member.relation in KIN and draft.role in (LivesAs.OWNER, LivesAs.TENANT)
    return LivesAs.FAMILY if is_kin else draft.role


def _entry(
    session: Session, home: Place, draft: FamilyMoveIn, member: MemberDraft, *, clock: Clock
) -> PersonDraft:
    """A member with what the family has in common."""
    return PersonDraft(
        community_id=home.community_id or "", name=member.name, sex=member.sex, phone=member.phone,
        id_number=member.id_number, birth=member.birth, source=draft.source, verified_on=local_date(clock.now()),
        ethnic_group=draft.ethnic_group, hukou_code=_hukou(session, home, draft),
    )  # fmt: skip


def _known(session: Session, entry: PersonDraft, *, clock: Clock) -> Person | None:
    """Whoever has this number in the register already and can move in; None for somebody new."""
    identity = identity_of(entry, today=local_date(clock.now()))
    known = person_with_id_number(session, entry.community_id, identity.number) if identity else None
    if known is None:
        return None
    if known.died_on is not None:
        raise HasDied()
    if known.name != entry.name:
        raise CannotBeRead({
            "name": (
                f"名册里这个证件号码的人叫{known.name}，请核对。",
                f"In the register whoever has this number is called {known.name}; please compare.",
            )
        })  # fmt: skip
    return known


def _hukou(session: Session, home: Place, draft: FamilyMoveIn) -> str | None:
    """Here: the neighbourhood's own code. Elsewhere, where that is has to be asked each."""
    codes = codes_of(session, home.community_id or "") if draft.hukou == "here" else []
    return next(iter(codes), None)


def _leave_others(
    session: Session, person: Person, draft: FamilyMoveIn, *, actor: Actor, clock: Clock
) -> None:
    """Whoever moves within the neighbourhood leaves where he lived, the day before."""
    because = Because(cause=Cause.MOVED_OUT, source=draft.source, batch_id=new_id())
    for one in residencies_now(session, person_id=person.id):
        if one.home_id != draft.home_id:
            last = max(one.valid_from, draft.since - timedelta(days=1))
            move_out(session, one.id, last_day=last, because=because, actor=actor, clock=clock)
            end_bindings(session, person.id, one.home_id, actor=actor, clock=clock)


def _leaving(session: Session, residency: Residency, draft: MoveOutDraft) -> list[Residency]:
    """Those who leave, the head last: a household that goes as a whole needs no other head on its last day."""
    if not draft.whole_household or residency.household_id is None:
        return [residency]
    household = session.get(Household, residency.household_id)
    head = household.head_id if household is not None else None
    members = residencies_now(session, household_id=residency.household_id)
    return sorted(members, key=lambda one: one.person_id == head)
