"""Accounts of whoever does not live in a home any more are not bound to it any more."""

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.accounts import end_binding
from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import ACCOUNTS, BINDINGS
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.people.model import PERSONS


def end_bindings(session: Session, person_id: str, home_id: str | None, *, actor: Actor, clock: Clock) -> int:
    """End the bindings of somebody's accounts to a home, or to every home; how many there were."""
    accounts = select(ACCOUNTS.c.id).where(ACCOUNTS.c.person_id == person_id)
    # Whoever lived elsewhere first has another entry there, and may be bound there still; what binds him here names his
    # entry of here.
    his = or_(BINDINGS.c.person_id == person_id, BINDINGS.c.account_id.in_(accounts))
    here = select(PERSONS.c.community_id).where(PERSONS.c.id == person_id).scalar_subquery()
    open_ones = BINDINGS.c.status.in_((BindingStatus.ASKED, BindingStatus.BOUND))
    statement = select(BINDINGS.c.id).where(open_ones, his, BINDINGS.c.community_id == here)
    if home_id is not None:
        statement = statement.where(BINDINGS.c.home_id == home_id)
    found = session.execute(statement.order_by(BINDINGS.c.id)).scalars().all()
    for binding_id in found:
        end_binding(session, binding_id, actor=actor, clock=clock)
    return len(found)
