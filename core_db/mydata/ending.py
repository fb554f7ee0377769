"""What ends with a guardianship: copies of the child that were asked for, and what was agreed to for the child.

So do the copies of whoever was taken for another when he asked.

No committee reaches another's consents or copies, and a guardian may leave without ending anything; so whatever ended
it, this runs by itself a moment later. That no copy is handed out meanwhile, the copies see to themselves.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Select, except_, exists, func, or_, select, union, update
from sqlmodel import Session

from core_db.accounts.leaving import shut_account
from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import ACCOUNTS, BINDINGS
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.outbox import emit
from core_db.foundation.reach import Across, across
from core_db.installs.model import CONSENTS as TO_PLUGINS
from core_db.installs.words import ConsentChannel
from core_db.mydata.acting import acts_for, end_reading_for
from core_db.mydata.childs_accounts import entries_behind, is_the_childs
from core_db.mydata.exporting import drop_exports, is_still_his
from core_db.mydata.model import CONSENTS, EXPORTS, GUARDIANSHIPS, GuardianStatus
from core_db.mydata.others import PERSONS
from core_db.people import needs_a_guardian
from plugins.sdk.events import ConsentWithdrawn

EVERYTHING = across(Across.JOB)
ENDER = system_actor("guardianships")
WITH_IT = "guardianship-ended"


def end_with_guardianships(door: Door, folder: Path, *, clock: Clock) -> int:
    """Drop copies, end consents and sign children out, where nobody acts for the child any more; says how many."""
    now = clock.now()
    copies = door.read_now(partial(_copies_over, at=now), reach=EVERYTHING)
    drop_exports(door, folder, copies)
    consents = door.read_now(_consents_over, reach=EVERYTHING)
    if consents:
        door.write_now(partial(_end, rows=consents, at=now), reach=EVERYTHING)
    readings = door.read_now(partial(_readings_over, at=now), reach=EVERYTHING)
    if readings:
        door.write_now(partial(_read_no_more, given=readings, at=now), reach=EVERYTHING)
    accounts = door.read_now(partial(_without_consent, at=now), reach=EVERYTHING)
    if accounts:
        door.write_now(partial(_put_out, ids=accounts, at=now), reach=EVERYTHING)
    return len(copies) + len(consents) + len(readings) + len(accounts)


def _copies_over(session: Session, *, at: datetime) -> Sequence[str]:
    """Copies that nobody is handed: until they are dropped, whoever asked for one can ask for no other."""
    rows = session.execute(select(EXPORTS)).all()
    today = local_date(at)
    return [row.id for row in rows if not is_still_his(session, row, on=today)]


def _consents_over(session: Session) -> Sequence[Any]:
    acts = exists().where(
        GUARDIANSHIPS.c.account_id == CONSENTS.c.account_id, GUARDIANSHIPS.c.status == GuardianStatus.APPROVED,
        or_(GUARDIANSHIPS.c.child_id == CONSENTS.c.child_id, GUARDIANSHIPS.c.child_id == PERSONS.c.merged_into_id),
    )  # fmt: skip
    over = _of_children(CONSENTS.c.id, CONSENTS.c.account_id, CONSENTS.c.purpose).where(
        CONSENTS.c.withdrawn_at.is_(None), ~acts
    )
    return session.execute(over).all()


def _of_children(*columns: Any) -> Select[Any]:
    """What was agreed to for children, each beside its entry: one that is merged stands a step behind the one kept."""
    its = PERSONS.c.id == CONSENTS.c.child_id
    return (
        select(*columns)
        .join_from(CONSENTS, PERSONS, its, isouter=True)
        .where(CONSENTS.c.child_id.is_not(None))
    )


def _end(session: Session, *, rows: Sequence[Any], at: datetime) -> None:
    ended = {"withdrawn_at": at, "withdrawn_how": WITH_IT}
    session.execute(update(CONSENTS).where(CONSENTS.c.id.in_([row.id for row in rows])).values(ended))
    for row in rows:
        fact = ConsentWithdrawn(community_id="", account_id=row.account_id, purpose=row.purpose)
        emit(session, fact, actor=ENDER, at=at, audience=[f"account:{row.account_id}"], right=None)


def _readings_over(session: Session, *, at: datetime) -> Sequence[tuple[str, str]]:
    """What guardians let plugins read of children: each child and guardian of whom that is over, by age as well."""
    today = local_date(at)
    standing = (TO_PLUGINS.c.channel == ConsentChannel.GUARDIAN) & TO_PLUGINS.c.withdrawn_at.is_(None)
    acts = exists().where(
        GUARDIANSHIPS.c.account_id == TO_PLUGINS.c.given_by, GUARDIANSHIPS.c.status == GuardianStatus.APPROVED,
        GUARDIANSHIPS.c.child_id == TO_PLUGINS.c.person_id,
        # Of whom comes of age this year the day is asked for.
        GUARDIANSHIPS.c.of_age_in > today.year,
    )  # fmt: skip
    given = select(TO_PLUGINS.c.person_id, TO_PLUGINS.c.given_by).where(standing, ~acts).distinct()
    rows = session.execute(given.order_by(TO_PLUGINS.c.person_id, TO_PLUGINS.c.given_by)).all()
    return [
        (row.person_id, row.given_by)
        for row in rows
        if acts_for(session, row.person_id, row.given_by, on=today) is None
    ]


def _read_no_more(session: Session, *, given: Sequence[tuple[str, str]], at: datetime) -> None:
    for child_id, account_id in given:
        end_reading_for(session, child_id, account_id, actor=ENDER, at=at)


def _without_consent(session: Session, *, at: datetime) -> Sequence[str]:
    """Accounts of children below fourteen for whom somebody agreed once and nobody does now."""
    entry = func.coalesce(PERSONS.c.merged_into_id, CONSENTS.c.child_id)
    once, still = CONSENTS.c.withdrawn_at.is_not(None), CONSENTS.c.withdrawn_at.is_(None)
    alone = except_(_of_children(entry).where(once), _of_children(entry).where(still))
    bound = (BINDINGS.c.status == BindingStatus.BOUND) & BINDINGS.c.person_id.in_(alone)
    theirs = union(
        select(ACCOUNTS.c.id, ACCOUNTS.c.person_id).where(ACCOUNTS.c.person_id.in_(alone)),
        select(BINDINGS.c.account_id, BINDINGS.c.person_id).where(bound),
    ).subquery()
    its = (ACCOUNTS.c.id == theirs.c.id) & ACCOUNTS.c.closed_at.is_(None)
    rows = session.execute(select(theirs).join(ACCOUNTS, its).order_by(theirs.c.id)).all()
    over = {row.id for row in rows if _rests_on_nothing(session, row, at=at)}
    return sorted(over)


def _rests_on_nothing(session: Session, row: Any, *, at: datetime) -> bool:
    """A child's account goes on as long as somebody agrees for one of the entries that it is bound to."""
    if not needs_a_guardian(session, row.person_id, on=at):
        return False
    if not is_the_childs(session, row.id, row.person_id, at=at):
        return False
    entry = func.coalesce(PERSONS.c.merged_into_id, CONSENTS.c.child_id)
    carried = entry.in_(entries_behind(session, row.id)) & CONSENTS.c.withdrawn_at.is_(None)
    return session.execute(_of_children(CONSENTS.c.id).where(carried)).first() is None


def _put_out(session: Session, *, ids: Sequence[str], at: datetime) -> None:
    for account_id in ids:
        shut_account(session, account_id, actor=ENDER, at=at)
