"""A case opened on a page: its journey, its history in people's words, and what may be done now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app_shell.forms import fresh_key
from app_shell.words import _
from core_db.cases import ENDED, FROM, Advice, Part, Verb, emergency_advice
from core_db.cases.words import (
    BY_ROLE_WORDS,
    CLOSURE_WORDS,
    HANDLING_WORDS,
    REFUSAL_WORDS,
    RESOLVED_WORDS,
    RETURN_WORDS,
    VISIBILITY_WORDS,
    ByRole,
    CaseStatus,
    EntryType,
    Visibility,
    Words,
)
from core_db.foundation.lean import dataclass
from resident_app.cards import also_of, behind_of, title_of
from resident_app.journey import (
    StepClock,
    StepShown,
    Tone,
    clock_of,
    is_his_word,
    is_mine,
    meaning_of,
    status_of,
    steps_of,
    tone_of,
)
from resident_app.judged import Judgement, judgement_of
from resident_app.verbs import VerbShown, verbs_of

#: For how long after it was raised a case still says whom to call at once.
ADVICE_FOR = timedelta(hours=24)
#: Ended, and for a while open to be judged.
JUDGEABLE = FROM[Verb.EVALUATION] & ENDED
#: What the code of an entry means depends on what happened.
REASONS: Mapping[EntryType, Mapping[Any, Words]] = {
    EntryType.REFUSED: REFUSAL_WORDS, EntryType.RETURNED: RETURN_WORDS, EntryType.HANDLED: HANDLING_WORDS,
    EntryType.CLOSED: CLOSURE_WORDS, EntryType.CLOSED_UNRESOLVED: CLOSURE_WORDS,
    EntryType.MAIN_CLOSED: CLOSURE_WORDS,
    EntryType.EVALUATED: RESOLVED_WORDS, EntryType.CALLED_BACK: RESOLVED_WORDS,
}  # fmt: skip
ENTRY_TONES: Mapping[EntryType, str] = {
    EntryType.CLOSED: "ok", EntryType.MAIN_CLOSED: "ok", EntryType.VERIFIED: "ok", EntryType.OVERDUE: "bad",
    EntryType.CONTACT_OVERDUE: "bad", EntryType.URGED: "warn",
    EntryType.SUSPENDED: "warn", EntryType.RETURNED: "warn", EntryType.MESSAGE: "mute", EntryType.SUPPORTED: "mute",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shot:
    src: str
    alt: str
    full: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that happened."""

    id: str
    title: str
    at: datetime
    by: str
    text: str | None
    note: str | None
    photos: Sequence[Shot]
    tone: str


@dataclass(frozen=True, kw_only=True)
class OpenedCase:
    id: str
    number: str
    title: str
    text: str
    status: str
    sentence: str
    tone: Tone
    is_open: bool
    is_mine: bool
    #: Whether it is the reader's to say if it is fixed.
    is_his_word: bool
    #: Who raised it for whom and what each of the two may, where it was not for oneself.
    behind: str | None
    #: The reader was asked something, and it waits for his answer.
    asks_me: bool
    #: It ended so long ago that nobody judges it or has it done again any more.
    is_over: bool
    #: It was done again once: to have it done once more takes something new.
    was_reopened: bool
    place: str
    place_note: str | None
    category: str
    visibility: str
    created_at: datetime
    version: int
    #: How many neighbours have the same need; None where nobody has said so.
    also: str | None
    has_my_support: bool
    assisting: Sequence[str]
    clock: StepClock | None
    judged: Judgement | None
    steps: Sequence[StepShown]
    lines: Sequence[Line]
    verbs: Mapping[str, VerbShown]
    #: The urging of today is used up.
    urged_today: bool
    advice: Advice | None
    advice_text: str
    #: A key for each form of the page, and the photos its message already has.
    key: str
    photos: Sequence[str]
    #: What was filled in besides, with its label.
    filled: Sequence[tuple[str, str]] = ()


