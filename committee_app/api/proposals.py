"""What waits for a second person over the API: the list, approving, refusing, taking one's own back; and the rules."""

from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.register_shapes import (
    DecidedShape,
    OwnDecidedListShape,
    ProposalsShape,
    RulesShape,
    SetRuleShape,
)
from committee_app.place_words import in_words
from committee_app.register_words import ruled_in_words
from core_db.life_events import EventWanted, approve_proposal, what_waits
from core_db.people import (
    ProposalRefusal,
    ProposalSeen,
    RegisterProposal,
    RegisterRule,
    RuleDraft,
    RuleSeen,
    decided_of_mine,
    refuse_proposal,
    rules_in_sight,
    set_rule,
    withdraw_proposal,
)

router = ApiRouter("/register")


@router.get("/proposals", access=Access.COMMITTEE, answers=ProposalsShape)
async def index(work: WorkDep) -> Response:
    """What waits in one's neighbourhoods, the oldest first, at most fifty: decide those and the next come up."""
    found = await work.read(what_waits)
    return answer(listed([_waiting(seen, event, work.lang) for seen, event in found], next_after=None))


@router.get("/proposals/decided", access=Access.COMMITTEE, answers=OwnDecidedListShape)
async def decided(work: WorkDep) -> Response:
    """What became of one's own proposals within thirty days, the newest first."""
    items = [
        {
            "id": one.id, "what": {"code": one.field, "name": ruled_in_words(one.field, work.lang)}, "name": one.name,
            "is_approved": one.is_approved, "note": one.note, "decided_at": one.decided_at,
        }
        for one in await work.read(decided_of_mine)
    ]  # fmt: skip
    return answer(listed(items, next_after=None))


@router.post("/proposals/{proposal_id}/approval", access=Access.COMMITTEE, answers=DecidedShape)
async def approve(request: Request, proposal_id: Id, work: WorkDep) -> Response:
    """Find it right: the register says so from now on, in the name of both. Never one's own."""
    return await once(request, work, approve_proposal, proposal_id, render=_decided, status=200)


@router.post("/proposals/{proposal_id}/refusal", access=Access.COMMITTEE, answers=DecidedShape)
async def refuse(request: Request, proposal_id: Id, draft: ProposalRefusal, work: WorkDep) -> Response:
    """Do not find it right, and say why; whoever proposed it reads that."""
    return await once(request, work, refuse_proposal, proposal_id, draft, render=_decided, status=200)


@router.post("/proposals/{proposal_id}/withdrawal", access=Access.COMMITTEE, answers=DecidedShape)
async def withdraw(request: Request, proposal_id: Id, work: WorkDep) -> Response:
    """Take back what one proposed oneself."""
    return await once(request, work, withdraw_proposal, proposal_id, render=_decided, status=200)


@router.get("/rules", access=Access.ISSUER, answers=RulesShape)
async def rules(work: WorkDep) -> Response:
    """Which fields and events need a second person, where and since when."""
    found = await work.read(rules_in_sight)
    return answer(listed([_rule(one, work.lang) for one in found], next_after=None))


@router.post("/rules", access=Access.ISSUER, status_code=201, answers=SetRuleShape)
async def rule(request: Request, draft: RuleDraft, work: WorkDep) -> Response:
    """Have one need a second person at a place from a day on, or need none any more."""
    return await once(request, work, set_rule, draft, render=_set)


def _waiting(seen: ProposalSeen, event: EventWanted | None, lang: str) -> dict[str, Any]:
    before, after = (
        in_words(seen.spec, side, lang) if seen.spec is not None and side else ""
        for side in (seen.before, seen.after)
    )
    return {
        "id": seen.id, "person_id": seen.person_id, "household_id": seen.household_id, "place_id": seen.place_id,
        "name": seen.name, "what": {"code": seen.field, "name": ruled_in_words(seen.field, lang)}, "before": before,
        "after": after, "head": seen.head, "successor": seen.successor, "undoes": seen.undoes,
        "event": _event(event) if event is not None else None, "source": seen.source,
        "reason": seen.reason, "proposed_by": seen.proposed_name, "proposed_at": seen.proposed_at,
        "may_decide": seen.may_decide, "is_own": seen.is_own,
    }  # fmt: skip


def _event(event: EventWanted) -> dict[str, Any]:
    people = [{"name": name, "id_number": number} for name, number in event.people]
    return {
        "people": people, "day": event.day, "whole_household": event.whole_household, "undoes": event.undoes,
        "go_over": list(event.go_over), "joins": event.joins,
    }  # fmt: skip


def _decided(_session: Session, done: RegisterProposal) -> dict[str, Any]:
    return {"id": done.id, "status": done.status, "note": done.note, "decided_at": done.decided_at}


def _rule(seen: RuleSeen, lang: str) -> dict[str, Any]:
    return {
        "place_id": seen.place_id, "place_name": seen.place_name, "needs_second": seen.needs_second,
        "what": {"code": seen.field, "name": ruled_in_words(seen.field, lang)}, "valid_from": seen.valid_from,
    }  # fmt: skip


def _set(_session: Session, made: RegisterRule) -> dict[str, Any]:
    same = ("id", "place_id", "field", "needs_second", "valid_from")
    return {name: getattr(made, name) for name in same}
