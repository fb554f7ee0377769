"""People of the register: finding somebody, his page with everything sealed masked, and uncovering for a purpose."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.places import case_lines
from committee_app.reading import Word
from committee_app.register_words import (
    ChangeRow,
    FieldRow,
    Options,
    age_in_words,
    born_in_words,
    causes,
    change_row,
    field_row,
    label_of,
    lives_as_in_words,
    relation_in_words,
    sources,
    stay_in_words,
    value_in_words,
    waiting_rows,
)
from committee_app.tag_rows import TagRow, tag_row
from core_db.access import Purpose
from core_db.cases.words import STATUS_WORDS, Visibility
from core_db.finding import Found, find_people, is_whole_number
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass
from core_db.overview import Bound, Happening, person_overview
from core_db.people import PersonFile, StayField, waiting_of
from core_db.people.words.status import RESIDENCE_STATUS_WORDS
from core_db.reveals import LiveCase, NumberDraft, PersonShown, RevealDraft, find_by_number
from core_db.reveals.words import FOR_WORDS, REVEALABLE_WORDS
from core_db.tags import REMOVAL_WORDS, AssignmentDraft, tags_of
from core_db.visits import LiveVisit, live_visits, reveal_for_work
from core_db.visits.words import PURPOSE_WORDS, VisitPurpose

router = SecureRouter("/people")


@dataclass(frozen=True, kw_only=True)
class Housemate:
    """Somebody of his household."""

    person_id: str
    name: str
    relation: str
    born: str
    is_head: bool


@dataclass(frozen=True, kw_only=True)
class StayLine:
    """A time in a home, with the home's page and the household's."""

    id: str
    home_id: str
    household_id: str | None
    label: str
    as_what: str
    #: On which permit, and why he came.
    papers: str
    since: str
    until: str
    #: He keeps house there now, and may part from it or join another.
    may_regroup: bool


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """Something that happened with somebody, in words."""

    at: datetime
    words: str
    detail: str
    href: str


class PeoplePage(Page, template="people/index.html"):
    """Looking for somebody; numbers are masked. A whole number is looked up for a purpose, by a form."""

    q: str
    people: Sequence[tuple[str, str, Sequence[str]]]
    is_number: bool
    purposes: Options
    labels: Mapping[str, str]
    form: Filled[NumberDraft] | None


class PersonPage(Page, template="people/show.html"):
    """Somebody: masked, but for what has just been uncovered."""

    person_id: str
    waiting: Sequence[tuple[str, str, str]]
    name: str
    died_on: str
    facts: Sequence[tuple[str, str]]
    fields: Sequence[FieldRow]
    members: Sequence[Housemate]
    #: His household now, where he has one.
    household_id: str | None
    stays: Sequence[StayLine]
    history: Sequence[ChangeRow]
    cases: Sequence[tuple[str, str, str]]
    #: What he raised and has an end.
    past_cases: Sequence[tuple[str, str, str]]
    #: Homes whose matters his account sees, each since when.
    bound: Sequence[Bound]
    #: What he agreed that neighbours may read, each since when.
    agreed: Sequence[tuple[str, str, datetime]]
    timeline: Sequence[TimelineRow]
    #: What can be uncovered, and each purpose with the matter it is for.
    hidden: Sequence[tuple[str, str]]
    reasons: Sequence[tuple[str, str]]
    labels: Mapping[str, str]
    #: What was uncovered just now, by its word.
    uncovered: Sequence[tuple[str, str]]
    form: Filled[RevealDraft] | None
    #: His tags, and those he could be given.
    tags: Sequence[TagRow]
    tags_to_give: Options
    tag_form: Filled[AssignmentDraft] | None
    tag_labels: Mapping[str, str]
    removals: Options
    sources: Options


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, q: Word = None, way: Word = None) -> Response:
    if q and is_whole_number(q, today=local_date(work.clock.now())):
        # On to a page without it in its address, where it is asked for once more.
        return redirect(request, "/people?way=number")
    if way == "number":
        return _people_page(request, work, is_number=True)
    return _people_page(request, work, q=q or "", people=await work.read(find_people, q) if q else ())


@router.post("/number", access=Access.COMMITTEE)
async def by_number(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    """Whoever has a whole number, on the answer to this very request: no address holds the number."""
    form = fill(NumberDraft, typed)
    found = await shown(form, work.write(find_by_number, form.draft)) if form.draft is not None else None
    if found is None:
        return _people_page(request, work, is_number=True, form=form, status=422)
    return _people_page(request, work, q=_("完整号码"), people=found)


@router.get("/number", access=Access.COMMITTEE)
async def reloaded(request: Request) -> Response:
    """An answer that is loaded anew, or its address kept, leads to the form."""
    return redirect(request, "/people?way=number")


@router.get("/{person_id}", access=Access.COMMITTEE)
async def show(request: Request, person_id: Id, work: WorkDep) -> Response:
    return await person_page(request, work, person_id)


@router.post("/{person_id}/reveal", access=Access.COMMITTEE)
async def reveal(request: Request, person_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    """What was asked for, on the answer to this very request: no address and no notice ever holds it."""
    purpose, _colon, reference = typed.get("why", "").partition(" ")
    form = fill(RevealDraft, typed, purpose=purpose or None, reference=reference or None)
    if form.draft is None:
        if "purpose" in form.faults:
            form.faults["why"] = form.faults.pop("purpose")
        return await person_page(request, work, person_id, form=form, status=422)
    found = await shown(form, work.write(reveal_for_work, person_id, form.draft))
    if found is None:
        return await person_page(request, work, person_id, form=form, status=422)
    told = [
        (REVEALABLE_WORDS[one].within(work.lang), value_in_words(one, value, work.lang))
        for one, value in found.values.items()
    ]
    return await person_page(request, work, person_id, uncovered=told)


def _people_page(
    request: Request, work: Work, *, q: str = "", people: Sequence[Found] = (), is_number: bool = False,
    form: Filled[NumberDraft] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    lang = work.lang
    page = PeoplePage(
        q=q, people=[(one.id, one.name, _about(one)) for one in people], is_number=is_number, form=form,
        purposes=[(str(one), words.within(lang)) for one, words in FOR_WORDS.items()],
        labels={"number": _("手机号或证件号码"), "purpose": _("为了什么")},
    )  # fmt: skip
    return render(request, page, status=status)


def _about(found: Found) -> list[str]:
    return [one for one in (found.home, age_in_words(found.age), *found.tags, found.phone) if one]


async def person_page(
    request: Request, work: Work, person_id: str, *, uncovered: Sequence[tuple[str, str]] = (),
    form: Filled[RevealDraft] | None = None, tag_form: Filled[AssignmentDraft] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """Somebody's page, with what was just uncovered, or the form that came back."""
    overview, lang = await work.read(person_overview, person_id), work.lang
    found, person = overview.shown, overview.shown.person
    tags = await work.read(tags_of, person_id)
    page = PersonPage(
        person_id=person_id, waiting=waiting_rows(await work.read(waiting_of, person_id), lang),
        name=person.name, facts=_facts(found, lang), uncovered=uncovered, form=form,
        died_on=str(person.died_on or ""), fields=[field_row(one, lang) for one in person.fields],
        members=_members(person, lang), stays=_stays(person, lang),
        history=[change_row(one, lang) for one in overview.history], bound=overview.bound,
        household_id=next((one.household_id for one in person.stays if not one.is_over and one.household_id), None),
        past_cases=case_lines(overview.raised, lang, is_open=False),
        agreed=[
            (one.id, f"{one.number} {one.summary}", one.created_at)
            for one in overview.raised if one.visibility == Visibility.PUBLIC
        ],
        timeline=[_happened(one, lang) for one in overview.timeline],
        cases=[(one.id, f"{one.number} {one.summary}", STATUS_WORDS[one.status].within(lang)) for one in found.cases],
        hidden=[(str(one), REVEALABLE_WORDS[one].within(lang)) for one in found.hidden],
        reasons=_reasons(found.cases, await work.read(live_visits, person), lang),
        labels={"fields": _("要看什么"), "why": _("为了什么"), "reason": _("原因")},
        tags=[tag_row(one, lang) for one in tags.borne], tag_form=tag_form, sources=sources(),
        tags_to_give=[(one.id, one.within(lang)) for one in tags.to_give],
        tag_labels={
            "definition_id": _("哪个标签"), "source": _("从哪里知道的"), "evidence": _("根据什么"),
            "valid_to": _("到哪天止"),
        },
        removals=[(str(one), pair[lang == "en"]) for one, pair in REMOVAL_WORDS.items()],
    )  # fmt: skip
    return render(request, page, status=status)


