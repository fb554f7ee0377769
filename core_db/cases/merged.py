"""Cases of one matter, worked on as one: the main case carries the work, and those merged into it follow.

Whoever raised a merged case need not be allowed to read the main one, which is a neighbour's. He sees how far
it is, and hears how it ended; what the committee wrote at its end only where the main case is public.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.changing import REQUESTER, Change, tell, write_entry
from core_db.cases.file import CaseFile, file_of, main_of, visible_to
from core_db.cases.model import CASES, SUPPORTS, Case, CaseSupport
from core_db.cases.views import clock_state, moment
from core_db.cases.words import ClosureOutcome, EntryType
from core_db.foundation.actor import Actor, system_actor
from plugins.sdk import events


def main_case_view(session: Session, case: Any, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """How far the main case is; its id only for a reader who may open it."""
    main = main_of(session, case)
    may_open = select(CASES.c.id).where(CASES.c.id == main.id).where(visible_to(actor))
    return {
        "id": session.execute(may_open).scalar(),
        "number": main.number,
        "status": str(main.status),
        "due_at": moment(main.due_at),
        "clock": clock_state(main.clock_state, main.due_at, now),
    }


def tell_merged(change: Change, outcome: ClosureOutcome, text: str | None) -> None:
    """Tell those whose cases were merged into this one how it ended."""
    said = text if change.file.is_public else None
    # Who closed it may be a neighbour, by his word; his name has no place in another's case.
    teller = system_actor("main-case")
    for case in _merged_into(change.session, change.case.id):
        merged = Change(change.session, file_of(change.session, case), teller, change.at)
        write_entry(merged, EntryType.MAIN_CLOSED, text=said, reason_code=str(outcome), audience=REQUESTER)
        tell(merged, events.CaseMainClosed, audience=REQUESTER, outcome=str(outcome))


def bring_supporters(session: Session, case: Any, into: CaseFile, *, at: datetime) -> None:
    """Neighbours who said “me too” say it of the main case from now on, where it is theirs to read."""
    if not into.is_public:
        return
    said = select(SUPPORTS.c.account_id)
    known = {*session.execute(said.where(SUPPORTS.c.case_id == into.case.id)).scalars(), *into.party_accounts}
    theirs = session.execute(said.where(SUPPORTS.c.case_id == case.id)).scalars().all()
    further = [account_id for account_id in theirs if account_id not in known]
    session.add_all(CaseSupport(case_id=into.case.id, account_id=one, at=at) for one in further)
    into.case.supporters += len(further)


def _merged_into(session: Session, case_id: str) -> list[Case]:
    """Every case that this one carries, those merged into merged ones too."""
    found = list(session.execute(select(Case).where(CASES.c.merged_into_id == case_id)).scalars())
    return [*found, *(further for one in found for further in _merged_into(session, one.id))]
