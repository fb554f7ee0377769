"""A case opened for work: everything its page shows, read in one snapshot, then put into the visitor's words."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session

from app_shell.forms import Filled
from app_shell.words import _
from committee_app.case_facts import case_facts
from committee_app.journey import (
    ClockShown,
    StepShown,
    Tone,
    clock_of,
    contact_clock,
    steps_of,
    tone_of,
)
from committee_app.rows import title_of
from committee_app.verb_choices import USUAL, Choices
from committee_app.verb_forms import OF_STAFF, VerbForm, forms_of
from core_db.access import Purpose
from core_db.cases import (
    OPEN,
    CaseFile,
    CaseFilter,
    CategoryInForce,
    Part,
    Verb,
    case_file,
    case_timeline,
    cases,
    is_extended_above,
    limit_words,
    reference_of,
    shown,
    suggester_of,
)
from core_db.cases.words import (
    BY_ROLE_WORDS,
    CLOSURE_WORDS,
    HANDLING_WORDS,
    REFUSAL_WORDS,
    RESOLVED_WORDS,
    RETURN_WORDS,
    STATUS_WORDS,
    ByRole,
    CaseStatus,
    EntryType,
    Visibility,
    Words,
)
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.people import OrganisationView, organisations_for
from core_db.places import PlaceView, buildings_of
from core_db.reveals import fields_uncovered_for
from core_db.reveals.words import FOR_WORDS

MERGE_INTO_AT_MOST = 20
#: What a reason's code means, by the entry that gives it.
REASONS: Mapping[EntryType, Mapping[Any, Words]] = {
    EntryType.REFUSED: REFUSAL_WORDS, EntryType.RETURNED: RETURN_WORDS, EntryType.HANDLED: HANDLING_WORDS,
    EntryType.CLOSED: CLOSURE_WORDS, EntryType.CLOSED_UNRESOLVED: CLOSURE_WORDS,
    EntryType.MAIN_CLOSED: CLOSURE_WORDS, EntryType.EVALUATED: RESOLVED_WORDS, EntryType.CALLED_BACK: RESOLVED_WORDS,
}  # fmt: skip
#: The note that a visit leaves in the case that came of it: what it says, and where the visit stands.
CAME_OF = re.compile(
    r"(?P<said>来自 \d{4}-\d{2}-\d{2} 的走访|From a visit on \d{4}-\d{2}-\d{2})(?:：|: )"
    r"(?P<visit>/visits/[0-9a-f-]{36})"
)
BAD = frozenset(
    {
        EntryType.OVERDUE,
        EntryType.CONTACT_OVERDUE,
        EntryType.VERIFICATION_FAILED,
        EntryType.REVIEW_OPENED,
        EntryType.RETURNED,
    }
)


@dataclass(frozen=True, kw_only=True)
class EntryShown:
    """A line of the history."""

    id: str
    title: str
    at: datetime
    by: str
    text: str | None
    tone: str | None
    photos: Sequence[Mapping[str, str]]
    #: Where it leads, and in which words: to the visit that a case came of.
    href: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class OpenedCase:
    """What the page of a case shows."""

    id: str
    number: str
    title: str
    text: str
    status: str
    tone: Tone
    urgent: bool
    needs_review: bool
    version: int
    clock: ClockShown | None
    contact: ClockShown | None
    facts: Sequence[tuple[str, str]]
    steps: Sequence[StepShown]
    entries: Sequence[EntryShown]
    notes: Sequence[EntryShown]
    forms: Sequence[VerbForm]
    #: What the hidden fields may be uncovered for, each with its word; nothing, where none is hidden or he may not.
    uncover_for: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class CaseFound:
    """What was read of a case, before it is put into words."""

    view: Mapping[str, Any]
    row: Any
    parts: Sequence[tuple[str, str, bool]]
    #: How far the reader's own organisation is with its part, if it has one.
    own_part: str | None
    only_assists: bool
    entries: Sequence[Mapping[str, Any]]
    categories: Sequence[tuple[str, str, bool]]
    places: Sequence[PlaceView]
    usual: Sequence[OrganisationView]
    others: Sequence[OrganisationView]
    merge_into: Sequence[tuple[str, str]]
    #: The organisation that handed in the round before this one, where it was reopened.
    before: str
    today: date
    can_answer: bool
    #: A later day is the level above's to give.
    is_extended_above: bool
    #: The reader sits on the committee of the place, whose page is his to see.
    is_ours: bool
    #: It was raised for somebody of whom there is the name alone, as it was typed.
    named_only: bool
    #: Something that was filled in is hidden, and this is what the reader may uncover it for.
    uncover_for: Sequence[Purpose]


def read_case(session: Session, case_id: str, *, actor: Actor, clock: Clock, lang: str) -> CaseFound:
    """The case, its history, and what its forms offer to choose from; NotFound if it is not the actor's to see."""
    file = case_file(session, case_id, actor=actor, clock=clock)
    view = shown(session, file, actor=actor, now=clock.now(), lang=lang)
    allowed, community, mine = view["allowed"], file.community_id, file.dispatch_of(actor)
    usual: Sequence[OrganisationView] = ()
    others: Sequence[OrganisationView] = ()
    if Verb.DISPATCH in allowed:
        usual = organisations_for(session, view["category"]["code"], community, actor=actor, clock=clock)
        others = organisations_for(session, None, community, actor=actor, clock=clock)
    return CaseFound(
        view=view, row=file.case, parts=_parts(file), before=_before(file), own_part=mine.status if mine else None,
        only_assists=mine is not None and not mine.is_lead,
        today=local_date(clock.now()),
        entries=case_timeline(session, case_id, actor=actor, clock=clock, lang=lang),
        categories=_categories(session, file, lang) if Verb.ACCEPTANCE in allowed else (),
        places=buildings_of(session, community) if Verb.ACCEPTANCE in allowed else (),
        usual=usual, others=others, is_ours=community in actor.places_as(COMMITTEE),
        uncover_for=(
            fields_uncovered_for(file, actor) if any(one["value"] is None for one in view.get("fields", ())) else ()
        ),
        can_answer=bool(file.who_can_answer), named_only=_named_only(file),
        is_extended_above=Verb.EXTENSION in allowed and is_extended_above(session, file, actor),
        merge_into=_near(session, file, actor=actor, clock=clock, lang=lang) if Verb.MERGER in allowed else (),
    )  # fmt: skip


