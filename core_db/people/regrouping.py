"""Members of a household keep house by themselves (分户), or join another household of the same home (并户).

Nobody moves: their time in the home goes on, and only with whom they keep house is another. What it brings along is one
event with it (another head, relations kept or to be said anew, an end), and is taken back with it.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Because
from core_db.people.changing import note_change, tell_changed, tell_household_changed
from core_db.people.drafts import RegroupDraft
from core_db.people.households import KeptHousehold, household_kept
from core_db.people.model import Household, Person, Residency
from core_db.people.moving import (
    HEAD,
    HOUSEHOLD,
    RELATION,
    go_on_without,
    new_household,
    residencies_now,
)
from core_db.people.proposing import PERSONS, name_of_head
from core_db.people.queries import RESIDENCIES
from core_db.people.relating import relation_again, relations_apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """Who goes over, to which household, and who heads it: one of the two is None."""

    kept: KeptHousehold
    moving: Sequence[Residency]
    joined: Household | None
    head: Residency | None


def regrouping_of(
    session: Session, household_id: str, draft: RegroupDraft, *, actor: Actor, clock: Clock
) -> Regrouping:
    """What a draft asks of a household of the actor's register; CannotBeRead where that cannot be."""
    kept = household_kept(session, household_id, actor=actor)
    members = residencies_now(session, household_id=kept.household.id)
    moving = _chosen(members, draft)
    joined = _joined(session, kept, draft)
    if joined is None and len(moving) == len(members):
        raise CannotBeRead({
            "residency_ids": ("全家已经是一户。", "All of them are a household already.")
        })  # fmt: skip
    head = _first(moving, draft) if joined is None else None
    return Regrouping(kept=kept, moving=moving, joined=joined, head=head)


def regroup_members(
    session: Session, household_id: str, draft: RegroupDraft, because: Because, *, actor: Actor, clock: Clock
) -> Household:
    """Have members keep house by themselves, or with another household of the home; gives where they are now."""
    asked = regrouping_of(session, household_id, draft, actor=actor, clock=clock)
    kept, moving, joined, head = asked.kept, asked.moving, asked.joined, asked.head
    target = joined or new_household(session, kept.home, None, clock=clock)
    relations = (
        relations_apart(kept.household, moving, head) if head is not None
        else {one.id: relation_again(session, one, target) for one in moving}
    )  # fmt: skip
    # The head goes last: who is left then is who heads the old household next.
    for one in sorted(moving, key=lambda one: one.person_id == kept.household.head_id):
        relation = relations[one.id]
        _changes_over(session, one, kept.household, target, relation, because, actor=actor, clock=clock)
    if head is not None:
        _heads(session, target, head, because, actor=actor, clock=clock)
    for household in (kept.household, target):
        tell_household_changed(session, household, (HOUSEHOLD,), because, actor=actor, clock=clock)
    return target


def who_goes_over(
    session: Session, draft: RegroupDraft, *, community_id: str
) -> tuple[Sequence[str], str | None]:
    """The names of those who go, and of whoever heads the household they join; None where they join none."""
    stays = select(RESIDENCIES.c.person_id).where(RESIDENCIES.c.id.in_(draft.residency_ids))
    theirs = (PERSONS.c.community_id == community_id) & PERSONS.c.id.in_(stays)
    names = session.execute(select(PERSONS.c.name).where(theirs).order_by(PERSONS.c.id)).scalars().all()
    if draft.into is None:
        return names, None
    return names, name_of_head(session, session.get(Household, draft.into))


def _chosen(members: Sequence[Residency], draft: RegroupDraft) -> list[Residency]:
    moving = [one for one in members if one.id in draft.residency_ids]
    if len(moving) != len(set(draft.residency_ids)):
        raise CannotBeRead({
            "residency_ids": ("请选这一户现在的成员。", "Please choose members of this household.")
        })  # fmt: skip
    return moving


def _joined(session: Session, kept: KeptHousehold, draft: RegroupDraft) -> Household | None:
    """The household they join; None where they are one of their own."""
    if draft.into is None:
        return None
    found = session.get(Household, draft.into) if is_id(draft.into) else None
    is_beside = found is not None and found.home_id == kept.home.id and found.ended_on is None
    if found is None or not is_beside or found.id == kept.household.id:
        raise CannotBeRead({
            "into": ("请选这套房屋里现在的另一户。", "Please choose another household of this home.")
        })  # fmt: skip
    return found


def _first(moving: Sequence[Residency], draft: RegroupDraft) -> Residency:
    """Who heads the new household: whoever was named, else whoever has lived there longest."""
    named = [one for one in moving if one.person_id == draft.head_id]
    if draft.head_id is not None and not named:
        raise CannotBeRead({
            "head_id": ("户主要在分出去的人里选。", "Please choose the head among those who leave.")
        })  # fmt: skip
    return named[0] if named else moving[0]


def _changes_over(
    session: Session, residency: Residency, old: Household, target: Household, relation: str | None, because: Because,
    *, actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    """One goes over, as what he is to the new head; the old household goes on without him or ends."""
    person = _person(session, residency)
    now = clock.now()
    note_change(
        session, person, HOUSEHOLD, old.id, target.id, because, actor=actor, at=now, of_id=residency.id
    )
    if residency.relation != relation:
        note_change(
            session,
            person,
            RELATION,
            residency.relation,
            relation,
            because,
            actor=actor,
            at=now,
            of_id=residency.id,
        )
    residency.household_id, residency.relation = target.id, relation
    session.flush()
    go_on_without(session, old, person, because, last_day=local_date(now), actor=actor, clock=clock)
    tell_changed(session, person, [HOUSEHOLD], because, actor=actor, clock=clock)


def _heads(
    session: Session, household: Household, residency: Residency, because: Because, *, actor: Actor, clock: Clock
) -> None:  # fmt: skip
    person = _person(session, residency)
    note_change(
        session, person, HEAD, None, person.id, because, actor=actor, at=clock.now(), of_id=household.id
    )
    household.head_id = person.id
    session.flush()


def _person(session: Session, residency: Residency) -> Person:
    person = session.get(Person, residency.person_id)
    if person is None:
        raise NotFound()
    return person
