"""A case as those who work on it read it: its clock, who holds it, and its way through the six steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from app_shell.moments import due_text, handling_text
from app_shell.words import _
from core_db.cases import ENDED, waits_for_ruling
from core_db.cases.words import (
    ESCALATED_TO_WORDS,
    STATUS_WORDS,
    STEP_OF,
    STEP_WORDS,
    CaseStatus,
    EscalatedTo,
    Step,
)
from core_db.foundation.lean import dataclass

Tone = Literal["ok", "info", "warn", "bad", "mute"]
#: A clock with less than a day left is near its end.
SOON = 86_400
TONES: Mapping[CaseStatus, Tone] = {
    CaseStatus.SUBMITTED: "warn", CaseStatus.PRE_CHECK: "warn", CaseStatus.ACCEPTED: "warn",
    CaseStatus.REOPENED: "warn", CaseStatus.RETURNED: "warn", CaseStatus.HANDLED: "warn",
    CaseStatus.VERIFIED: "info", CaseStatus.CLOSED: "ok", CaseStatus.CLOSED_UNRESOLVED: "mute",
    CaseStatus.NOT_ACCEPTED: "mute", CaseStatus.WITHDRAWN: "mute", CaseStatus.MERGED: "mute",
    CaseStatus.SUSPENDED: "mute",
}  # fmt: skip
#: Ended before anybody set out: the steps between are not shown as if they had been walked.
CUT_SHORT = frozenset({CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN, CaseStatus.MERGED})


#: With the committee, whoever handled it before: to be verified, arranged anew, or talked over.
WITH_COMMITTEE = frozenset(
    {CaseStatus.HANDLED, CaseStatus.VERIFIED, CaseStatus.RETURNED, CaseStatus.REOPENED}
)


@dataclass(frozen=True, kw_only=True)
class ClockShown:
    text: str
    at: datetime | None
    state: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepShown:
    label: str
    state: Literal["done", "now", "todo"]
    at: datetime | None = None
    holder: str | None = None
    clock: ClockShown | None = None


def tone_of(status: CaseStatus) -> Tone:
    return TONES.get(status, "info")


def clock_of(view: Mapping[str, Any], row: Any, *, now: datetime, lang: str) -> ClockShown | None:
    """The handling clock as people say it; “soon” in its last day. None before it starts and after the end."""
    clock, due = view["clock"], view["due_at"]
    if clock is None or due is None or CaseStatus(view["status"]) in ENDED:
        return None
    at, state = datetime.fromisoformat(due), clock["state"]
    near = state == "running" and (at - now).total_seconds() < SOON
    text = handling_text(view, now, lang, done_at=row.handled_at)
    return ClockShown(text=text, at=at, state="soon" if near else state, reason=_reason(clock))


def _reason(clock: Mapping[str, Any]) -> str:
    """Why it is late, where that was said; else why it is due when it is."""
    late_because = clock.get("overdue_reason")
    return _("超时原因：{reason}").format(reason=late_because) if late_because else str(clock["reason"])


def contact_clock(row: Any, *, now: datetime, lang: str) -> ClockShown | None:
    """First contact's clock, as long as nobody has been in touch."""
    if row.contacted_at is not None or row.contact_due_at is None or row.status in ENDED:
        return None
    late = row.contact_due_at < now
    near = (row.contact_due_at - now).total_seconds() < SOON / 4
    text = due_text(row.contact_due_at, "overdue" if late else "running", now, lang)
    state = "overdue" if late else "soon" if near else "running"
    return ClockShown(text=_("首次联系：{time}").format(time=text), at=row.contact_due_at, state=state)


def holder_of(view: Mapping[str, Any], row: Any, lang: str) -> str | None:
    """Who holds it now, whoever handled it before; nobody once it has ended. The town what it has to rule on."""
    status = CaseStatus(view["status"])
    if status in ENDED:
        return None
    if view["awaits_requester"]:
        return _("等诉求人答复")
    if view["awaits_word"]:
        return _("等诉求人评价")
    if waits_for_ruling(status, view["escalated_to"], row.returns):
        return ESCALATED_TO_WORDS[EscalatedTo(view["escalated_to"])].within(lang)
    handler = view["handler"] if status not in WITH_COMMITTEE else None
    return str(handler["name"]) if handler else _("居委会")


def held_by(view: Mapping[str, Any], row: Any, lang: str) -> str:
    """The same as a sentence."""
    holder = holder_of(view, row, lang) or ""
    waits = view["awaits_requester"] or view["awaits_word"]
    return holder if waits else _("现在由{who}办").format(who=holder)


def steps_of(
    view: Mapping[str, Any], row: Any, entries: Sequence[Mapping[str, Any]], *, now: datetime, lang: str
) -> list[StepShown]:
    """The six steps of every case, or the two of one that ended at once."""
    status = CaseStatus(view["status"])
    reached = _reached(view, entries)
    if status in CUT_SHORT:
        ended = StepShown(label=STATUS_WORDS[status].within(lang), state="done", at=reached.get(Step.CLOSE))
        return [StepShown(label=_label(Step.REPORT, lang), state="done", at=reached[Step.REPORT]), ended]
    here = list(Step).index(STEP_OF[status])
    return [
        _step(step, view, row, reached, ahead=place - here, now=now, lang=lang)
        for place, step in enumerate(Step)
    ]


def _step(
    step: Step,
    view: Mapping[str, Any],
    row: Any,
    reached: Mapping[Step, datetime],
    *,
    ahead: int,
    now: datetime,
    lang: str,
) -> StepShown:
    status = CaseStatus(view["status"])
    if ahead > 0:
        return StepShown(label=_label(step, lang), state="todo")
    if ahead < 0:
        return StepShown(label=_label(step, lang), state="done", at=reached.get(step))
    label = f"{_label(step, lang)} · {STATUS_WORDS[status].within(lang)}"
    if status in ENDED:
        return StepShown(label=label, state="done", at=reached.get(step))
    clock, holder = clock_of(view, row, now=now, lang=lang), held_by(view, row, lang)
    return StepShown(label=label, state="now", at=reached.get(step), holder=holder, clock=clock)


def _label(step: Step, lang: str) -> str:
    return STEP_WORDS[step].within(lang)


def _reached(view: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[Step, datetime]:
    """When each step was reached: of a case that was opened again, the last time counts."""
    reached = {Step.REPORT: datetime.fromisoformat(view["created_at"])}
    last: Step = Step.REPORT
    for entry in entries:
        if "status" not in entry:
            continue
        step = STEP_OF[CaseStatus(entry["status"])]
        if step is not last and step is not Step.REPORT:
            reached[step] = datetime.fromisoformat(entry["at"])
        last = step
    return reached
