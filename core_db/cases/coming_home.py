"""What was entered for somebody by telephone or at the desk is his own as soon as he has an account.

He reads it, is asked whether it is fixed, and nobody has to write down for him any more what he says.
"""

from sqlalchemy import update
from sqlmodel import Session

from core_db.accounts.bindings import when_known
from core_db.cases.model import PARTIES


def follow_his_cases(session: Session, account_id: str, person_id: str) -> None:
    """The cases that stand for this person and for no account are this account's."""
    nobodys = PARTIES.c.account_id.is_(None) & (PARTIES.c.person_id == person_id)
    session.execute(update(PARTIES).where(nobodys).values(account_id=account_id))


when_known(follow_his_cases)
