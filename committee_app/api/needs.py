"""What came of visits and is no case, over the API: needs, and tags that somebody proposed.

What exactly is needed or proposed is sealed: it is opened one by one, recorded, and no answer that holds it is kept.
"""

from typing import Annotated, Any

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.asked import Word
from committee_app.api.visit_shapes import (
    MovedNeedShape,
    NeedReadShape,
    NeedsShape,
    TagProposalsShape,
    TagReadShape,
    TagStateShape,
)
from core_db.visits import (
    NeedSeen,
    NeedStep,
    TagDecision,
    TagProposalSeen,
    decide_tag,
    move_need,
    needs,
    read_need,
    read_tag_proposal,
    tag_proposals,
    word_named,
    words_to_give,
)
from core_db.visits.words import NEED_STATUS_WORDS, NEED_WORDS, PROPOSAL_WORDS, NeedStatus

router = ApiRouter()
Status = Annotated[NeedStatus | None, Query()]


@router.get("/needs", access=Access.COMMITTEE, answers=NeedsShape)
async def index(
    work: WorkDep, person: Word = "", status: Status = None, after: After = None, limit: Limit = 50
) -> Response:
    """The needs of one's neighbourhoods, the newest first: of a person, or in a status."""
    found = await work.read(needs, person_id=person or None, status=status, after=after, limit=limit)
    onward = found[-1].id if len(found) == limit else None
    return answer(listed([_need(one, work.lang) for one in found], next_after=onward))


@router.post("/needs/{need_id}/reading", access=Access.COMMITTEE, keyed=False, answers=NeedReadShape)
async def read(need_id: Id, work: WorkDep) -> Response:
    """What exactly is needed; recorded, and told to whom it is about. Nothing keeps the answer."""
    return answer({"what": await work.write(read_need, need_id)})


@router.post("/needs/{need_id}/step", access=Access.COMMITTEE, answers=MovedNeedShape)
async def step(request: Request, need_id: Id, draft: NeedStep, work: WorkDep) -> Response:
    """Say how far it is."""
    return await once(request, work, move_need, need_id, draft, render=moved, status=200)


@router.get("/tag-proposals", access=Access.COMMITTEE, answers=TagProposalsShape)
async def proposals(work: WorkDep, after: After = None, limit: Limit = 50) -> Response:
    """Tags that were proposed on visits: those that wait first, of both the newest first."""
    found = await work.read(tag_proposals, after=after, limit=limit)
    onward = found[-1].onward if len(found) == limit else None
    return answer(listed([_proposal(one, work.lang) for one in found], next_after=onward))


@router.post(
    "/tag-proposals/{tag_proposal_id}/reading", access=Access.COMMITTEE, keyed=False, answers=TagReadShape
)
async def read_proposal(tag_proposal_id: Id, work: WorkDep) -> Response:
    """Which tag and why, and what the dictionary has for it; recorded and told. Nothing keeps the answer."""
    tag, reason = await work.write(read_tag_proposal, tag_proposal_id)
    words = await work.read(words_to_give, tag_proposal_id)
    meant = word_named(words, tag)
    said = [{"id": one.id, "name": one.within(work.lang)} for one in words]
    return answer({"tag": tag, "reason": reason, "words": said, "meant": meant.id if meant else None})


@router.post("/tag-proposals/{tag_proposal_id}/decision", access=Access.COMMITTEE, answers=TagStateShape)
async def decide(request: Request, tag_proposal_id: Id, draft: TagDecision, work: WorkDep) -> Response:
    """Give the tag or refuse it, as another person; or withdraw what one proposed oneself."""
    return await once(request, work, decide_tag, tag_proposal_id, draft, render=proposed, status=200)


def moved(_session: Session, need: Any) -> dict[str, Any]:
    """A need by its kind alone, as a kept answer may hold it."""
    return {name: getattr(need, name) for name in MovedNeedShape.model_fields}


def proposed(_session: Session, proposal: Any) -> dict[str, Any]:
    """A proposal without its tag."""
    return {name: getattr(proposal, name) for name in TagStateShape.model_fields}


def _need(one: NeedSeen, lang: str) -> dict[str, Any]:
    same = ("id", "name", "home", "visit_id", "person_id", "raised_at")
    return {name: getattr(one, name) for name in same} | {
        "kind": {"code": one.kind, "name": NEED_WORDS[one.kind].within(lang)},
        "status": {"code": one.status, "name": NEED_STATUS_WORDS[one.status].within(lang)},
    }  # fmt: skip


def _proposal(one: TagProposalSeen, lang: str) -> dict[str, Any]:
    same = ("id", "name", "person_id", "visit_id", "proposed_at", "is_own")
    state = {"code": one.state, "name": PROPOSAL_WORDS[one.state].within(lang)}
    return {name: getattr(one, name) for name in same} | {"state": state}
