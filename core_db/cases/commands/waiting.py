"""When time has to be changed: a later day, a pause, and going on after it."""

from datetime import UTC, date, datetime, time

from sqlmodel import Session

from core_db.access.policy import has_it_escalated, sits_on_the_committee
from core_db.cases.changing import ALL, HANDLERS, Change, begin, finish, move_to, refused, write_entry
from core_db.cases.drafts import ExtensionDraft, NothingDraft, SuspensionDraft
from core_db.cases.errors import (
    ExtensionNeedsDispatcher,
    NoMoreExtensions,
    NothingAsked,
    OwnRequest,
    SuspendedBefore,
    TooLateToExtend,
)
from core_db.cases.file import CaseFile
from core_db.cases.model import CaseExtension
from core_db.cases.possible import EXTENSIONS_IN_ALL, extensions_approved, is_extended_above
from core_db.cases.stored_clocks import awaits_requester, has_rested, is_late
from core_db.cases.timing import (
    counts_as_rest,
    extend_clocks,
    open_asking,
    pause_clocks,
    resume_clocks,
)
from core_db.cases.words import CaseStatus, EntryType, PlatformWord, Verb, platform_says
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import LOCAL, Clock, day_begins, local_date
from core_db.foundation.drafts import STOCK
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from plugins.sdk import events

SUSPENDED_FOR_AT_MOST = 365
EXTENDED_FOR_AT_MOST = 365
#: So many days an answer of whoever raised it is waited for.
WAITS_FOR_AT_MOST = 15
RESTS_TOO_LONG = {
    "review_on": ("复查日要在今后一年之内。", "The review day must lie within the coming year.")
}
WAITS_TOO_LONG = {"review_on": ("等答复最多等 15 天。", "An answer is waited for 15 days at most.")}
CANNOT_ANSWER = {
    "awaits_requester": (
        "诉求人没有账号，不能在这里答复；请打电话问。",
        "Whoever raised it has no account to answer here; please ask by telephone.",
    )
}
#: By whom it is written that a case goes on because it was answered, or because nobody has answered.
ANSWERED, UNANSWERED = system_actor("answered"), system_actor("unanswered")


