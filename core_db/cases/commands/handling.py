"""What those who hold a case do with it: sign for it, send it back, report on it, hand it in."""

from sqlmodel import Session

from core_db.cases.changing import (
    ALL,
    HANDLERS,
    PUBLIC,
    STAFF,
    Change,
    begin,
    change_hands,
    finish,
    move_to,
    write_entry,
)
from core_db.cases.commands.deciding import raise_to
from core_db.cases.drafts import HandlingDraft, NothingDraft, ProgressDraft, ReturnDraft
from core_db.cases.file import RETURNS_BEFORE_RULING, UPHELD, CaseFile
from core_db.cases.model import CaseDispatch
from core_db.cases.stored_clocks import is_late
from core_db.cases.timing import end_handling_clock, end_unit_clock
from core_db.cases.words import CaseStatus, EntryType, PlatformWord, Verb, platform_says
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from plugins.sdk import events

BY_RULE = system_actor("returns")


def sign_case(
    session: Session, case_id: str, draft: NothingDraft | None = None, *, version: int | None = None, actor: Actor,
    clock: Clock,
) -> CaseFile:  # fmt: skip
    """Sign for a case: we have it and will work on it."""
    change = begin(session, case_id, Verb.SIGNING, version=version, actor=actor, clock=clock)
    mine = _mine(change)

    mine.status, mine.signed_at = "signed", change.at
    if mine.is_lead:
        move_to(change, CaseStatus.SIGNED)
    write_entry(change, EntryType.SIGNED, text=mine.organisation_name, audience=PUBLIC)

    return finish(change, events.CaseSigned, organisation_id=mine.organisation_id)


def return_case(
    session: Session,
    case_id: str,
    draft: ReturnDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Send a case back with a reason; a dispatcher's return of a returned case upholds it for the committee."""
    change = begin(session, case_id, Verb.RETURN, version=version, actor=actor, clock=clock)
    mine = change.file.dispatch_of(actor)

    if mine is None:
        return _uphold(change, draft)
    mine.status, mine.is_current, mine.ended_at = "returned", False, change.at
    mine.return_reason = str(draft.reason_code)
    end_unit_clock(change, mine)
    if mine.is_lead:
        _lead_returns(change)
    write_entry(
        change, EntryType.RETURNED, text=draft.text, reason_code=str(draft.reason_code), audience=HANDLERS
    )
    fact = {"organisation_id": mine.organisation_id, "reason_code": str(draft.reason_code)}
    finish(change, events.CaseReturned, **fact)
    is_again = mine.is_lead and change.file.returns_of_round >= RETURNS_BEFORE_RULING
    if is_again and change.case.escalated_to != "district":
        # Nobody asked for it: the platform does, by its rule; also where the town has it for another reason.
        by_rule = Change(session, change.file, BY_RULE, change.at)
        raise_to(
            by_rule, "town", platform_says(PlatformWord.RETURNED_AGAIN, str(change.file.returns_of_round))
        )
    return change.file


def report_progress(
    session: Session,
    case_id: str,
    draft: ProgressDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Say how it is going; the resident reads it unless the box is not ticked."""
    change = begin(session, case_id, Verb.PROGRESS, version=version, actor=actor, clock=clock)

    _explain_overrun(change, draft.overdue_reason)
    _start_work(change, change.file.dispatch_of(actor))
    audience = ALL if draft.visible_to_resident else HANDLERS
    write_entry(change, EntryType.PROGRESSED, text=draft.text, audience=audience, photos=draft.photos)

    told = PUBLIC if draft.visible_to_resident else HANDLERS
    return finish(change, events.CaseProgressed, audience=told, visible_to_resident=draft.visible_to_resident)


def hand_in_case(
    session: Session,
    case_id: str,
    draft: HandlingDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Report the outcome. Done by the handler's word; whether it is fixed is for others to say."""
    change = begin(session, case_id, Verb.HANDLING, version=version, actor=actor, clock=clock)
    mine = change.file.dispatch_of(actor)

    _explain_overrun(change, draft.overdue_reason)
    if mine is not None:
        mine.status, mine.ended_at = "handled", change.at
        end_unit_clock(change, mine)
    if mine is None or mine.is_lead:
        end_handling_clock(change)
        change.case.handled_at = change.at
        move_to(change, CaseStatus.HANDLED)
    write_entry(
        change, EntryType.HANDLED, text=draft.text, reason_code=str(draft.outcome), photos=draft.photos
    )

    return finish(change, events.CaseHandled, outcome=str(draft.outcome))


def _mine(change: Change) -> CaseDispatch:
    mine = change.file.dispatch_of(change.actor)
    assert mine is not None, "the policy lets only handlers sign"
    return mine


def _explain_overrun(change: Change, reason: str | None) -> None:
    """Why it is late stands beside its deadline, for the one who raised it too; said again it is said once."""
    if reason is None or reason == change.case.overdue_reason:
        return
    if not is_late(change.case, change.at):
        raise CannotBeRead(
            {"overdue_reason": ("这件没有超时，不用写原因。", "It is not late; no reason is needed.")}
        )
    change.case.overdue_reason = reason
    write_entry(change, EntryType.OVERDUE_EXPLAINED, text=reason, audience=ALL)


def _start_work(change: Change, mine: CaseDispatch | None) -> None:
    if mine is None or mine.status != "signed":
        return
    mine.status = "in_progress"
    if mine.is_lead:
        move_to(change, CaseStatus.IN_PROGRESS)


def _lead_returns(change: Change) -> None:
    """The lead goes, and so do its helpers: whoever gets it next chooses them anew."""
    for helper in change.file.assisting:
        helper.is_current, helper.status, helper.ended_at = False, "recalled", change.at
        end_unit_clock(change, helper)
    change_hands(change, None, None)
    move_to(change, CaseStatus.RETURNED)


def _uphold(change: Change, draft: ReturnDraft) -> CaseFile:
    change.case.escalated_to = None
    sent_back = [one for one in change.file.dispatches if one.is_lead and one.status == "returned"]
    sent_back[-1].status = UPHELD
    move_to(change, CaseStatus.ACCEPTED)
    write_entry(
        change, EntryType.RETURNED, text=draft.text, reason_code=str(draft.reason_code), audience=STAFF
    )
    return finish(
        change, events.CaseReturned, audience=STAFF, organisation_id="", reason_code=str(draft.reason_code)
    )
