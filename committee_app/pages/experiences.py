"""The experience library: looking, telling one without names, the second look, taking it up and thanking."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.register_words import Options
from core_db.access import Permission
from core_db.experiences import (
    AdoptionDraft,
    ExperienceDraft,
    ExperienceProposal,
    ExperienceSeen,
    SharingRefusalDraft,
    StillOpen,
    Thanks,
    ThanksDraft,
    Told,
    adopt_experience,
    experience_shown,
    experiences_shared,
    keep_experience_here,
    proposal_shown,
    proposals_here,
    propose_experience,
    share_experience,
    still_open_for,
    thank_for_experience,
    thanks_for,
    told_from,
    withdraw_experience,
)
from core_db.experiences.words import ORIGIN_WORDS, STATUS_WORDS, Origin, ProposalStatus
from core_db.foundation.actor import Actor, Role
from core_db.places import neighbourhoods_to_choose

router = SecureRouter("/experiences")


class LibraryPage(Page, template="experiences/index.html"):
    """What the district shares, what waits here for a second look, and what of one's own stays here."""

    q: str
    found: Sequence[ExperienceSeen]
    proposals: Sequence[ExperienceProposal]
    kept: Sequence[ExperienceProposal]


class TellPage(Page, template="experiences/new.html"):
    """An experience being told; names are out of it already."""

    told: Told
    #: The neighbourhoods one works for, where they are several and it is told from no case.
    neighbourhoods: Options
    form: Filled[ExperienceDraft] | None
    key: str


class ProposalPage(Page, template="experiences/proposal.html"):
    """One proposal with the second look at it."""

    proposal: ExperienceProposal
    status: str
    may_decide: bool
    form: Filled[Any] | None


class ExperiencePage(Page, template="experiences/show.html"):
    """One shared experience."""

    experience: ExperienceSeen
    origin: str
    thanks: Sequence[Thanks]
    open: StillOpen
    may_withdraw: bool
    form: Filled[Any] | None


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, q: Word = None) -> Response:
    found = await work.read(experiences_shared, q or "")
    told = await work.read(proposals_here)
    waiting = [one for one in told if one.status is ProposalStatus.WAITING]
    kept = [one for one in told if one.status is ProposalStatus.REFUSED]
    return render(request, LibraryPage(q=q or "", found=found, proposals=waiting, kept=kept))


@router.get("/new", access=Access.COMMITTEE)
async def new(request: Request, work: WorkDep, case: Word = None, guide: Word = None) -> Response:
    """`case` or `guide`: what it is told from; without one a plan or a form is written down."""
    origin = Origin.CASE if case else Origin.GUIDE if guide else Origin.PLAN
    told = await work.read(told_from, origin, case or guide)
    return await _tell_page(request, work, told, None)


@router.post("", access=Access.COMMITTEE)
async def propose(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, to = fill(ExperienceDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, propose_experience, form.draft,
            to=lambda proposal: f"/experiences/proposals/{proposal.id}",
        )  # fmt: skip
        to = await shown(form, writing)
    if to is None:
        words = {name: typed.get(name, "") for name in ("title", "problem", "steps", "outcome")}
        origin, told_of = _origin(typed.get("origin", "")), typed.get("origin_id")
        told = Told(origin=origin, origin_id=told_of, hidden=0, follows=origin is Origin.CASE, **words)
        return await _tell_page(request, work, told, form)
    return redirect(request, to, flash=_("已提出。书记看过以后，别的居村才能看到。"))


@router.get("/proposals/{told_id}", access=Access.COMMITTEE)
async def proposal(request: Request, told_id: Id, work: WorkDep) -> Response:
    return await _proposal_page(request, work, told_id, None)


@router.post("/proposals/{told_id}/sharing", access=Access.COMMITTEE)
async def share(request: Request, told_id: Id, work: WorkDep) -> Response:
    form: Filled[Any] = Filled(draft=None, typed={})  # type: ignore[arg-type]
    shared = await shown(form, work.write(share_experience, told_id))
    if shared is None:
        return await _proposal_page(request, work, told_id, form)
    return redirect(request, f"/experiences/{shared.id}", flash=_("已分享给全区各居村。"))


@router.post("/proposals/{told_id}/refusal", access=Access.COMMITTEE)
async def keep_here(request: Request, told_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form: Filled[Any] = fill(SharingRefusalDraft, typed)
    if form.draft is None or await shown(form, work.write(keep_experience_here, told_id, form.draft)) is None:
        return await _proposal_page(request, work, told_id, form)
    return redirect(request, "/experiences", flash=_("没有分享，提出的人在经验库里看得到原因。"))


@router.get("/{experience_id}", access=Access.COMMITTEE)
async def show(request: Request, experience_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, experience_id, None)


@router.post("/{experience_id}/adoption", access=Access.COMMITTEE)
async def adopt(request: Request, experience_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(AdoptionDraft, typed)
    writing = work.write(adopt_experience, experience_id, form.draft) if form.draft else None
    adoption = await shown(form, writing) if writing else None
    if adoption is None:
        return await _page(request, work, experience_id, form)
    return redirect(request, f"/guides/{adoption.guide_id}/changes", flash=_("已采用，请改成适合本居村的。"))


@router.post("/{experience_id}/withdrawal", access=Access.COMMITTEE)
async def withdraw(request: Request, experience_id: Id, work: WorkDep) -> Response:
    await work.write(withdraw_experience, experience_id)
    return redirect(request, "/experiences", flash=_("已撤回，别的居村找不到它了；已经采用的指南还在。"))


@router.post("/{experience_id}/thanks", access=Access.COMMITTEE)
async def thank(request: Request, experience_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form: Filled[Any] = fill(ThanksDraft, typed)
    if (
        form.draft is None
        or await shown(form, work.write(thank_for_experience, experience_id, form.draft)) is None
    ):
        return await _page(request, work, experience_id, form)
    return redirect(request, f"/experiences/{experience_id}", flash=_("谢意已经送到。"))


def _may_decide(found: ExperienceProposal, actor: Actor) -> bool:
    """Whether to show the buttons; the base refuses whoever presses them all the same."""
    decides = found.proposed_role is Role.SECRETARY or actor.has(Role.SECRETARY)
    return decides and not actor.speaks_for(found.proposed_by, found.acted_for)


def _origin(said: str) -> Origin:
    return next((one for one in Origin if one == said), Origin.PLAN)


async def _tell_page(
    request: Request, work: Work, told: Told, form: Filled[ExperienceDraft] | None
) -> Response:
    several = () if told.follows else await work.read(neighbourhoods_to_choose, Permission.EXPERIENCE_PROPOSE)
    page = TellPage(told=told, neighbourhoods=several, form=form, key=fresh_key())
    return render(request, page, status=422 if form else 200)


async def _proposal_page(
    request: Request, work: Work, proposal_id: str, form: Filled[Any] | None
) -> Response:
    found = await work.read(proposal_shown, proposal_id)
    page = ProposalPage(
        proposal=found, status=STATUS_WORDS[found.status][work.lang == "en"], form=form,
        may_decide=_may_decide(found, work.actor),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _page(request: Request, work: Work, experience_id: str, form: Filled[Any] | None) -> Response:
    experience = await work.read(experience_shown, experience_id)
    page = ExperiencePage(
        experience=experience, origin=ORIGIN_WORDS[experience.origin][work.lang == "en"],
        thanks=await work.read(thanks_for, experience_id), form=form,
        open=await work.read(still_open_for, experience_id),
        may_withdraw=experience.place_id in work.actor.places_as((Role.SECRETARY,)),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)
