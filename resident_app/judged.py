"""What the resident said of the outcome, and what comes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from app_shell.words import _
from core_db.cases import opens_review
from core_db.cases.words import (
    RESOLVED_WORDS,
    SATISFACTION_WORDS,
    ByRole,
    CaseStatus,
    EntryType,
    Resolved,
)
from core_db.foundation.lean import dataclass

JUDGED = (EntryType.EVALUATED, EntryType.CALLED_BACK)
CLOSED = (EntryType.CLOSED, EntryType.CLOSED_UNRESOLVED)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The last word of a round: what was chosen, what was written beside it."""

    resolved: str
    satisfied: int
    words: str
    text: str | None
    #: Not fixed, or a low mark: the committee looks again.
    looked_at_again: bool
    #: The reader said it himself, or it was written down for him: not the other of the two who stand behind it.
    is_own: bool


def judgement_of(
    view: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], lang: str
) -> Judgement | None:
    rating = view["rating"]
    if rating is None:
        return None
    resolved, satisfied = Resolved(rating["resolved"]), rating["satisfied"]
    said = f"{RESOLVED_WORDS[resolved].within(lang)} · {SATISFACTION_WORDS[satisfied].within(lang)}"
    told = [one for one in entries if one["type"] in (*JUDGED, *CLOSED)]
    written = [one for one in told if one["type"] in JUDGED]
    # What the committee closed afterwards it has looked at.
    still_waits = bool(told) and told[-1] in written
    return Judgement(
        resolved=str(resolved), satisfied=satisfied, words=said, text=written[-1].get("text") if written else None,
        looked_at_again=still_waits and opens_review(resolved, satisfied), is_own=_is_own(view, written),
    )  # fmt: skip


def _is_own(view: Mapping[str, Any], written: Sequence[Mapping[str, Any]]) -> bool:
    if "party" not in view or not written:
        return True
    role = written[-1]["by"]["role"]
    return role not in (ByRole.REQUESTER, ByRole.PROXY) or role == view["party"]["role"]


def waits_for_word(view: Mapping[str, Any]) -> bool:
    """Verified, and the one who raised it has yet to say whether it is fixed."""
    return bool(view["awaits_word"])


def is_judged(view: Mapping[str, Any]) -> bool:
    """Verified and judged, and not closed yet."""
    return view["status"] == CaseStatus.VERIFIED and bool(view["is_judged"])


def follows(view: Mapping[str, Any]) -> str:
    """What comes of a judgement, said to the one who gave it."""
    rating = view["rating"]
    if opens_review(Resolved(rating["resolved"]), rating["satisfied"]):
        return _("您的评价居委会收到了，会再看一遍。")
    return _("您的评价居委会收到了，接下来由居委会结案。")
