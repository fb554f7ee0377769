"""Whether an account acts for a child today: the committee said so, and the child is not of age yet."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.accounts.bindings import account_ids_of
from core_db.cases.for_whom import when_asked_for_wards
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.reach import widen
from core_db.installs.consents import end_given_by
from core_db.mydata.model import GUARDIANSHIPS, Guardianship, GuardianStatus
from core_db.mydata.others import PERSONS
from core_db.people import is_minor


def guardianship_of(session: Session, child_id: str, *, actor: Actor, clock: Clock) -> Guardianship:
    """That the actor acts for this child today; for everybody else the child does not exist."""
    _reach_his_children(session, actor)
    found = acts_for(session, child_id, actor.id, on=local_date(clock.now()))
    if found is None:
        raise NotFound()
    return found


def acts_for(session: Session, child_id: str, account_id: str, *, on: date) -> Guardianship | None:
    """As whose guardian an account acts on a day, if it does."""
    entry = entry_of(session, child_id)
    mine = _confirmed(child_id, entry) & (GUARDIANSHIPS.c.account_id == account_id)
    found: Guardianship | None = session.execute(select(Guardianship).where(mine)).scalars().first()
    return found if found is not None and is_minor(session, entry, on=on) else None


def end_reading_for(session: Session, child_id: str, account_id: str, *, actor: Actor, at: datetime) -> int:
    """What an account let plugins read of a child it acts for no more; the child and whoever acts for it hear so."""
    if acts_for(session, child_id, account_id, on=local_date(at)) is not None:
        return 0
    entry = entry_of(session, child_id)
    here = select(PERSONS.c.community_id).where(PERSONS.c.id == entry)
    its = account_ids_of(session, entry, session.execute(here).scalar_one())
    others = session.execute(select(Guardianship).where(_confirmed(child_id, entry))).scalars()
    told = [account_id, *its, *(one.account_id for one in others)]
    return end_given_by(session, account_id, [child_id, entry], told=told, actor=actor, at=at)


def wards_of(session: Session, *, actor: Actor, clock: Clock) -> list[str]:
    """The entries of the children the actor acts for today: he may raise a case for them."""
    _reach_his_children(session, actor)
    confirmed = select(GUARDIANSHIPS.c.child_id).where(
        _confirmed_for(actor), GUARDIANSHIPS.c.child_id.is_not(None)
    )
    entries = [entry_of(session, one) for one in session.execute(confirmed).scalars()]
    return [one for one in entries if is_minor(session, one, on=local_date(clock.now()))]


def acts_with_others(session: Session, child_id: str, account_id: str) -> bool:
    """Whether the committee confirmed somebody else for this child, too."""
    entry = entry_of(session, child_id)
    others = _confirmed(child_id, entry) & (GUARDIANSHIPS.c.account_id != account_id)
    return session.execute(select(Guardianship).where(others)).first() is not None


def _reach_his_children(session: Session, actor: Actor) -> None:
    """Whoever acts for a child acts for it wherever he lives himself by now."""
    theirs = select(GUARDIANSHIPS.c.community_id).where(_confirmed_for(actor))
    widen(session, *session.execute(theirs).scalars())


def _confirmed_for(actor: Actor) -> ColumnElement[bool]:
    return (GUARDIANSHIPS.c.account_id == actor.id) & (GUARDIANSHIPS.c.status == GuardianStatus.APPROVED)


def _confirmed(child_id: str, entry: str) -> ColumnElement[bool]:
    its = GUARDIANSHIPS.c.child_id.in_((child_id, entry))
    return its & (GUARDIANSHIPS.c.status == GuardianStatus.APPROVED)


def entry_of(session: Session, child_id: str) -> str:
    """The entry of the register that stands for a child today: guardians go along when entries are merged."""
    behind = select(PERSONS.c.merged_into_id).where(PERSONS.c.id == child_id)
    while (kept := session.execute(behind).scalar()) is not None:
        child_id = kept
        behind = select(PERSONS.c.merged_into_id).where(PERSONS.c.id == child_id)
    return child_id


when_asked_for_wards(wards_of)
