"""A case as a parcel's journey: the steps done, the one now with its clock and its holder, the ones to come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from app_shell.moments import done_late_text, due_text, handling_text, stands_late
from app_shell.words import _
from core_db.cases import ENDED
from core_db.cases.words import RESIDENT_STATUS_WORDS, STEP_OF, STEP_WORDS, CaseStatus, Step, status_sentence
from core_db.foundation.lean import dataclass
from resident_app.judged import follows, is_judged, waits_for_word

Tone = Literal["ok", "info", "warn", "bad", "mute"]
#: Ended before anybody set out: the steps between are not shown as if they had been walked.
CUT_SHORT = frozenset({CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN, CaseStatus.MERGED})
#: With the committee, whoever handled it before.
WITH_COMMITTEE = frozenset(
    {CaseStatus.HANDLED, CaseStatus.VERIFIED, CaseStatus.RETURNED, CaseStatus.REOPENED}
)
LAST_DAY = 86_400
TONES: Mapping[CaseStatus, Tone] = {
    CaseStatus.VERIFIED: "warn", CaseStatus.CLOSED: "ok", CaseStatus.CLOSED_UNRESOLVED: "mute",
    CaseStatus.NOT_ACCEPTED: "mute", CaseStatus.WITHDRAWN: "mute", CaseStatus.MERGED: "mute",
    CaseStatus.SUSPENDED: "warn",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StepClock:
    text: str
    at: datetime | None
    state: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepShown:
    label: str
    state: Literal["done", "now", "todo"]
    at: datetime | None = None
    note: str | None = None
    holder: str | None = None
    clock: StepClock | None = None


def tone_of(view: Mapping[str, Any]) -> Tone:
    return "info" if is_judged(view) else TONES.get(CaseStatus(view["status"]), "info")


def status_of(view: Mapping[str, Any], lang: str) -> str:
    """The status in a word, said to whom it asks; a verified case that was judged waits for nobody's word any more."""
    if view["awaits_requester"]:
        return _("等您答复") if is_mine(view) else _("等反映的人答复")
    if waits_for_word(view) and is_his_word(view):
        return _("等您评价")
    return _("已评价") if is_judged(view) else RESIDENT_STATUS_WORDS[CaseStatus(view["status"])].within(lang)


def clock_of(view: Mapping[str, Any], *, now: datetime, lang: str, reason: bool = False) -> StepClock | None:
    """The case's clock as people say it; “soon” in its last day."""
    clock, due = view["clock"], view["due_at"]
    status = CaseStatus(view["status"])
    if clock is None or due is None or status in ENDED:
        return None
    at, state = datetime.fromisoformat(due), clock["state"]
    soon = state == "running" and (at - now).total_seconds() < LAST_DAY
    return StepClock(
        text=handling_text(view, now, lang), at=at, state="soon" if soon else state,
        reason=_reason(clock) if reason else None,
    )  # fmt: skip


def _reason(clock: Mapping[str, Any]) -> str:
    """Why it is late, where that was said; else why it is due when it is."""
    late_because = clock.get("overdue_reason")
    return _("超时原因：{reason}").format(reason=late_because) if late_because else str(clock["reason"])


def is_mine(view: Mapping[str, Any]) -> bool:
    """Whether the reader stands behind it: nobody else at this app is shown the reporter."""
    return "reporter" in view


def is_his_word(view: Mapping[str, Any]) -> bool:
    """Whether it is the reader who says if it is fixed: not where he raised it for somebody who says it himself."""
    return is_mine(view) and judges(view)


def judges(view: Mapping[str, Any]) -> bool:
    """The same of somebody who is known to stand behind it."""
    return "party" not in view or bool(view["party"]["judges"])


def meaning_of(view: Mapping[str, Any], lang: str) -> str:
    """What the status means for its reader."""
    if is_judged(view):
        return follows(view) if is_his_word(view) else _("反映的人已经评价，接下来由居委会看。")
    if view["status"] == CaseStatus.VERIFIED and not waits_for_word(view):
        return _("已核实，接下来由居委会结案。")
    if view["awaits_requester"]:
        return _question_in(view) if is_mine(view) else _("要等反映的人答复才能接着办，先停表。")
    status = CaseStatus(view["status"])
    knows = is_his_word(view) if status is CaseStatus.VERIFIED else is_mine(view)
    return status_sentence(status, neighbour=not knows).within(lang)


