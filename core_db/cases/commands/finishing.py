"""How a case ends: verified by the committee, judged by the one who raised it, closed, or opened again."""

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.changing import (
    ALL,
    PUBLIC,
    REQUESTER,
    STAFF,
    Change,
    begin,
    finish,
    move_to,
    refused,
    write_entry,
)
from core_db.cases.commands.raising import raise_unsatisfied
from core_db.cases.drafts import (
    CallbackDraft,
    ClosureDraft,
    EvaluationDraft,
    ReasonDraft,
    StaysOpenDraft,
    VerificationDraft,
)
from core_db.cases.errors import HisOwnWord, OwnWork, TooLateToEvaluate
from core_db.cases.file import CaseFile
from core_db.cases.merged import keep_their_words, tell_merged
from core_db.cases.model import ENTRIES, CaseEvaluation
from core_db.cases.possible import did_the_work, is_over, stands_as_he_said
from core_db.cases.rounds import keep_round
from core_db.cases.timing import (
    drop_clocks,
    limit_of,
    restart_handling_clock,
    restart_unit_clock,
    start_handling_clock,
)
from core_db.cases.words import CaseStatus, ClosureOutcome, EntryType, Resolved, Verb
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.house_rules import house_rules_of
from core_db.foundation.ids import new_id
from plugins.sdk import events

#: It was reopened for this before.
NOTHING_NEW = (
    "上次要求重办也是这么写的；请写清楚这次有什么新情况。",
    "The same was written when it was reopened before; please say what is new.",
)
#: So many signs more than what was written before say something more.
MORE = 3
REOPENED_ELSEWHERE = {
    "reopening": (
        "这件已并入主案，要重办请在主案里提。",
        "It was merged: what is to be done again is said in the main case.",
    )
}
#: A mark at or below this opens a review.
LOW_MARK = 2
#: As what a case can be closed, by where it is.
CLOSED_AS = {
    CaseStatus.VERIFIED: tuple(ClosureOutcome),
    CaseStatus.SUSPENDED: (ClosureOutcome.UNRESOLVED,),
}
#: Not yet as the category asks before a case of it may be closed.
CONDITION_UNMET = {
    "closing_condition_met": (
        "还没达到结案条件，不能算办好；达到了请勾选。",
        "The condition for closing is not met, so it does not count as done; tick it once it is.",
    )
}
#: By whom it is written down that a case stays open although the resident says that it is done.
ASKED_FIRST = system_actor("asked-first")


def opens_review(resolved: Resolved, satisfied: int) -> bool:
    """Whether what the resident said makes the committee look again."""
    return resolved is Resolved.NO or satisfied <= LOW_MARK


def his_yes_closes(draft: EvaluationDraft, status: CaseStatus) -> bool:
    """Whether what the resident says ends the case, and the committee has nothing more to do."""
    return draft.resolved is Resolved.YES and status is CaseStatus.VERIFIED


def closed_as(draft: ClosureDraft, status: CaseStatus) -> ClosureOutcome:
    """A case that rests cannot have been resolved, whatever a program says; its form offers nothing else."""
    offered = CLOSED_AS.get(status, tuple(ClosureOutcome))
    return draft.outcome if draft.outcome in offered else offered[0]


