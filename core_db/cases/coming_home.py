"""What was entered for somebody by telephone or at the desk is his own as soon as he has an account.

He reads it, is asked whether it is fixed, and nobody has to write down for him any more what he says. Where an account
was taken for him by mistake, his cases part from it again.
"""

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from core_db.accounts.bindings import account_ids_of, when_known, when_mistaken
from core_db.cases.model import ENTRIES, PARTIES
from core_db.cases.words import EntryType
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.people.model import PERSONS

_WHERE_ENTERED = select(PERSONS.c.community_id).where(PERSONS.c.id == bindparam("person_id"))


def follow_his_cases(session: Session, account_id: str, person_id: str) -> None:
    """The cases that stand for this person and for no account are this account's."""
    nobodys = PARTIES.c.account_id.is_(None) & (PARTIES.c.person_id == person_id)
    session.execute(update(PARTIES).where(nobodys).values(account_id=account_id))


def part_from_his_cases(
    session: Session, account_id: str, person_id: str, *, actor: Actor, clock: Clock
) -> None:
    """What the account raised itself is its own and not this person's; what was entered for him is his again."""
    taken = (PARTIES.c.account_id == account_id) & (PARTIES.c.person_id == person_id)
    raised = select(ENTRIES.c.case_id).where(
        ENTRIES.c.case_id == PARTIES.c.case_id,
        ENTRIES.c.type == EntryType.SUBMITTED,
        ENTRIES.c.by_id == account_id,
        # What he raised for somebody else is that one's, though he was taken for him since.
        ENTRIES.c.by_role == PARTIES.c.role,
    )
    session.execute(update(PARTIES).where(taken, raised.exists()).values(person_id=None))
    community_id = session.execute(_WHERE_ENTERED, {"person_id": person_id}).scalar_one()
    own = next(iter(account_ids_of(session, person_id, community_id)), None)
    session.execute(update(PARTIES).where(taken).values(account_id=own))


when_known(follow_his_cases)
when_mistaken(part_from_his_cases)
