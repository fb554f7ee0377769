"""A case as a row of the committee's lists: what, where, how far, who holds it, until when, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from committee_app.journey import ClockShown, Tone, clock_of, contact_clock, holder_of, tone_of
from core_db.cases import CasePage
from core_db.cases.words import ESCALATED_TO_WORDS, STATUS_WORDS, VERB_WORDS, CaseStatus, EscalatedTo, Verb

LONGEST_TITLE = 60

#: The verb that most often comes next, for the committee; it is offered, never done by itself.
NEXT: Mapping[CaseStatus, Verb] = {
    CaseStatus.SUBMITTED: Verb.ACCEPTANCE, CaseStatus.PRE_CHECK: Verb.ACCEPTANCE,
    CaseStatus.ACCEPTED: Verb.DISPATCH, CaseStatus.REOPENED: Verb.DISPATCH, CaseStatus.RETURNED: Verb.DISPATCH,
    CaseStatus.DISPATCHED: Verb.URGING, CaseStatus.SIGNED: Verb.URGING, CaseStatus.IN_PROGRESS: Verb.URGING,
    CaseStatus.SELF_HANDLING: Verb.HANDLING, CaseStatus.HANDLED: Verb.VERIFICATION,
    CaseStatus.VERIFIED: Verb.CLOSURE, CaseStatus.SUSPENDED: Verb.RESUMPTION,
}  # fmt: skip
#: The same for a handling organisation.
NEXT_OF_HANDLER: Mapping[CaseStatus, Verb] = {
    CaseStatus.DISPATCHED: Verb.SIGNING, CaseStatus.SIGNED: Verb.PROGRESS, CaseStatus.IN_PROGRESS: Verb.HANDLING,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NextStep:
    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """What a list shows of a case."""

    id: str
    number: str
    title: str
    href: str
    status: str
    tone: Tone
    urgent: bool
    escalated: str | None
    place: str
    category: str
    holder: str | None
    clock: ClockShown | None
    contact: ClockShown | None
    created_at: datetime
    version: int
    next: NextStep | None


def rows_of(
    found: CasePage, *, now: datetime, lang: str, query: Mapping[str, Any] | None = None,
    following: Mapping[CaseStatus, Verb] = NEXT,
) -> list[CaseRow]:  # fmt: skip
    """A page of a list; `query` is carried along to the case, so that its neighbours in the list stay beside it."""
    kept = urlencode(query or {}, doseq=True)
    return [
        row_of(view, row, now=now, lang=lang, kept=kept, following=following)
        for view, row in zip(found.items, found.rows, strict=True)
    ]


def row_of(
    view: Mapping[str, Any], row: Any, *, now: datetime, lang: str, kept: str = "",
    following: Mapping[CaseStatus, Verb] = NEXT,
) -> CaseRow:  # fmt: skip
    status = CaseStatus(view["status"])
    level = view["escalated_to"]
    return CaseRow(
        id=view["id"], number=view["number"], title=title_of(view["text"]),
        href=f"/cases/{view['id']}" + (f"?{kept}" if kept else ""),
        status=STATUS_WORDS[status].within(lang), tone=tone_of(status), urgent=view["urgent"],
        escalated=ESCALATED_TO_WORDS[EscalatedTo(level)].within(lang) if level else None,
        place=view["place"]["label"], category=view["category"]["name"], holder=holder_of(view),
        clock=clock_of(view, now=now, lang=lang), contact=contact_clock(row, now=now, lang=lang),
        created_at=datetime.fromisoformat(view["created_at"]), version=view["version"],
        next=_next(view["id"], following.get(status), lang),
    )  # fmt: skip


def title_of(text: str) -> str:
    """The first words of what was said."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"


def most_pressing_first(rows: Sequence[CaseRow]) -> list[CaseRow]:
    """First contacts that are late, then emergencies, then the oldest."""

    def pressing(row: CaseRow) -> tuple[bool, bool, datetime]:
        late = row.contact is not None and row.contact.state == "overdue"
        return (not late, not row.urgent, row.created_at)

    return sorted(rows, key=pressing)


def soonest_due_first(rows: Sequence[CaseRow]) -> list[CaseRow]:
    return sorted(rows, key=lambda row: row.clock.at if row.clock and row.clock.at else row.created_at)


def _next(case_id: str, verb: Verb | None, lang: str) -> NextStep | None:
    if verb is None:
        return None
    return NextStep(label=VERB_WORDS[verb].label.within(lang), href=f"/cases/{case_id}?do={verb}#do-{verb}")