def _facts(found: PersonShown, lang: str) -> list[tuple[str, str]]:
    person = found.person
    verified = str(person.verified_on) if person.verified_on else _("还没有核对过")
    return [
        (_("住处"), _("；").join(label for _id, label in person.doors) or "—"),
        (_("人户状态"), RESIDENCE_STATUS_WORDS[person.status][lang == "en"]),
        (_("登记来源"), person.source or "—"),
        (_("全部核对"), verified),
    ]


def _members(person: PersonFile, lang: str) -> list[Housemate]:
    return [
        Housemate(
            person_id=one.person_id,
            name=one.name,
            relation=relation_in_words(one.relation, lang),
            born=born_in_words(one.birth_year),
            is_head=one.is_head,
        )
        for one in person.members
        if one.person_id != person.id or len(person.members) > 1
    ]


def _stays(person: PersonFile, lang: str) -> list[StayLine]:
    """His homes over time, the newest first."""
    newest_first = sorted(person.stays, key=lambda one: (not one.is_over, one.valid_from), reverse=True)
    return [
        StayLine(
            id=one.id, home_id=one.home_id, household_id=one.household_id, label=one.label,
            as_what=lives_as_in_words(one.role, lang), since=str(one.valid_from), until=str(one.valid_to or _("现在")),
            papers=" · ".join(
                word for field, code in ((StayField.PERMIT, one.permit), (StayField.CAME_FOR, one.came_for))
                if (word := stay_in_words(field, code, lang))
            ),
            may_regroup=bool(one.household_id) and one.is_shared and not one.is_over,
        )
        for one in newest_first
    ]  # fmt: skip


