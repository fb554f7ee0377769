"""What accounts did while two entries stood for one person: once they are parted, each has what is his.

All of it was written with the entry that was kept, whoever of the two wrote it; the account tells who it was.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.accounts.bindings import account_ids_of, entries_of_account
from core_db.accounts.model import Account, BindingStatus, HomeBinding
from core_db.accounts.sessions import ACCOUNTS, BINDINGS
from core_db.cases.coming_home import part_from_his_cases
from core_db.cases.model import CaseParty
from core_db.doubles.model import RegisterMerge
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.reach import widen
from core_db.people.queries import RESIDENCIES
from core_db.reveals import let_go_of_questions

#: Of what a merge remembers, the bindings that the kept entry had by itself.
BOUND_BEFORE = "home_bindings_before"


def part_accounts(session: Session, merge: RegisterMerge, *, actor: Actor, clock: Clock) -> None:
    """No account follows, or is told, what is of the entry that is not its own."""
    for other_id, accounts in accounts_apart(session, merge).items():
        for account_id in accounts:
            # What somebody raised may lie where this worker reaches nothing.
            widen(session, account_id)
            for part in (part_from_his_cases, let_go_of_questions):
                part(session, account_id, other_id, since=merge.merged_at, actor=actor, clock=clock)


def accounts_apart(session: Session, merge: RegisterMerge) -> Mapping[str, Sequence[str]]:
    """By each of the two entries the accounts of the other: whoever is bound to both goes on being both."""
    kept, behind = (_accounts_at(session, one, merge) for one in (merge.kept_id, merge.behind_id))
    return {merge.kept_id: sorted(behind - kept), merge.behind_id: sorted(kept - behind)}


def bindings_apart(session: Session, merge: RegisterMerge) -> None:
    """Whoever was bound meanwhile is who he was before, or whose home it is; at a home of both he stays with the kept.

    Asked once what was there before hangs where it hung; after it, everything else goes by whose an account is.
    """
    of_kept = (BINDINGS.c.community_id == merge.community_id) & (BINDINGS.c.person_id == merge.kept_id)
    was_before = _was_before(merge)
    was_kept = set(session.execute(select(BINDINGS.c.account_id).where(of_kept, was_before)).scalars())
    was_behind = _accounts_at(session, merge.behind_id, merge) - was_kept
    homes = _homes_of(session, merge.behind_id) - _homes_of(session, merge.kept_id)
    for one in session.execute(select(HomeBinding).where(of_kept, ~was_before)).scalars().all():
        if one.account_id in was_behind or (one.account_id not in was_kept and one.home_id in homes):
            one.person_id = merge.behind_id
            session.flush()
            _first_entry(session, one.account_id, merge)


def bound_before(session: Session, merge: RegisterMerge) -> list[str]:
    """The bindings of the kept entry when it is merged, by their ids: ending one later gives it another moment."""
    here = BINDINGS.c.community_id == merge.community_id
    own = select(BINDINGS.c.id).where(here, BINDINGS.c.person_id == merge.kept_id)
    return sorted(session.execute(own).scalars())


def _was_before(merge: RegisterMerge) -> ColumnElement[bool]:
    if BOUND_BEFORE in merge.moved:
        return BINDINGS.c.id.in_(merge.moved[BOUND_BEFORE])
    # A merge from before they were remembered has nothing but the moment to tell.
    return BINDINGS.c.decided_at < merge.merged_at


def _first_entry(session: Session, account_id: str, merge: RegisterMerge) -> None:
    account = session.get(Account, account_id)
    if account is not None and account.person_id == merge.kept_id:
        left = entries_of_account(session, account_id)
        account.person_id = merge.kept_id if merge.kept_id in left else merge.behind_id
        session.flush()


def _homes_of(session: Session, person_id: str) -> set[str]:
    lived = select(RESIDENCIES.c.home_id).where(RESIDENCIES.c.person_id == person_id)
    return set(session.execute(lived).scalars())


def cases_apart(session: Session, merge: RegisterMerge, party_ids: Sequence[str]) -> None:
    """What was brought to somebody's account is read by whose it is now, and by nobody where he has none."""
    for party in session.execute(select(CaseParty).where(CaseParty.id.in_(party_ids))).scalars():  # type: ignore[attr-defined]
        his = account_ids_of(session, party.person_id, merge.community_id) if party.person_id else []
        if party.account_id not in his:
            party.account_id = next(iter(his), None)
    session.flush()


def _accounts_at(session: Session, person_id: str, merge: RegisterMerge) -> set[str]:
    """Accounts that are or were bound to an entry, and those that are closed among them."""
    first = select(ACCOUNTS.c.id).where(ACCOUNTS.c.person_id == person_id)
    bound = select(BINDINGS.c.account_id).where(
        BINDINGS.c.community_id == merge.community_id, BINDINGS.c.person_id == person_id,
        BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED)),
    )  # fmt: skip
    return set(session.execute(first.union(bound)).scalars())
