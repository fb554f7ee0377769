"""Keeping the register: correcting and verifying a field, taking a change back, and what needs a second person."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.place_words import PAGE_OF, in_words
from committee_app.reading import Word
from committee_app.register_words import (
    Options,
    changed_unseen,
    choices,
    done_or_waiting,
    label_of,
    ruled_in_words,
    sources,
    value_in_words,
)
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass
from core_db.life_events import EventWanted, approve_proposal, what_waits
from core_db.people import (
    RULED,
    PersonCorrection,
    ProposalRefusal,
    ProposalSeen,
    RegisterField,
    RuleDraft,
    RuleSeen,
    correct_person,
    decided_of_mine,
    field_named,
    person_file,
    places_to_rule,
    refuse_proposal,
    rules_in_sight,
    set_rule,
    undo_change,
    verify_field,
    verify_person,
    withdraw_proposal,
)
from core_db.places import ENDED, PlaceKind

router = SecureRouter()


class CorrectPage(Page, template="people/correct.html"):
    """One field: what it says now, masked, and what it should say."""

    person_id: str
    name: str
    field: str
    label: str
    now: str
    #: The codes to choose from, or the values are typed.
    codes: Options
    is_day: bool
    sources: Options
    labels: Mapping[str, str]
    form: Filled[PersonCorrection] | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A proposal in words: what it is about, with its page, and what is to become so."""

    seen: ProposalSeen
    label: str
    #: The page of the person or the place, and how it is called there.
    about: tuple[str, str]
    #: What the register says and what it should say; or what was filled in of an event of life.
    facts: Sequence[tuple[str, str]]


class ProposalsPage(Page, template="people/proposals.html"):
    """What waits for a second person, the oldest first."""

    waiting: Sequence[Waiting]
    #: One's own that were decided: what it was of, whether approved, why not, and when.
    decided: Sequence[tuple[str, bool, str, datetime]]
    form: Filled[ProposalRefusal] | None
    #: The proposal whose refusal could not be taken.
    at: str | None


class RulesPage(Page, template="people/rules.html"):
    """Which fields need a second person, since when, and where one may say so."""

    rules: Sequence[tuple[str, str, str, str]]
    places: Options
    fields: Options
    today: str
    labels: Mapping[str, str]
    form: Filled[RuleDraft] | None


@router.get("/people/{person_id}/correction", access=Access.COMMITTEE)
async def ask_what_is_right(
    request: Request, person_id: Id, work: WorkDep, field: Word = RegisterField.PHONE
) -> Response:
    return await _correct_page(request, work, person_id, field or RegisterField.PHONE)