def opened(
    found: CaseFound, *, now: datetime, lang: str, first: Sequence[str] = (), wanted: str | None = None,
    refused: Mapping[str, Filled[Any]] | None = None,
) -> OpenedCase:  # fmt: skip
    """The page's words. `first` names the verbs whose forms stand first, `wanted` the one that stands open.

    `refused` holds a form that came back.
    """
    view, status = found.view, CaseStatus(found.view["status"])
    told = _folded(found.entries)
    entries = [_entry(entry, lang) for entry in told if entry["type"] != EntryType.NOTED]
    notes = [_entry(entry, lang) for entry in told if entry["type"] == EntryType.NOTED]
    others = (str(verb) for verb in OF_STAFF if verb in view["allowed"] and verb not in first)
    allowed = [*first, *others]
    return OpenedCase(
        id=view["id"], number=view["number"], title=title_of(view["text"]), text=view["text"],
        status=STATUS_WORDS[status].within(lang), tone=tone_of(status), urgent=view["urgent"],
        needs_review=bool(view.get("needs_review")), version=view["version"],
        clock=clock_of(view, found.row, now=now, lang=lang), contact=contact_clock(found.row, now=now, lang=lang),
        steps=steps_of(view, found.row, found.entries, now=now, lang=lang),
        facts=list(case_facts(view, found.row, found.parts, lang, is_ours=found.is_ours, named_only=found.named_only)),
        entries=entries, notes=notes,
        uncover_for=[(str(one), FOR_WORDS[one].within(lang)) for one in found.uncover_for],
        forms=forms_of(
            allowed, _choices(found), status=status, version=view["version"], lang=lang, wanted=wanted,
            refused=refused,
        ),
    )  # fmt: skip


def _parts(file: CaseFile) -> list[tuple[str, str, bool]]:
    return [(one.organisation_name, one.status, one.is_lead) for one in file.current]


def _named_only(file: CaseFile) -> bool:
    requester = file.requester
    was_raised_for = any(party.role == Part.PROXY for party in file.parties)
    return was_raised_for and requester is not None and requester.person_id is None


def _before(file: CaseFile) -> str:
    handed_in = [one.organisation_id for one in file.dispatches if one.is_lead and one.status == "handled"]
    return handed_in[-1] if handed_in and file.case.status is CaseStatus.REOPENED else ""


def _categories(session: Session, file: CaseFile, lang: str) -> list[tuple[str, str, bool]]:
    """All classes of cases by code, each with its conditions; those that the words suggest come first and say so.

    Before all of them its own, where it is offered no more: a form left as it stands files a case nowhere else.
    """
    reference = reference_of(session)
    likely = [
        code for code, _weight in suggester_of(session, file.community_id).suggest(file.case.text, limit=3)
    ]
    offered = reference.offered_at(file.community_id)
    parents = {one.parent for one in offered.values()}
    leaves = sorted(code for code in offered if code not in parents)
    ordered = [*likely, *(code for code in leaves if code not in likely)]
    if file.case.category_code not in ordered:
        ordered.insert(0, file.case.category_code)
    return [
        (value, name, code in likely)
        for code in ordered
        for value, name in _with_conditions(reference.category(code), lang)
    ]


def _with_conditions(category: CategoryInForce, lang: str) -> list[tuple[str, str]]:
    """A category once for each of its conditions, where it has several: `0206`, `0206/danger`."""
    name, limits = category.name(lang), category.limits
    if len(limits) == 1:
        return [(category.code, name)]
    return [
        (
            f"{category.code}/{one.condition}" if number else category.code,
            f"{name} · {one.name(lang)} · {limit_words(str(one.unit), str(one.amount), lang)}",
        )
        for number, one in enumerate(limits)
    ]