def opened(
    view: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], *, now: datetime, lang: str,
    photos: Sequence[str] = (), urged_today: bool = False, has_my_support: bool = False,
) -> OpenedCase:  # fmt: skip
    status = CaseStatus(view["status"])
    mine, his_word = is_mine(view), is_his_word(view)
    created_at = datetime.fromisoformat(view["created_at"])
    urgent = mine and status not in ENDED and now - created_at < ADVICE_FOR
    advice = emergency_advice(view["text"]) if urgent else None
    return OpenedCase(
        id=view["id"], number=view["number"], title=title_of(view["text"]), text=view["text"],
        status=status_of(view, lang), sentence=meaning_of(view, lang),
        tone=tone_of(view), is_open=status not in ENDED, is_mine=mine,
        is_his_word=his_word, behind=_behind(view, status),
        asks_me=mine and view["awaits_requester"],
        was_reopened=any(one["type"] == EntryType.REOPENED for one in entries),
        is_over=his_word and status in JUDGEABLE and _ITS_OUTCOME.isdisjoint(view["allowed"]),
        place=view["place"]["label"], place_note=view["place"]["note"], category=view["category"]["name"],
        visibility=_who_reads(view, lang), created_at=created_at,
        version=view["version"], also=also_of(view, _("有 {n} 位邻居")),
        has_my_support=has_my_support,
        assisting=[one["handler"]["name"] for one in view["assisting"]],
        clock=clock_of(view, now=now, lang=lang, reason=True),
        judged=judgement_of(view, entries, lang) if mine else None,
        steps=steps_of(view, entries, now=now, lang=lang), lines=[_line(one, lang) for one in reversed(entries)],
        verbs=verbs_of(view, lang), urged_today=urged_today,
        advice=advice, advice_text=_advice_text(advice, lang), key=fresh_key(),
        photos=tuple(photos), filled=[(one["label"], one["shown"]) for one in view.get("fields", ())],
    )  # fmt: skip


#: What may be said of how it came out, for as long as it may.
_ITS_OUTCOME = frozenset({Verb.EVALUATION, Verb.REOPENING})


def _behind(view: Mapping[str, Any], status: CaseStatus) -> str | None:
    said = behind_of(view)
    if said is None:
        return None
    return said + _what_each_may(view, status).replace("{name}", _other(view))


def _other(view: Mapping[str, Any]) -> str:
    """The name of whoever stands behind it beside the reader."""
    name: str = (view["reporter"] if view["party"]["role"] == Part.PROXY else view["proxy"])["name"]
    return name


def _who_reads(view: Mapping[str, Any], lang: str) -> str:
    """Both, of what one raised for another who has an account; that another has one shows in who judges."""
    visibility = Visibility(view["visibility"])
    both = "party" in view and (view["party"]["role"] == Part.REQUESTER or not view["party"]["judges"])
    if both and visibility is Visibility.PRIVATE:
        return _("只有您、{name}和办理的人能看").replace("{name}", _other(view))
    return VISIBILITY_WORDS[visibility].within(lang)


def _what_each_may(view: Mapping[str, Any], status: CaseStatus) -> str:
    if view["party"]["role"] == Part.PROXY:
        return (
            _("；{name}自己也看得到，解决了没有由{name}说。")
            if not view["party"]["judges"]
            else _("；解决了没有，请您来说。")
        )
    if status is CaseStatus.SUBMITTED:
        return _("；经过{name}也看得到。不是您的意思，可以在这一页撤回。")
    return _("；经过{name}也看得到。不是您的意思，请留言告诉居委会。")


def shots_of(ids: Sequence[str]) -> list[Shot]:
    return [
        Shot(src=f"/api/v1/photos/{one}", alt=_("照片 {n}").format(n=place), full=f"/api/v1/photos/{one}")
        for place, one in enumerate(ids, start=1)
    ]


def _line(entry: Mapping[str, Any], lang: str) -> Line:
    kind = EntryType(entry["type"])
    reason = REASONS.get(kind, {}).get(entry.get("reason_code"))
    return Line(
        id=f"entry-{entry['position']}", title=entry["sentence"], at=datetime.fromisoformat(entry["at"]),
        by=_by(entry["by"], lang), text=entry.get("text"), note=reason.within(lang) if reason else None,
        photos=shots_of(entry.get("photos", ())), tone=ENTRY_TONES.get(kind, ""),
    )  # fmt: skip


def _by(by: Mapping[str, Any], lang: str) -> str:
    """Those who stand behind it are told by name, to each other; everybody else by role."""
    role = BY_ROLE_WORDS[ByRole(by["role"])].within(lang)
    if by["role"] == ByRole.PROXY and by.get("name"):
        return f"{role} · {by['name']}"
    return str(by["name"]) if by.get("name") else role


def _advice_text(advice: Advice | None, lang: str) -> str:
    if advice is None:
        return ""
    return advice.en if lang == "en" else advice.zh
