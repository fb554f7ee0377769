"""What whoever goes over is to the head he keeps house under from then on: kept where it is known, else to be asked.

It is known where the new head was the old one or his spouse, and where somebody returns to a household he was of: its
history says what he was there. Nothing is guessed: two children of one head may be a child and its spouse.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.people.model import CHANGES, Household, Residency
from core_db.people.moving import HEAD, HOUSEHOLD, MOVED_IN, RELATION, SAME_TO_THE_SPOUSE, residencies_now
from core_db.people.words import HEADS

#: What whoever heads a household is to its head: himself.
HIMSELF, SPOUSE = "02", "10"
#: What the former head is to one who was this to him. Of parents one has to say whether it is their son or daughter.
_SEEN_BACK: Mapping[str, str] = {
    SPOUSE: SPOUSE,
    "20": "50",
    "30": "50",
    "40": "60",
    "60": "40",
    "70": "70",
    "99": "99",
}


def seen_from(head_was: str | None, one_was: str | None) -> str | None:
    """What one is to a new head, both told by what they were to the former; None where that does not follow."""
    if head_was in HEADS:
        return one_was
    if one_was in HEADS:
        return _SEEN_BACK.get(head_was or "")
    return one_was if head_was == SPOUSE and one_was in SAME_TO_THE_SPOUSE else None


def relations_apart(old: Household, moving: Sequence[Residency], head: Residency) -> dict[str, str | None]:
    """By their times in the home, what those who keep house by themselves are to their head."""
    was = HIMSELF if head.person_id == old.head_id else head.relation
    return {
        one.id: HIMSELF
        if one is head
        else seen_from(was, HIMSELF if one.person_id == old.head_id else one.relation)
        for one in moving
    }


def relation_again(session: Session, one: Residency, target: Household) -> str | None:
    """What somebody who returns to a household is to its head; None for whoever was never of it."""
    left = session.execute(
        select(CHANGES.c.id)
        .where(CHANGES.c.of_id == one.id, CHANGES.c.field == HOUSEHOLD, CHANGES.c.before == target.id)
        .where(CHANGES.c.undoes_id.is_(None), CHANGES.c.community_id == target.community_id)
        .order_by(CHANGES.c.id.desc())
        .limit(1)
    ).scalar()
    members = residencies_now(session, household_id=target.id)
    head = next((member for member in members if member.person_id == target.head_id), None)
    if left is None or head is None:
        return None
    headed = _then(session, target, target.id, HEAD, left, target.head_id)
    one_was = (
        HIMSELF if headed == one.person_id else _then(session, target, one.id, RELATION, left, one.relation)
    )
    if headed == head.person_id:
        return seen_from(HIMSELF, one_was)
    if not _was_there(session, head, target, left):
        return None
    return seen_from(_then(session, target, head.id, RELATION, left, head.relation), one_was)


def _then(
    session: Session, target: Household, of_id: str, field: str, since: str, now: str | None
) -> str | None:  # fmt: skip
    """What a field said at a line of the history: what the first change after it replaced, else what it says now."""
    first = _first_since(session, target, of_id, field, since)
    return first.before if first is not None else now


def _was_there(session: Session, head: Residency, target: Household, since: str) -> bool:
    """Was whoever heads a household now of it at that line already?"""
    went = _first_since(session, target, head.id, HOUSEHOLD, since)
    if went is not None:
        return bool(went.before == target.id)
    return _first_since(session, target, head.id, MOVED_IN, since) is None


def _first_since(session: Session, target: Household, of_id: str, field: str, since: str) -> Any:
    later = (CHANGES.c.of_id == of_id) & (CHANGES.c.field == field) & (CHANGES.c.id > since)
    here = CHANGES.c.community_id == target.community_id
    return session.execute(
        select(CHANGES.c.before).where(later, here).order_by(CHANGES.c.id).limit(1)
    ).first()