def verify_case(
    session: Session,
    case_id: str,
    draft: VerificationDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Say whether it is really done; if not, it goes back to work and its clock goes on."""
    change = begin(session, case_id, Verb.VERIFICATION, version=version, actor=actor, clock=clock)

    if not draft.passed:
        return _back_to_work(change, draft.text)
    _hold_to_condition(change, draft.closing_condition_met)
    move_to(change, CaseStatus.VERIFIED)
    write_entry(change, EntryType.VERIFIED, text=draft.text, audience=PUBLIC)

    return finish(change, events.CaseVerified)


def close_case(
    session: Session,
    case_id: str,
    draft: ClosureDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Close a verified case, or a suspended one that cannot be resolved, with the reason."""
    change = begin(session, case_id, Verb.CLOSURE, version=version, actor=actor, clock=clock)

    outcome = closed_as(draft, change.case.status)
    if outcome is ClosureOutcome.RESOLVED:
        _hold_to_condition(change, draft.closing_condition_met)
    _close(change, outcome, draft.text)

    return finish(change, events.CaseClosed, outcome=str(outcome))


def evaluate_case(
    session: Session,
    case_id: str,
    draft: EvaluationDraft,
    *,
    actor: Actor,
    clock: Clock,
    version: int | None = None,
) -> CaseFile:
    """Say whether it is fixed and how satisfied one is; a yes closes it, a no or a low mark opens a review."""
    change = begin(session, case_id, Verb.EVALUATION, version=version, actor=actor, clock=clock)
    _must_be_in_time(change)
    if stands_as_he_said(session, change.file, actor):
        raise refused(change, HisOwnWord())

    _judge(change, draft, EntryType.EVALUATED)

    _told_of_it(change, draft)
    raise_unsatisfied(change)
    return change.file


def call_back(
    session: Session,
    case_id: str,
    draft: CallbackDraft,
    *,
    actor: Actor,
    clock: Clock,
    version: int | None = None,
) -> CaseFile:
    """Write down what somebody without an account says of the outcome; a colleague of those who did the work asks."""
    change = begin(session, case_id, Verb.CALLBACK, version=version, actor=actor, clock=clock)
    _must_be_in_time(change)
    if did_the_work(session, change.file, actor):
        raise OwnWork()
    if draft.reopening and change.file.main is not None:
        raise CannotBeRead(REOPENED_ELSEWHERE)
    again = draft.reopening if draft.resolved is not Resolved.YES else None
    if again:
        _must_be_news(change, "reopening", again)

    _judge(change, draft, EntryType.CALLED_BACK)
    _told_of_it(change, draft)
    if again:
        _open_again(change, again)
        finish(change, events.CaseReopened)
    raise_unsatisfied(change)
    return change.file


def reopen_case(
    session: Session,
    case_id: str,
    draft: ReasonDraft,
    *,
    actor: Actor,
    clock: Clock,
    version: int | None = None,
) -> CaseFile:
    """Have it done again, with the reason: a new clock, and the committee dispatches it anew."""
    change = begin(session, case_id, Verb.REOPENING, version=version, actor=actor, clock=clock)
    _must_be_in_time(change)
    _must_be_news(change, "reason", draft.reason)

    _open_again(change, draft.reason)

    finish(change, events.CaseReopened)
    raise_unsatisfied(change)
    return change.file


def _open_again(change: Change, reason: str) -> None:
    """A new round: a new clock, nobody who holds it, nothing said of it yet."""
    for dispatch in change.file.current:
        dispatch.is_current = False
    drop_clocks(change)
    keep_round(change)
    keep_their_words(change)
    change.case.lead_id = change.case.lead_name = None
    change.case.closed_at = change.case.handled_at = change.case.closure = None
    change.case.needs_review = False
    # A new round has yet to be judged; what was said of the last one stands in its own rows.
    change.case.resolved = change.case.satisfied = None
    start_handling_clock(change, limit_of(change))
    move_to(change, CaseStatus.REOPENED)
    write_entry(change, EntryType.REOPENED, text=reason, audience=ALL)


def _judge(change: Change, draft: EvaluationDraft, told_as: EntryType) -> None:
    """What he says of the outcome, and what comes of it."""
    change.session.add(
        CaseEvaluation(
            id=new_id(), case_id=change.case.id, account_id=change.actor.id, resolved=draft.resolved,
            satisfied=draft.satisfied, text=draft.text, at=change.at,
        )
    )  # fmt: skip
    change.case.resolved, change.case.satisfied = draft.resolved, draft.satisfied
    if change.file.main is not None:
        # What is judged is the work of those who had the main case.
        change.case.lead_id, change.case.lead_name = change.file.main.lead_id, change.file.main.lead_name
    # The handlers never see the words of the one who judged them before it is over.
    write_entry(change, told_as, text=draft.text, reason_code=str(draft.resolved), audience=REQUESTER)
    change.case.needs_review = opens_review(draft.resolved, draft.satisfied)
    if change.case.needs_review:
        write_entry(change, EntryType.REVIEW_OPENED, audience=STAFF)
    if his_yes_closes(draft, change.case.status):
        _end_by_his_yes(change, draft)


def _told_of_it(change: Change, draft: EvaluationDraft) -> None:
    said = {"resolved": str(draft.resolved), "satisfied": draft.satisfied}
    finish(change, events.CaseEvaluated, audience=REQUESTER, **said)


def _hold_to_condition(change: Change, is_met: bool | None) -> None:
    """What the category asks for before closing was ticked, or not; whoever does not know of it is asked nothing."""
    if is_met is None or not limit_of(change).closing_zh:
        return
    if not is_met:
        raise CannotBeRead(CONDITION_UNMET)
    write_entry(change, EntryType.CONDITION_MET, audience=PUBLIC)


def _end_by_his_yes(change: Change, draft: EvaluationDraft) -> None:
    """Closed, or left to the committee with the reason: what he says is kept, whatever a plugin thinks of it."""
    if isinstance(draft, StaysOpenDraft):
        besides = Change(change.session, change.file, ASKED_FIRST, change.at)
        write_entry(besides, EntryType.NOTED, text=draft.because, audience=STAFF)
        return
    _close(change, ClosureOutcome.RESOLVED, None)
    finish(change, events.CaseClosed, outcome=str(ClosureOutcome.RESOLVED))


def _close(change: Change, outcome: ClosureOutcome, text: str | None) -> None:
    drop_clocks(change)
    unresolved = outcome is ClosureOutcome.UNRESOLVED
    change.case.closure, change.case.closed_at = outcome, change.at
    move_to(change, CaseStatus.CLOSED_UNRESOLVED if unresolved else CaseStatus.CLOSED)
    kind = EntryType.CLOSED_UNRESOLVED if unresolved else EntryType.CLOSED
    write_entry(change, kind, text=text, reason_code=str(outcome), audience=PUBLIC)
    tell_merged(change, outcome, text)


def _back_to_work(change: Change, text: str) -> CaseFile:
    lead = change.file.lead
    change.case.handled_at = None
    restart_handling_clock(change)
    if lead is not None:
        lead.status, lead.ended_at = "in_progress", None
        restart_unit_clock(change, lead)
    move_to(change, CaseStatus.IN_PROGRESS if lead is not None else CaseStatus.SELF_HANDLING)
    write_entry(change, EntryType.VERIFICATION_FAILED, text=text)
    return finish(change, events.CaseVerificationFailed)


def _must_be_news(change: Change, field: str, reason: str) -> None:
    """Once it goes back as it is; later only with something that was not said before. What is news people judge."""
    before = select(ENTRIES.c.text).where(
        ENTRIES.c.case_id == change.case.id, ENTRIES.c.type == EntryType.REOPENED
    )
    said, now = [_plain(text) for text in change.session.execute(before).scalars() if text], _plain(reason)
    if any(_says_no_more(now, one) for one in said):
        raise CannotBeRead({field: NOTHING_NEW})


def _says_no_more(now: str, before: str) -> bool:
    """The same words, some of them, or the same with a sign or two more."""
    return now in before or (before in now and len(now) < len(before) + MORE)


def _plain(text: str) -> str:
    """The words without what a hand adds to make the same look different."""
    return "".join(sign for sign in text if sign.isalnum())


def _must_be_in_time(change: Change) -> None:
    if is_over(change.session, change.file, at=change.at):
        raise refused(change, TooLateToEvaluate(days=house_rules_of(change.session).evaluation_days))