def _question_in(view: Mapping[str, Any]) -> str:
    """What he is asked stands at the clock as the reason for which it stands."""
    return _("等您答复，您一留言就接着办。问的是：{question}").format(question=view["clock"]["reason"])


def held_by(view: Mapping[str, Any], *, mine: bool) -> str | None:
    """Who holds it now, as a sentence; nobody once it has ended."""
    status = CaseStatus(view["status"])
    if status in ENDED:
        return None
    if view["awaits_requester"]:
        # Whoever stands behind it may answer, also where the word on the outcome is the other's.
        return _("现在等您答复") if mine or is_mine(view) else _("现在等反映的人答复")
    if waits_for_word(view):
        return _("等您说解决了没有") if mine else _("等反映的人评价")
    handler = view["handler"] if status not in WITH_COMMITTEE else None
    if handler is None:
        return _("现在由居委会办")
    return _("现在由{who}办").format(who=handler["name"])


def steps_of(
    view: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], *, now: datetime, lang: str
) -> list[StepShown]:
    """The six steps that residents see, or the few of a case that ended at once."""
    status = CaseStatus(view["status"])
    reached = _reached(view, entries)
    if status in CUT_SHORT:
        steps = _cut_short(view, reached, lang)
        return (
            [*steps, _with_main_case(view["main_case"], now=now, lang=lang)] if "main_case" in view else steps
        )
    here = list(Step).index(STEP_OF[status])
    steps = []
    for place, step in enumerate(Step):
        if place < here or status in ENDED:
            steps.append(StepShown(label=_label(step, status, lang), state="done", at=reached.get(step)))
        elif place == here:
            steps.append(_now(step, view, reached.get(step), now=now, lang=lang))
        else:
            steps.append(StepShown(label=_label(step, status, lang), state="todo"))
    return steps


def _now(step: Step, view: Mapping[str, Any], at: datetime | None, *, now: datetime, lang: str) -> StepShown:
    return StepShown(
        label=f"{STEP_WORDS[step].within(lang)} · {status_of(view, lang)}", state="now", at=at,
        note=meaning_of(view, lang), holder=held_by(view, mine=is_his_word(view)),
        clock=clock_of(view, now=now, lang=lang, reason=True),
    )  # fmt: skip


def _label(step: Step, status: CaseStatus, lang: str) -> str:
    if step is Step.CLOSE and status in ENDED:
        return f"{STEP_WORDS[step].within(lang)} · {RESIDENT_STATUS_WORDS[status].within(lang)}"
    return STEP_WORDS[step].within(lang)


def _cut_short(view: Mapping[str, Any], reached: Mapping[Step, datetime], lang: str) -> list[StepShown]:
    first = StepShown(label=STEP_WORDS[Step.REPORT].within(lang), state="done", at=reached.get(Step.REPORT))
    last = StepShown(
        label=RESIDENT_STATUS_WORDS[CaseStatus(view["status"])].within(lang), state="done", at=reached.get(Step.CLOSE),
        note=meaning_of(view, lang),
    )  # fmt: skip
    return [first, last]


def _with_main_case(main: Mapping[str, Any], *, now: datetime, lang: str) -> StepShown:
    """How far the case is with which it is worked on."""
    status = CaseStatus(main["status"])
    is_over, due = status in ENDED, main["due_at"]
    clock = None
    if due is not None and not is_over:
        at = datetime.fromisoformat(due)
        late = stands_late(main["clock"], status)
        text = done_late_text(at, None, now, lang) if late else due_text(at, main["clock"], now, lang)
        clock = StepClock(text=text, at=at, state=main["clock"])
    return StepShown(
        label=_("主案 {number} · {status}").format(
            number=main["number"], status=RESIDENT_STATUS_WORDS[status].within(lang)
        ),
        state="done" if is_over else "now", clock=clock,
    )  # fmt: skip


def _reached(view: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[Step, datetime]:
    """When each step was reached: of a case that was opened again, the last time counts."""
    reached = {Step.REPORT: datetime.fromisoformat(view["created_at"])}
    last: Step | None = Step.REPORT
    for entry in entries:
        if "status" not in entry:
            continue
        step = STEP_OF[CaseStatus(entry["status"])]
        if step is not last and step is not Step.REPORT:
            reached[step] = datetime.fromisoformat(entry["at"])
        last = step
    return reached