def extend_case(
    session: Session,
    case_id: str,
    draft: ExtensionDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Give a later day, with the reason the resident reads. A handler's asking waits for a yes or a no.

    What is late is extended no more, but where that was asked for in time: it would become punctual by it.
    """
    change = begin(session, case_id, Verb.EXTENSION, version=version, actor=actor, clock=clock)
    asked = open_asking(session, change.case)
    if not draft.approved:
        return _refuse(change, asked, draft.reason)
    until, reason = _wanted(change, draft, asked)
    if extensions_approved(session, change.case.id) >= EXTENSIONS_IN_ALL:
        raise refused(change, NoMoreExtensions())
    if is_late(change.case, change.at) and not _was_asked_in_time(change, asked):
        raise refused(change, TooLateToExtend())

    if not _may_answer(change):
        return _ask(change, asked, until, reason)
    if is_extended_above(session, change.file, actor):
        raise refused(change, ExtensionNeedsDispatcher())
    _must_be_anothers(change, asked)
    _answer(change, asked or _asking(change, until, reason), until, approved=True)
    extend_clocks(change, until, reason)
    write_entry(change, EntryType.EXTENDED, text=reason, audience=ALL, until=until)

    return finish(change, events.CaseExtended)


def suspend_case(
    session: Session,
    case_id: str,
    draft: SuspensionDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Let it rest until a review day because it cannot be done now; the clock stands still. Once in a round."""
    change = begin(session, case_id, Verb.SUSPENSION, version=version, actor=actor, clock=clock)
    _must_be_soon(change, draft)
    if has_rested(session, case_id):
        raise refused(change, SuspendedBefore())

    change.case.review_on = draft.review_on
    pause_clocks(change, draft.reason, awaits_requester=draft.awaits_requester)
    move_to(change, CaseStatus.SUSPENDED)
    kind = EntryType.AWAITS_REQUESTER if draft.awaits_requester else EntryType.SUSPENDED
    write_entry(change, kind, text=draft.reason, audience=ALL, until=day_begins(draft.review_on))

    return finish(change, events.CaseSuspended)


def resume_case(
    session: Session, case_id: str, draft: NothingDraft | None = None, *, version: int | None = None, actor: Actor,
    clock: Clock,
) -> CaseFile:  # fmt: skip
    """Go on with a suspended case; what was left of its time is left again."""
    change = begin(session, case_id, Verb.RESUMPTION, version=version, actor=actor, clock=clock)

    counts_as_rest(change)
    return _go_on(change)


def go_on_once_answered(change: Change) -> None:
    """What it waited for is said: it goes on by itself."""
    if awaits_requester(change.session, change.case):
        _go_on(Change(change.session, change.file, ANSWERED, change.at))


def go_on_unanswered(change: Change) -> None:
    """The last day on which an answer was waited for is over: it goes on by itself, and has rested."""
    counts_as_rest(change)
    _go_on(Change(change.session, change.file, UNANSWERED, change.at), platform_says(PlatformWord.UNANSWERED))


def _go_on(change: Change, said: str | None = None) -> CaseFile:
    change.case.review_on = None
    resume_clocks(change)
    move_to(change, CaseStatus.IN_PROGRESS if change.file.lead else CaseStatus.SELF_HANDLING)
    write_entry(change, EntryType.RESUMED, text=said, audience=ALL)
    return finish(change, events.CaseResumed)


#: Past the last year that a calendar has, or before the first.
NO_SUCH_DAY = ("没有这个日子。", "There is no such day.")


def _must_be_soon(change: Change, draft: SuspensionDraft) -> None:
    """For a season at most a year; for an answer a few days, and only from somebody who can write one here."""
    days = (draft.review_on - local_date(change.at)).days
    if not 0 < days <= (WAITS_FOR_AT_MOST if draft.awaits_requester else SUSPENDED_FOR_AT_MOST):
        raise CannotBeRead(WAITS_TOO_LONG if draft.awaits_requester else RESTS_TOO_LONG)
    if draft.awaits_requester and not change.file.who_can_answer:
        raise CannotBeRead(CANNOT_ANSWER)


def _moment(until: datetime | date) -> datetime:
    """A day means its last office hour, 18:00 here."""
    if not isinstance(until, datetime):
        return datetime.combine(until, time(18), LOCAL).astimezone(UTC)
    zoned = until if until.tzinfo else until.replace(tzinfo=LOCAL)
    try:
        moment = zoned.astimezone(UTC)
        local_date(moment)
    except OverflowError:
        raise CannotBeRead({"until": NO_SUCH_DAY}) from None
    return moment


def _wanted(change: Change, draft: ExtensionDraft, asked: CaseExtension | None) -> tuple[datetime, str]:
    """The new moment and the reason; who asked has given both already."""
    reason = draft.reason or (asked.reason if asked is not None else None)
    wanted = draft.until or (asked.until if asked is not None else None)
    said = {"until": wanted, "reason": reason}
    if wanted is None or reason is None:
        raise CannotBeRead({name: STOCK["missing"] for name, value in said.items() if value is None})
    until = _moment(wanted)
    if until <= max(change.at, change.case.due_at or change.at):
        raise CannotBeRead(
            {"until": ("新的期限要比现在的晚。", "The new day must be later than the present one.")}
        )
    if (local_date(until) - local_date(change.at)).days > EXTENDED_FOR_AT_MOST:
        raise CannotBeRead(
            {"until": ("新的期限要在今后一年之内。", "The new day must lie within the coming year.")}
        )
    return until, reason


def _was_asked_in_time(change: Change, asked: CaseExtension | None) -> bool:
    """Whoever asked before the deadline does not lose by waiting for the answer."""
    return asked is not None and change.case.due_at is not None and asked.asked_at <= change.case.due_at


def _may_answer(change: Change) -> bool:
    return sits_on_the_committee(change.actor, change.file) or has_it_escalated(change.actor, change.file)


def _must_be_anothers(change: Change, asked: CaseExtension | None) -> None:
    if asked is not None and change.actor.speaks_for(asked.asked_by, asked.acted_for):
        raise OwnRequest()


def _ask(change: Change, earlier: CaseExtension | None, until: datetime, reason: str) -> CaseFile:
    asking = _asking(change, until, reason)
    if earlier is not None:
        # Whoever asked in time and corrects the day afterwards has still asked in time.
        asking.asked_at = earlier.asked_at
        change.session.delete(earlier)
    change.session.add(asking)
    change.case.asks_extension = True
    write_entry(change, EntryType.EXTENSION_ASKED, text=reason, audience=HANDLERS, until=until)
    return finish(change, events.CaseExtensionAsked, audience=HANDLERS)


def _refuse(change: Change, asked: CaseExtension | None, reason: str | None) -> CaseFile:
    """The deadline stays, and whoever asked reads why."""
    if asked is None:
        raise NothingAsked()
    _must_be_anothers(change, asked)
    if not _may_answer(change):
        raise OwnRequest()
    if reason is None:
        raise CannotBeRead({"reason": STOCK["missing"]})
    _answer(change, asked, asked.until, approved=False)
    write_entry(change, EntryType.EXTENSION_REFUSED, text=reason, audience=HANDLERS)
    return finish(change, events.CaseExtensionRefused, audience=HANDLERS)


def _answer(change: Change, row: CaseExtension, until: datetime, *, approved: bool) -> None:
    row.until, row.approved, row.decided_by, row.decided_at = until, approved, change.actor.id, change.at
    change.session.add(row)
    change.case.asks_extension = False
    change.session.flush()


def _asking(change: Change, until: datetime, reason: str) -> CaseExtension:
    return CaseExtension(
        id=new_id(),
        case_id=change.case.id,
        until=until,
        reason=reason,
        asked_by=change.actor.id,
        acted_for=change.actor.acts_for(change.right),
        asked_at=change.at,
    )