@router.post("/people/{person_id}/correction", access=Access.COMMITTEE)
async def correct(request: Request, person_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(PersonCorrection, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(correct_person, person_id, form.draft))
    if done is None:
        field = typed.get("field", RegisterField.PHONE)
        return await _correct_page(request, work, person_id, field, form=form, status=422)
    return redirect(request, f"/people/{person_id}", flash=done_or_waiting(done.proposal, _("已更正。")))


@router.post("/people/{person_id}/verification", access=Access.COMMITTEE)
async def verify(request: Request, person_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """One tap: today somebody looked and all of it, or this one field, is right."""
    if name := typed.get("field"):
        await work.write(verify_field, person_id, field_named(name))
    else:
        await work.write(verify_person, person_id)
    return redirect(request, f"/people/{person_id}", flash=_("已记下：今天核对过，没有变化。"))


@router.post("/register/changes/{change_id}/undoing", access=Access.COMMITTEE)
async def undo(request: Request, change_id: Id, work: WorkDep) -> Response:
    done = await work.write(undo_change, change_id)
    return redirect(request, f"/people/{done.person_id}", flash=done_or_waiting(done.proposal, _("已撤销。")))


@router.get("/register/proposals", access=Access.COMMITTEE)
async def proposals(request: Request, work: WorkDep) -> Response:
    return await _proposals_page(request, work)


@router.post("/register/proposals/{proposal_id}/approval", access=Access.COMMITTEE)
async def approve(request: Request, proposal_id: Id, work: WorkDep) -> Response:
    await work.write(approve_proposal, proposal_id)
    return redirect(request, "/register/proposals", flash=_("已批准，名册已更改。"))


@router.post("/register/proposals/{proposal_id}/refusal", access=Access.COMMITTEE)
async def refuse(request: Request, proposal_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(ProposalRefusal, typed)
    if form.draft is None:
        return await _proposals_page(request, work, form=form, at=proposal_id, status=422)
    await work.write(refuse_proposal, proposal_id, form.draft)
    return redirect(request, "/register/proposals", flash=_("没有批准，名册不变。"))


@router.post("/register/proposals/{proposal_id}/withdrawal", access=Access.COMMITTEE)
async def withdraw(request: Request, proposal_id: Id, work: WorkDep) -> Response:
    await work.write(withdraw_proposal, proposal_id)
    return redirect(request, "/register/proposals", flash=_("已收回。"))


@router.get("/register/rules", access=Access.ISSUER)
async def rules(request: Request, work: WorkDep) -> Response:
    return await _rules_page(request, work)


@router.post("/register/rules", access=Access.ISSUER)
async def rule(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(RuleDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(set_rule, form.draft))
    if done is None:
        return await _rules_page(request, work, form=form, status=422)
    return redirect(request, "/register/rules", flash=_("已设定。"))


# -- pages ------------------------------------------------------------------------------------------


async def _correct_page(
    request: Request, work: Work, person_id: str, name: str, *, form: Filled[PersonCorrection] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    file, field, lang = await work.read(person_file, person_id), field_named(name), work.lang
    page = CorrectPage(
        person_id=person_id, name=file.name, field=field, label=label_of(field, lang),
        now=value_in_words(field, file.masked(field), lang) or "—", codes=choices(field, lang),
        is_day=field is RegisterField.BIRTH, sources=sources(), form=form,
        labels={"value": _("应改为"), "source": _("从哪里知道的"), "reason": _("说明")},
    )  # fmt: skip
    return render(request, page, status=status)


async def _proposals_page(
    request: Request, work: Work, *, form: Filled[ProposalRefusal] | None = None, at: str | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await work.read(what_waits)
    waiting = [_in_words(seen, event, work.lang) for seen, event in found]
    decided = [
        (f"{one.name} · {ruled_in_words(one.field, work.lang)}", one.is_approved, one.note, one.decided_at)
        for one in await work.read(decided_of_mine)
    ]
    return render(request, ProposalsPage(waiting=waiting, decided=decided, form=form, at=at), status=status)


def _in_words(seen: ProposalSeen, event: EventWanted | None, lang: str) -> Waiting:
    facts = [*_whose(seen), *_event_facts(event)] if event is not None else _place_or_field(seen, lang)
    told = [(_("从哪里知道的"), seen.source), (_("说明"), seen.reason or "")]
    facts = [*facts, *((label, said) for label, said in told if said)]
    return Waiting(seen=seen, label=ruled_in_words(seen.field, lang), about=_page_of(seen), facts=facts)


def _page_of(seen: ProposalSeen) -> tuple[str, str]:
    if seen.person_id is not None:
        return f"/people/{seen.person_id}", _("看他的登记")
    if seen.household_id is not None:
        return f"/households/{seen.household_id}", _("看这一户的登记")
    return f"/{PAGE_OF[seen.kind or PlaceKind.HOME]}/{seen.place_id}", _("看这一处的登记")


def _whose(seen: ProposalSeen) -> list[tuple[str, str]]:
    """Of a household who heads it: a home may have several."""
    return [(_("哪一户"), _("{name}家").replace("{name}", seen.head))] if seen.head else []


def _place_or_field(seen: ProposalSeen, lang: str) -> list[tuple[str, str]]:
    if not seen.field.endswith(f".{ENDED}"):
        return [*_whose(seen), *_field_facts(seen, lang)]
    if seen.undoes:
        return [(_("要办的事"), _("撤销已经登记的这一项"))]
    return [(_("存在到哪天"), seen.after), (_("现在由哪里接替"), seen.successor or _("没有接替的"))]


def _field_facts(seen: ProposalSeen, lang: str) -> list[tuple[str, str]]:
    before, after = (
        in_words(seen.spec, side, lang) if seen.spec is not None and side else ""
        for side in (seen.before, seen.after)
    )
    unseen = changed_unseen(before, after)
    return [(_("名册现在写的"), before or "—"), (_("应改为"), f"{after or _('（删去）')}{unseen}")]


def _event_facts(event: EventWanted) -> list[tuple[str, str]]:
    if event.undoes:
        return [(_("要办的事"), _("撤销已经登记的这一项"))]
    if event.go_over:
        then = _("单独成一户") if event.joins is None else _("并入{name}家").replace("{name}", event.joins)
        return [(_("谁"), _("、").join(event.go_over)), (_("以后"), then)]
    people = _("；").join(f"{name} {number}".strip() for name, number in event.people)
    facts = [(_("登记谁"), people)] if people else []
    whole = [(_("离开的人"), _("全家一起迁出"))] if event.whole_household else []
    return [*facts, (_("哪一天"), event.day), *whole]


async def _rules_page(
    request: Request, work: Work, *, form: Filled[RuleDraft] | None = None, status: int = 200
) -> Response:
    lang = work.lang
    labels = {
        "place_id": _("在哪里"),
        "field": _("哪一项"),
        "needs_second": _("要不要"),
        "valid_from": _("从哪天起"),
    }
    page = RulesPage(
        rules=[_rule_in_words(one, lang) for one in await work.read(rules_in_sight)],
        places=await work.read(places_to_rule), fields=[(name, pair[lang == "en"]) for name, pair in RULED.items()],
        today=str(local_date(work.clock.now())), form=form, labels=labels,
    )  # fmt: skip
    return render(request, page, status=status)


def _rule_in_words(seen: RuleSeen, lang: str) -> tuple[str, str, str, str]:
    needs = _("要第二个人批准") if seen.needs_second else _("不用第二个人")
    return ruled_in_words(seen.field, lang), seen.place_name, needs, str(seen.valid_from)
