"""What came of visits and is no case: needs, each with how far it is; and tags that somebody proposed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import TypedForm, fill
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.visit_words import Choices, NeedRow, choices, need_row
from core_db.foundation.actor import Role
from core_db.foundation.lean import dataclass
from core_db.visits import (
    NeedStep,
    TagDecision,
    decide_tag,
    move_need,
    needs,
    read_need,
    read_tag_proposal,
    tag_proposals,
    word_named,
    words_to_give,
)
from core_db.visits.words import NEED_STATUS_WORDS, PROPOSAL_WORDS, ProposalState

router = SecureRouter()
AT_A_TIME = 30


@dataclass(frozen=True, kw_only=True)
class ProposalRow:
    """A proposal as the list shows it; which tag it is stands here only where it was just opened."""

    id: str
    name: str
    person_id: str
    state: str
    waits: bool
    may_decide: bool
    is_own: bool
    visit_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenedProposal:
    """A proposal that was just opened: which tag and why, and what the dictionary has for it."""

    tag: str
    reason: str
    #: Words of the dictionary to choose from, and the one that is meant; none where it has no such word.
    words: Choices
    meant: str


class NeedsPage(Page, template="visits/needs.html"):
    """Needs, the newest first; what one exactly is, only on the answer to whoever asked for it."""

    needs: Sequence[NeedRow]
    steps: Choices
    opened: Mapping[str, str]
    #: Where this page begins: what is opened on it is shown on it.
    after: str
    next_href: str | None


class ProposalsPage(Page, template="visits/proposals.html"):
    """Tags that wait for the secretary, and those that were decided."""

    proposals: Sequence[ProposalRow]
    opened: Mapping[str, OpenedProposal]
    after: str
    next_href: str | None


@router.get("/needs", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, after: Word = None) -> Response:
    return await _needs_page(request, work, after=after)


@router.post("/needs/{need_id}/reading", access=Access.COMMITTEE)
async def read(request: Request, need_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """What is needed, on the answer to this very request: no address and no notice ever holds it."""
    what = await work.write(read_need, need_id)
    return await _needs_page(request, work, after=typed.get("after"), opened={need_id: what})


@router.post("/needs/{need_id}/step", access=Access.COMMITTEE)
async def step(request: Request, need_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(NeedStep, typed)
    if form.draft is None:
        return await _needs_page(request, work, status=422)
    await work.write(move_need, need_id, form.draft)
    return redirect(request, "/needs", flash=_("已记下。"))


@router.get("/tag-proposals", access=Access.COMMITTEE)
async def proposals(request: Request, work: WorkDep, after: Word = None) -> Response:
    return await _proposals_page(request, work, after=after)


@router.post("/tag-proposals/{tag_proposal_id}/reading", access=Access.COMMITTEE)
async def read_proposal(request: Request, tag_proposal_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """Which tag and why, on the answer to this very request."""
    tag, reason = await work.write(read_tag_proposal, tag_proposal_id)
    words = await work.read(words_to_give, tag_proposal_id)
    meant = word_named(words, tag)
    opened = OpenedProposal(
        tag=tag, reason=reason, words=[(one.id, one.within(work.lang)) for one in words],
        meant=meant.id if meant else "",
    )  # fmt: skip
    return await _proposals_page(request, work, after=typed.get("after"), opened={tag_proposal_id: opened})


@router.post("/tag-proposals/{tag_proposal_id}/decision", access=Access.COMMITTEE)
async def decide(request: Request, tag_proposal_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(TagDecision, typed)
    if form.draft is None:
        return await _proposals_page(request, work, status=422)
    await work.write(decide_tag, tag_proposal_id, form.draft)
    return redirect(request, "/tag-proposals", flash=_("已决定。"))


async def _needs_page(
    request: Request, work: Work, *, after: str | None = None, opened: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await work.read(needs, after=after, limit=AT_A_TIME)
    onward = f"/needs?after={found[-1].id}" if len(found) == AT_A_TIME else None
    page = NeedsPage(
        needs=[need_row(one, work.lang) for one in found], steps=choices(NEED_STATUS_WORDS, work.lang),
        opened=opened or {}, after=after or "", next_href=onward,
    )  # fmt: skip
    return render(request, page, status=status)


async def _proposals_page(
    request: Request, work: Work, *, after: str | None = None,
    opened: Mapping[str, OpenedProposal] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = await work.read(tag_proposals, after=after, limit=AT_A_TIME)
    decides = work.actor.has(Role.SECRETARY)
    rows = [
        ProposalRow(
            id=one.id, name=one.name, person_id=one.person_id, state=PROPOSAL_WORDS[one.state].within(work.lang),
            waits=one.state is ProposalState.PROPOSED, may_decide=decides and not one.is_own, is_own=one.is_own,
            visit_id=one.visit_id, at=one.proposed_at,
        )
        for one in found
    ]  # fmt: skip
    onward = f"/tag-proposals?after={found[-1].onward}" if len(found) == AT_A_TIME else None
    page = ProposalsPage(proposals=rows, opened=opened or {}, after=after or "", next_href=onward)
    return render(request, page, status=status)
