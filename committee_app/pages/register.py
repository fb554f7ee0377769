"""Keeping the register: correcting and verifying a field, taking a change back, and what needs a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.register_words import Options, choices, label_of, sources, value_in_words
from core_db.foundation.clock import local_date
from core_db.people import (
    EDITABLE,
    Corrected,
    PersonCorrection,
    ProposalRefusal,
    ProposalSeen,
    RegisterField,
    RuleDraft,
    RuleSeen,
    approve_proposal,
    correct_person,
    field_named,
    person_file,
    places_to_rule,
    proposals_waiting,
    refuse_proposal,
    rules_in_sight,
    set_rule,
    undo_change,
    verify_field,
    verify_person,
    withdraw_proposal,
)

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
    """A proposal in words."""

    seen: ProposalSeen
    label: str
    before: str
    after: str


class ProposalsPage(Page, template="people/proposals.html"):
    """What waits for a second person, the oldest first."""

    waiting: Sequence[Waiting]
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
    return redirect(request, f"/people/{person_id}", flash=_done_or_waiting(done, _("已更正。")))


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
    return redirect(request, f"/people/{done.person_id}", flash=_done_or_waiting(done, _("已撤销。")))


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


@router.get("/register/rules", access=Access.POSTS)
async def rules(request: Request, work: WorkDep) -> Response:
    return await _rules_page(request, work)


@router.post("/register/rules", access=Access.POSTS)
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
    found = await work.read(proposals_waiting)
    waiting = [_in_words(one, work.lang) for one in found]
    return render(request, ProposalsPage(waiting=waiting, form=form, at=at), status=status)


def _in_words(seen: ProposalSeen, lang: str) -> Waiting:
    return Waiting(
        seen=seen, label=label_of(seen.field, lang), before=value_in_words(seen.field, seen.before, lang) or "—",
        after=value_in_words(seen.field, seen.after, lang) or _("（删去）"),
    )  # fmt: skip


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
        places=await work.read(places_to_rule), fields=[(str(one), label_of(one, lang)) for one in EDITABLE],
        today=str(local_date(work.clock.now())), form=form, labels=labels,
    )  # fmt: skip
    return render(request, page, status=status)


def _rule_in_words(seen: RuleSeen, lang: str) -> tuple[str, str, str, str]:
    needs = _("要第二个人批准") if seen.needs_second else _("不用第二个人")
    return label_of(seen.field, lang), seen.place_name, needs, str(seen.valid_from)


def _done_or_waiting(done: Corrected, said: str) -> str:
    return said if done.proposal is None else _("这一项要第二个人批准，已经交给书记。")