def _happened(one: Happening, lang: str) -> TimelineRow:
    kind, _sign, its_id = one.about.partition("/")
    if kind == "case":
        words = _("提出诉求") if one.kind == "case_raised" else _("诉求办结")
        return TimelineRow(at=one.at, words=words, detail=one.what, href=f"/cases/{its_id}")
    if kind == "visit":
        purpose = PURPOSE_WORDS[VisitPurpose(one.what)].within(lang)
        return TimelineRow(at=one.at, words=_("走访"), detail=purpose, href=f"/visits/{its_id}")
    if kind == "tag":
        words = _("加了标签") if one.kind == "tag_given" else _("去掉标签")
        name = one.what_en if lang == "en" and one.what_en else one.what
        return TimelineRow(at=one.at, words=words, detail=name, href="#tags")
    if kind == "inquiry":
        words = _("来咨询") if one.kind == "asked" else _("答复了咨询")
        return TimelineRow(at=one.at, words=words, detail="", href=f"/inquiries/{its_id}")
    label = label_of(one.what, lang)
    words = causes().get(one.kind, one.kind)
    return TimelineRow(
        at=one.at, words=words, detail="" if label == words else label, href=f"#change-{its_id}"
    )


def _reasons(cases: Sequence[LiveCase], visits: Sequence[LiveVisit], lang: str) -> list[tuple[str, str]]:
    """Each purpose with the case or the visit it is for; a correction of the register is for neither."""
    of_cases = [
        (f"{purpose} case/{case.id}", f"{FOR_WORDS[purpose].within(lang)} · {case.number} {case.summary}")
        for case in cases
        for purpose in case.purposes
    ]
    of_visits = [
        (f"{Purpose.VISIT} {one.reference}",
         f"{FOR_WORDS[Purpose.VISIT].within(lang)} · {PURPOSE_WORDS[one.purpose].within(lang)} {one.on}")
        for one in visits
    ]  # fmt: skip
    correction = Purpose.REGISTRY_CORRECTION
    return [*of_cases, *of_visits, (str(correction), FOR_WORDS[correction].within(lang))]
