"""People of the register: finding somebody, his page with everything sealed masked, and uncovering for a purpose."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from core_db.access import Purpose
from core_db.cases.words import STATUS_WORDS
from core_db.people import PersonView, find_people
from core_db.reveals import LiveCase, PersonShown, RevealDraft, person_shown, reveal_person
from core_db.reveals.words import FOR_WORDS, REVEALABLE_WORDS

router = SecureRouter("/people")


class PeoplePage(Page, template="people/index.html"):
    """Looking for somebody; numbers are masked."""

    q: str
    people: Sequence[PersonView]


class PersonPage(Page, template="people/show.html"):
    """Somebody: masked, but for what has just been uncovered."""

    person_id: str
    name: str
    facts: Sequence[tuple[str, str]]
    cases: Sequence[tuple[str, str, str]]
    #: What can be uncovered, and each purpose with the matter it is for.
    hidden: Sequence[tuple[str, str]]
    reasons: Sequence[tuple[str, str]]
    labels: Mapping[str, str]
    #: What was uncovered just now, by its word.
    uncovered: Sequence[tuple[str, str]]
    form: Filled[RevealDraft] | None


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, q: Word = None) -> Response:
    people = await work.read(find_people, q) if q else ()
    return render(request, PeoplePage(q=q or "", people=people))


@router.get("/{person_id}", access=Access.COMMITTEE)
async def show(request: Request, person_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, person_id)


@router.post("/{person_id}/reveal", access=Access.COMMITTEE)
async def reveal(request: Request, person_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    """What was asked for, on the answer to this very request: no address and no notice ever holds it."""
    purpose, _colon, reference = typed.get("why", "").partition(" ")
    form = fill(RevealDraft, typed, purpose=purpose or None, reference=reference or None)
    if form.draft is None:
        if "purpose" in form.faults:
            form.faults["why"] = form.faults.pop("purpose")
        return await _page(request, work, person_id, form=form, status=422)
    found = await shown(form, work.write(reveal_person, person_id, form.draft))
    if found is None:
        return await _page(request, work, person_id, form=form, status=422)
    told = [(REVEALABLE_WORDS[one].within(work.lang), value) for one, value in found.values.items()]
    return await _page(request, work, person_id, uncovered=told)


async def _page(
    request: Request, work: Work, person_id: str, *, uncovered: Sequence[tuple[str, str]] = (),
    form: Filled[RevealDraft] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found, lang = await work.read(person_shown, person_id), work.lang
    page = PersonPage(
        person_id=person_id, name=found.person.name, facts=_facts(found), uncovered=uncovered, form=form,
        cases=[(one.id, f"{one.number} {one.summary}", STATUS_WORDS[one.status].within(lang)) for one in found.cases],
        hidden=[(str(one), REVEALABLE_WORDS[one].within(lang)) for one in found.hidden],
        reasons=_reasons(found.cases, lang),
        labels={"fields": _("要看什么"), "why": _("为了什么"), "reason": _("原因")},
    )  # fmt: skip
    return render(request, page, status=status)


def _facts(found: PersonShown) -> list[tuple[str, str]]:
    person = found.person
    doors = "；".join(label for _id, label in person.doors)
    known = ((_("住处"), doors), (_("手机号码"), person.phone), (_("身份证号码"), person.id_number),
             (_("出生日期"), person.birth))  # fmt: skip
    return [(word, value or "—") for word, value in known]


def _reasons(cases: Sequence[LiveCase], lang: str) -> list[tuple[str, str]]:
    """Each purpose with the case it is for; a correction of the register is for no case."""
    of_cases = [
        (f"{purpose} case/{case.id}", f"{FOR_WORDS[purpose].within(lang)} · {case.number} {case.summary}")
        for case in cases
        for purpose in case.purposes
    ]
    correction = Purpose.REGISTRY_CORRECTION
    return [*of_cases, (str(correction), FOR_WORDS[correction].within(lang))]
