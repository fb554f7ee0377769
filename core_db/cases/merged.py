"""Cases of one matter, worked on as one: the main case carries the work, and those merged into it follow.

Whoever raised a merged case need not be allowed to read the main one, which is a neighbour's. He sees how far
it is, and hears how it ended; what the committee wrote at its end only where the main case is public. Where the main
case ends before any work was done, what it carried goes on without it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.changing import PUBLIC, REQUESTER, STAFF, Change, finish, move_to, tell, write_entry
from core_db.cases.file import CaseFile, file_of, main_of, visible_to
from core_db.cases.model import CASES, ENTRIES, SUPPORTS, Case, CaseSupport
from core_db.cases.rounds import keep_round
from core_db.cases.stored_clocks import CARRIED
from core_db.cases.timing import restart_handling_clock
from core_db.cases.views import clock_state, moment
from core_db.cases.words import CaseStatus, ClosureOutcome, EntryType
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


def carried_by(into: Change, change: Change) -> CaseFile:
    """One case more that another carries; both histories say so."""
    change.case.merged_into_id = into.case.id
    brought = _bring_supporters(change.session, change.case, into.file, at=change.at)
    if change.case.urgent and not into.case.urgent:
        # No new version: it is first in every list from now on, and nobody's edit grows stale by it.
        into.case.urgent, into.case.updated_at = True, change.at
    write_entry(change, EntryType.MERGED, text=into.case.number)
    write_entry(into, EntryType.ABSORBED, text=change.case.number, audience=STAFF)
    tell(into, events.CaseNoted, audience=STAFF)
    if brought:
        tell(into, events.CaseSupported, supporters=into.case.supporters)
    return finish(change, events.CaseMerged, into_id=into.case.id)


def tell_merged(change: Change, outcome: ClosureOutcome, text: str | None) -> None:
    """Tell those whose cases were merged into this one how it ended."""
    said = text if change.file.is_public else None
    for case in _merged_into(change.session, change.case.id):
        merged = _beside(change, case)
        write_entry(merged, EntryType.MAIN_CLOSED, text=said, reason_code=str(outcome), audience=REQUESTER)
        tell(merged, events.CaseMainClosed, audience=REQUESTER, outcome=str(outcome))


def keep_their_words(change: Change) -> None:
    """The main case is opened again: what was said of the merged ones counts for who had it, and more may be said."""
    for case in _merged_into(change.session, change.case.id):
        if case.resolved is not None:
            merged = _beside(change, case)
            keep_round(merged)
            case.resolved = case.satisfied = case.lead_id = case.lead_name = None
            case.needs_review = False
            finish(merged, events.CaseNoted, audience=REQUESTER)


def hand_on(change: Change) -> None:
    """The main case ends without being worked on: the oldest that it carried goes on, and carries the others.

    Told before that end itself, so that whoever followed them into it can follow them out.
    """
    carried = select(Case).where(CASES.c.merged_into_id == change.case.id).order_by(CASES.c.seq)
    merged = [_beside(change, case) for case in change.session.execute(carried.with_for_update()).scalars()]
    if not merged:
        return
    heir, *others = merged
    _go_on_alone(heir)
    _bring_supporters(change.session, change.case, heir.file, at=change.at)
    for other in others:
        carried_by(heir, other)


def _bring_supporters(session: Session, case: Any, into: CaseFile, *, at: datetime) -> int:
    """Neighbours who said “me too” say it of the main case now, where it is theirs to read. How many are new to it."""
    if not into.is_public:
        return 0
    said = select(SUPPORTS.c.account_id)
    known = {*session.execute(said.where(SUPPORTS.c.case_id == into.case.id)).scalars(), *into.party_accounts}
    theirs = session.execute(said.where(SUPPORTS.c.case_id == case.id)).scalars().all()
    further = [account_id for account_id in theirs if account_id not in known]
    session.add_all(CaseSupport(case_id=into.case.id, account_id=one, at=at) for one in further)
    into.case.supporters += len(further)
    return len(further)


def _merged_into(session: Session, case_id: str) -> list[Case]:
    """Every case that this one carries, those merged into merged ones too."""
    found = list(session.execute(select(Case).where(CASES.c.merged_into_id == case_id)).scalars())
    return [*found, *(further for one in found for further in _merged_into(session, one.id))]


def _beside(change: Change, case: Case) -> Change:
    """The same moment in a case that was merged: by nobody, who ends the main one has no name in another's case."""
    return Change(change.session, file_of(change.session, case), system_actor("main-case"), change.at)


def _go_on_alone(change: Change) -> None:
    """It stands where it stood when it was merged, and has the time that was left then."""
    from_id, change.case.merged_into_id, change.case.closed_at = change.case.merged_into_id, None, None
    stood = select(ENTRIES.c.status).where(ENTRIES.c.case_id == change.case.id)
    before = stood.where(ENTRIES.c.status != CaseStatus.MERGED).order_by(ENTRIES.c.position.desc()).limit(1)
    move_to(change, change.session.execute(before).scalar_one())
    if change.case.status is CaseStatus.ACCEPTED:
        restart_handling_clock(change, stood_for=CARRIED)
    write_entry(change, EntryType.UNMERGED, audience=PUBLIC)
    finish(change, events.CaseUnmerged, from_id=from_id)
