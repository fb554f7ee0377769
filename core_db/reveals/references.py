"""What a look may be for: a case of the person or of his home that is under way, or ended within a week."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from core_db.access import Purpose
from core_db.accounts.sessions import ACCOUNTS, accounts_of
from core_db.cases.file import visible_to
from core_db.cases.model import CASES, PARTIES
from core_db.foundation.actor import Actor, Role
from core_db.people.file import PersonFile
from core_db.reveals.drafts import RevealDraft
from core_db.reveals.errors import NoLiveReference
from core_db.reveals.words import NEEDED_WORDS

#: For so long after a case ended one may still look for it.
LIVES_ON = timedelta(days=7)
MOST = 50
#: Care and welfare: where subsidies and relief are filed.
CARE = "11"


#: Finds the live reference of a look, checked: `(session, person, draft, actor, now)`.
LiveReference = Callable[..., str]


def live_cases(session: Session, person: PersonFile, *, actor: Actor, now: datetime) -> Sequence[Any]:
    """The cases the actor sees, under way or just over, that concern the person, his home or his building.

    Of a case whose requester wished to stay unnamed only the secretary is told whose it is.
    """
    statement = (
        select(
            CASES.c.id, CASES.c.number, CASES.c.summary, CASES.c.status, CASES.c.category_code, CASES.c.place_id,
            CASES.c.building_id, CASES.c.urgent, CASES.c.closed_at, _raised_by(person).label("is_his"),
        )
        .where(CASES.c.community_id == person.community_id, _lives(now), visible_to(actor))
        .where(or_(_raised_by(person), CASES.c.place_id.in_(person.home_ids), _alarms_his_building(person)))
        .order_by(CASES.c.seq.desc())
        .limit(MOST)
    )  # fmt: skip
    if person.community_id not in actor.places_as([Role.SECRETARY]):
        statement = statement.where(CASES.c.anonymous.is_(False))
    return session.execute(statement).all()


def purposes_of(case: Any, person: PersonFile) -> list[Purpose]:
    """What a live case allows to look for."""
    return [purpose for purpose, fits in FITS.items() if fits(case, person)]


def purposes_within(case: Any) -> list[Purpose]:
    """What a case allows to look into itself for: to work on it, and what it is besides."""
    also = {Purpose.EMERGENCY: case.urgent, Purpose.SUBSIDY: case.category_code.startswith(CARE)}
    return [Purpose.CASE, *(purpose for purpose, fits in also.items() if fits)]


def reference_for(
    session: Session, person: PersonFile, draft: RevealDraft, *, actor: Actor, now: datetime
) -> str:
    """The live reference of a look, checked: a case, or for a correction the person himself."""
    if draft.purpose is Purpose.REGISTRY_CORRECTION:
        return f"person/{person.id}"
    fits = FITS.get(draft.purpose)
    for case in live_cases(session, person, actor=actor, now=now) if fits is not None else ():
        if draft.reference == f"case/{case.id}" and fits is not None and fits(case, person):
            return draft.reference
    raise NoLiveReference(needed=NEEDED_WORDS[draft.purpose])


def lives(closed_at: datetime | None, *, now: datetime) -> bool:
    """Is a case under way, or ended so lately that one may still look for it?"""
    return closed_at is None or now <= closed_at + LIVES_ON


def _is_of_his_home(case: Any, person: PersonFile) -> bool:
    return bool(case.is_his) or case.place_id in person.home_ids


#: Which case fits which purpose.
FITS: Mapping[Purpose, Callable[[Any, PersonFile], bool]] = {
    Purpose.CASE: _is_of_his_home,
    Purpose.EMERGENCY: lambda case, _person: bool(case.urgent),
    Purpose.SUBSIDY: lambda case, person: (
        _is_of_his_home(case, person) and case.category_code.startswith(CARE)
    ),
    Purpose.SUBJECT_REQUEST: lambda case, _person: bool(case.is_his),
}


def _lives(now: datetime) -> ColumnElement[bool]:
    return or_(CASES.c.closed_at.is_(None), CASES.c.closed_at >= now - LIVES_ON)


def _raised_by(person: PersonFile) -> ColumnElement[bool]:
    accounts = select(ACCOUNTS.c.id).where(accounts_of(person.id, person.community_id))
    his = or_(PARTIES.c.person_id == person.id, PARTIES.c.account_id.in_(accounts))
    # What he raised for another is that one's: nobody looks at him for it.
    return CASES.c.id.in_(select(PARTIES.c.case_id).where(his, PARTIES.c.role == "requester"))


def _alarms_his_building(person: PersonFile) -> ColumnElement[bool]:
    return and_(CASES.c.urgent.is_(True), CASES.c.building_id.in_(person.building_ids))
