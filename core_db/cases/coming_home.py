"""What was entered for somebody by telephone or at the desk is his own as soon as he has an account.

He reads it, is asked whether it is fixed, and nobody has to write down for him any more what he says. Where an account
was taken for him by mistake, or his entry stood behind another's, what is his and what is the other's part again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update
from sqlmodel import Session

from core_db.accounts.bindings import account_ids_of, entries_of_account, when_known, when_mistaken
from core_db.accounts.sessions import ACCOUNTS
from core_db.cases.behind import Part
from core_db.cases.changing import STAFF, Change, finish, write_entry
from core_db.cases.file import open_file
from core_db.cases.kin import of_one_family
from core_db.cases.model import CASES, ENTRIES, PARTIES
from core_db.cases.words import EntryType, PlatformWord, platform_says
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.reach import widen
from core_db.people.model import PERSONS, RESIDENCIES
from plugins.sdk import events

#: Who says in a case's history that an account has left it.
PARTING = system_actor("bindings")
_REQUESTER = PARTIES.alias("requester")
_WHERE_ENTERED = select(PERSONS.c.community_id).where(PERSONS.c.id == bindparam("person_id"))
_FIRST_ENTRY = select(ACCOUNTS.c.person_id).where(ACCOUNTS.c.id == bindparam("account_id"))


def follow_his_cases(session: Session, account_id: str, person_id: str) -> None:
    """The cases that stand for this person and for no account are this account's."""
    nobodys = PARTIES.c.account_id.is_(None) & (PARTIES.c.person_id == person_id)
    session.execute(update(PARTIES).where(nobodys).values(account_id=account_id))


def part_from_his_cases(
    session: Session, account_id: str, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """What the account raised itself is its own and not this person's; what was entered for him is his again.

    What it raised since for somebody of his house is that one's alone: it was his to raise for no other reason.
    """
    community_id = session.execute(_WHERE_ENTERED, {"person_id": person_id}).scalar_one()
    own_entry = session.execute(_FIRST_ENTRY, {"account_id": account_id}).scalar_one()
    as_him = _spoken_for(person_id, is_nobody_else=own_entry is None)
    own = _REQUESTER.c.person_id.in_(_family_of(entries_of_account(session, account_id), community_id))
    for_his = cases_raised_for(session, account_id, as_him & ~own, since)
    leave_cases(session, account_id, for_his, clock=clock)

    taken = (PARTIES.c.account_id == account_id) & (PARTIES.c.person_id == person_id)
    raised = select(ENTRIES.c.case_id).where(
        ENTRIES.c.case_id == PARTIES.c.case_id,
        ENTRIES.c.type == EntryType.SUBMITTED,
        ENTRIES.c.by_id == account_id,
        # What he raised for somebody else is that one's, though he was taken for him since.
        ENTRIES.c.by_role == PARTIES.c.role,
    )
    session.execute(update(PARTIES).where(taken, raised.exists()).values(person_id=own_entry))
    his = next(iter(account_ids_of(session, person_id, community_id)), None)
    session.execute(update(PARTIES).where(taken).values(account_id=his))


def leave_cases(session: Session, account_id: str, case_ids: Sequence[str], *, clock: Clock) -> None:
    """Take an account out of cases that were never its own to follow; the committee reads that it has left."""
    for case_id in case_ids:
        # As long as it stands behind the case, the case is reached, wherever it lies.
        file = open_file(session, case_id, actor=PARTING, for_change=True)
        widen(session, file.community_id)
        here = (PARTIES.c.case_id == case_id) & (PARTIES.c.account_id == account_id)
        session.execute(update(PARTIES).where(here).values(account_id=None, person_id=None))
        change = Change(session=session, file=file, actor=PARTING, at=clock.now())
        write_entry(
            change, EntryType.NOTED, text=platform_says(PlatformWord.RAISED_AS_ANOTHER), audience=STAFF
        )
        finish(change, events.CaseNoted, audience=STAFF)


def cases_raised_for(
    session: Session, account_id: str, which: ColumnElement[bool], since: datetime
) -> list[str]:
    """What an account raised since for people of the register, of whom `which` tells by their entries."""
    proxied = (
        select(PARTIES.c.case_id)
        .join_from(PARTIES, _REQUESTER, _REQUESTER.c.case_id == PARTIES.c.case_id)
        .join(CASES, CASES.c.id == PARTIES.c.case_id)
        .where(
            PARTIES.c.account_id == account_id,
            PARTIES.c.role == Part.PROXY.value,
            CASES.c.created_at >= since,
        )
        .where(_REQUESTER.c.role == Part.REQUESTER.value, _REQUESTER.c.person_id.is_not(None), which)
        .order_by(PARTIES.c.case_id)
    )
    return list(session.execute(proxied).scalars())


def of_these(person_ids: Sequence[str]) -> ColumnElement[bool]:
    """For `cases_raised_for`: whom the case is for is one of these."""
    return _REQUESTER.c.person_id.in_(person_ids)


def _spoken_for(person_id: str, *, is_nobody_else: bool) -> ColumnElement[bool]:
    """For whom an account can have spoken as this person; whoever is nobody else here, for all of them."""
    theirs = RESIDENCIES.alias()
    houses = select(theirs.c.household_id).where(theirs.c.person_id == person_id)
    # However they were of one house that day: what the register says of it may have been put right since.
    with_him = select(RESIDENCIES.c.person_id).where(RESIDENCIES.c.household_id.in_(houses))
    found: ColumnElement[bool] = _REQUESTER.c.person_id.in_(with_him)
    return or_(found, PARTIES.c.person_id == person_id) if is_nobody_else else found


def _family_of(person_ids: Sequence[str], community_id: str) -> Select[tuple[str]]:
    """Who is or was of one family with one of them."""
    theirs = RESIDENCIES.alias()
    together = of_one_family(theirs, RESIDENCIES, community_id)
    return (
        select(RESIDENCIES.c.person_id)
        .join_from(RESIDENCIES, theirs, together)
        .where(theirs.c.person_id.in_(person_ids))
    )


when_known(follow_his_cases)
when_mistaken(part_from_his_cases)
