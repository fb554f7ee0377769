"""A child is born into a household: where it lives and what it has from its parent is not typed again."""

from sqlmodel import Session

from core_db.access import Permission
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.life_events.drafts import BirthDraft
from core_db.life_events.errors import LivesNowhere
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
    RegisterField,
    RegisterProposal,
    Residency,
    waits,
)
from core_db.people.changing import taken_from
from core_db.people.commands import identity_of, place_there, register_person
from core_db.people.correcting import person_kept
from core_db.people.moving import join_household, new_household, residencies_now
from core_db.places import Place
from core_db.places.rights import right_in
from plugins.sdk.events import PersonBorn


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """The child's entry, and where it lives."""

    person_id: str
    home_id: str


def register_birth(
    session: Session, parent_id: str, draft: BirthDraft, *, actor: Actor, clock: Clock
) -> Born | RegisterProposal:
    """Enter a child in the household of its parent, from the day it was born; or have it wait for a second person."""
    parent, _stay = _parent(session, parent_id, draft, actor=actor, clock=clock)
    because = Because(cause=Cause.BORN, source=draft.source, batch_id=new_id())
    if waits(session, parent.community_id, LifeEvent.BORN, clock=clock):
        identity_of(_entry(parent, draft), today=local_date(clock.now()))
        return propose_event(
            session, LifeEvent.BORN, parent.id, draft, because, community_id=parent.community_id,
            person_id=parent.id, actor=actor, clock=clock,
        )  # fmt: skip
    return be_born(session, parent.id, draft, because, actor=actor, clock=clock)


def be_born(
    session: Session, parent_id: str, draft: BirthDraft, because: Because, *, actor: Actor, clock: Clock
) -> Born:
    """The child is in the register, with what it has from its parent."""
    parent, stay = _parent(session, parent_id, draft, actor=actor, clock=clock)
    home = place_there(session, stay.home_id)
    child = register_person(session, _entry(parent, draft), because=because, actor=actor, clock=clock)
    _take_after(session, parent, child, draft)
    household = _household(session, home, stay.household_id, clock=clock)
    born_here = MoveIn(
        home_id=home.id, role=LivesAs.FAMILY, relation=draft.relation, since=max(draft.birth, stay.valid_from)
    )
    join_household(session, child, home, household, born_here, because, actor=actor, clock=clock)
    fact = PersonBorn(community_id=child.community_id, person_id=child.id, home_id=home.id)
    right = right_in(session, child.community_id, Permission.PEOPLE_KEEP, actor=actor)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{child.community_id}"], right=right)
    return Born(person_id=child.id, home_id=home.id)


def _parent(
    session: Session, parent_id: str, draft: BirthDraft, *, actor: Actor, clock: Clock
) -> tuple[Person, Residency]:
    """Somebody who can have had a child on that day, and where he lives."""
    parent = person_kept(session, parent_id, actor=actor)
    if parent.died_on is not None and parent.died_on < draft.birth:
        raise HasDied()
    if draft.birth > local_date(clock.now()):
        raise CannotBeRead({"birth": ("这个日期不可能是出生日期。", "Nobody was born on that day.")})
    stay = next(iter(residencies_now(session, person_id=parent.id)), None)
    if stay is None:
        raise LivesNowhere()
    return parent, stay


def _entry(parent: Person, draft: BirthDraft) -> PersonDraft:
    return PersonDraft(
        community_id=parent.community_id, name=draft.name, sex=draft.sex, birth=draft.birth, id_number=draft.id_number,
        ethnic_group=draft.ethnic_group, hukou_code=parent.hukou_code if draft.hukou_with_parent else None,
        source=draft.source,
    )  # fmt: skip


def _take_after(session: Session, parent: Person, child: Person, draft: BirthDraft) -> None:
    """What the child has from its parent and is sealed goes over without anybody reading it."""
    same = [] if draft.ethnic_group else [RegisterField.ETHNIC_GROUP]
    same += [RegisterField.HUKOU_ADDRESS] if draft.hukou_with_parent else []
    for field in same:
        taken_from(session, parent, child, field)
    session.flush()


def _household(session: Session, home: Place, household_id: str | None, *, clock: Clock) -> Household:
    found = session.get(Household, household_id) if household_id else None
    return found or new_household(session, home, None, clock=clock)
