"""A child's accounts: bound to its entry, first of all or later; below fourteen a guardian's consent carries them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.bindings import entries_of_account
from core_db.accounts.sessions import ACCOUNTS, BINDINGS, accounts_of
from core_db.foundation.reach import widen
from core_db.mydata.model import GUARDIANSHIPS, GuardianStatus
from core_db.mydata.others import PERSONS
from core_db.people import agrees_alone, needs_a_guardian


def accounts_of_child(session: Session, entry: str, *, at: datetime) -> Sequence[str]:
    """The accounts of whose entry it is; not a grown-up's who was bound to it besides."""
    here = select(PERSONS.c.community_id).where(PERSONS.c.id == entry).scalar_subquery()
    rows = select(ACCOUNTS.c.id).where(accounts_of(entry, here)).order_by(ACCOUNTS.c.id)
    found = session.execute(rows).scalars().all()
    return [one for one in found if is_the_childs(session, one, entry, at=at)]


def is_the_childs(session: Session, account_id: str, entry: str, *, at: datetime) -> bool:
    """Whether an account that is bound to a child's entry is the child's own.

    Where the register does not say how old its first owner is, as of many who were bound by an approval, it goes by
    the name: a father who typed his child's does not lose his account with the child's consent.
    """
    first = session.execute(select(ACCOUNTS.c.person_id).where(ACCOUNTS.c.id == account_id)).scalar()
    if first in (None, entry):
        return True
    _reach_all_of(session, account_id)
    acts = (GUARDIANSHIPS.c.account_id == account_id) & (GUARDIANSHIPS.c.status == GuardianStatus.APPROVED)
    is_guardian = session.execute(select(GUARDIANSHIPS.c.id).where(acts)).first() is not None
    if is_guardian or agrees_alone(session, first, on=at):
        return False
    return needs_a_guardian(session, first, on=at) or _have_one_name(session, first, entry)


def _have_one_name(session: Session, *entries: str) -> bool:
    names = session.execute(select(PERSONS.c.name).where(PERSONS.c.id.in_(entries))).scalars()
    return len({"".join(one.split()) for one in names}) == 1


def entries_behind(session: Session, account_id: str) -> set[str]:
    """All entries of the child that its account is or was bound to: whoever agreed for one of them carries it."""
    _reach_all_of(session, account_id)
    return set(entries_of_account(session, account_id))


def _reach_all_of(session: Session, account_id: str) -> None:
    # The child may live in two neighbourhoods, and its guardian in one.
    widen(session, account_id)
    lives = select(BINDINGS.c.community_id).where(BINDINGS.c.account_id == account_id).distinct()
    widen(session, *session.execute(lives).scalars())