def _near(
    session: Session, file: CaseFile, *, actor: Actor, clock: Clock, lang: str
) -> list[tuple[str, str]]:
    """Open cases of the same building or class, into which this one could be merged."""
    here: dict[str, Any] = {
        "status": tuple(sorted(OPEN)),
        "community": file.community_id,
        "limit": MERGE_INTO_AT_MOST,
    }
    narrower = [{"category": file.case.category_code}]
    if file.case.building_id:
        narrower.append({"building": file.case.building_id})
    found: dict[str, str] = {}
    for one in narrower:
        for view in cases(session, CaseFilter(**here, **one), actor=actor, clock=clock, lang=lang).items:
            found[view["id"]] = f"{view['number']} · {title_of(view['text'])}"
    found.pop(file.case.id, None)
    return list(found.items())


def _choices(found: CaseFound) -> Choices:
    usual = [(one.id, one.name) for one in found.usual]
    known = {organisation for organisation, _name in usual}
    others = [(one.id, one.name) for one in found.others if one.id not in known]
    if usual:
        others = [(key, _("{name}（不常办这类）").format(name=name)) for key, name in others]
    categories = [
        (code, _("建议：{name}").format(name=name) if likely else name)
        for code, name, likely in found.categories
    ]
    category, condition = found.view["category"]["code"], found.view["condition"]
    return Choices(
        status=CaseStatus(found.view["status"]), categories=categories,
        category=category if condition["code"] == USUAL else f"{category}/{condition['code']}",
        closing="" if _is_met(found.entries) else condition["closing"] or "", nature=found.view["nature"],
        places=[(place.id, place.label) for place in found.places], organisations=[*usual, *others],
        is_late=_answers_for_late(found), overdue_reason=(found.view["clock"] or {}).get("overdue_reason") or "",
        asked_until=_asked_day(found), asked_reason=found.view.get("extension_asked", {}).get("reason", ""),
        can_answer=found.can_answer, is_extended_above=found.is_extended_above, merge_into=found.merge_into,
        is_public=found.view["visibility"] == Visibility.PUBLIC, escalated_to=found.view["escalated_to"],
        is_held=bool(found.parts), before=found.before, tomorrow=(found.today + timedelta(1)).isoformat(),
        in_a_year=(found.today + timedelta(365)).isoformat(),
    )  # fmt: skip


def _answers_for_late(found: CaseFound) -> bool:
    """It is late, and the reader is no assisting unit, which has a part of it and a clock of its own."""
    clock = found.view["clock"]
    return clock is not None and clock["state"] == "overdue" and not found.only_assists


def _asked_day(found: CaseFound) -> str:
    """The day that was asked for, for those who answer; whoever asked writes a new one."""
    asked = found.view.get("extension_asked")
    if asked is None or found.own_part is not None:
        return ""
    return local_date(datetime.fromisoformat(asked["until"])).isoformat()


def _is_met(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether somebody has ticked its condition for closing since it was last worked on."""
    told = (EntryType.CONDITION_MET, EntryType.HANDLED, EntryType.VERIFICATION_FAILED, EntryType.REOPENED)
    last = next((one["type"] for one in reversed(entries) if one["type"] in told), None)
    return last == EntryType.CONDITION_MET


def _folded(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The history, newest first; neighbours who supported it one after the other are one line with their number."""
    told: list[Mapping[str, Any]] = []
    for supports, group in groupby(reversed(entries), key=lambda entry: entry["type"] == EntryType.SUPPORTED):
        run = list(group)
        if supports and len(run) > 1:
            told.append({**run[0], "sentence": _("多了 {n} 位邻居附议。").format(n=len(run))})
        else:
            told.extend(run)
    return told


def _entry(entry: Mapping[str, Any], lang: str) -> EntryShown:
    kind = EntryType(entry["type"])
    role = BY_ROLE_WORDS[ByRole(entry["by"]["role"])].within(lang)
    name = entry["by"].get("name")
    title = entry["sentence"]
    reason = next(
        (words for code, words in REASONS.get(kind, {}).items() if str(code) == entry.get("reason_code")),
        None,
    )
    if reason is not None:
        title = f"{title}（{reason.within(lang)}）" if lang == "zh" else f"{title} ({reason.within(lang)})"
    pictures = [
        {"src": f"/api/v1/photos/{one}", "full": f"/api/v1/photos/{one}", "alt": _("照片 {n}").format(n=n)}
        for n, one in enumerate(entry.get("photos", ()), start=1)
    ]
    text, href = entry.get("text"), None
    if kind is EntryType.NOTED and (visit := CAME_OF.fullmatch(text or "")):
        text, href = visit["said"], (visit["visit"], _("看这次走访"))
    return EntryShown(
        id=f"entry-{entry['position']}", title=title, at=datetime.fromisoformat(entry["at"]),
        by=f"{role} · {name}" if name else role, text=text, tone="bad" if kind in BAD else None,
        photos=pictures, href=href,
    )  # fmt: skip
