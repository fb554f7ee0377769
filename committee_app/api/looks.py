"""Looking after those who look, over the API: alarms, a month's looks with the odd ones first, what is told later."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field, model_validator
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id, Number
from app_shell.work import WorkDep
from committee_app.api.oversight_shapes import (
    AlarmShape,
    AlarmsShape,
    DeferralShape,
    DeferralsShape,
    LooksShape,
    ReviewShape,
)
from core_db.access.words import field_said
from core_db.foundation.drafts import fault
from core_db.foundation.ids import LAST_NUMBER
from core_db.reveals import (
    DeferralDraft,
    LookAlarm,
    LookDeferral,
    LookReview,
    LookToReview,
    ReviewDraft,
    defer_look,
    defer_looks_under,
    deferrals_at,
    looks_to_review,
    note_alarm,
    open_alarms,
    own_looks,
    renew_deferral,
    review_look,
)

router = ApiRouter("/looks")
#: A list of looks goes on after one of them: its number.
AfterLook = Annotated[int | None, Query(ge=1, le=LAST_NUMBER)]


class DeferralAsked(DeferralDraft):
    """What is told later: one look by its number, or all looks under a case, those still to come too."""

    look: Annotated[int | None, Field(ge=1, le=LAST_NUMBER)] = None
    case_id: str | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "DeferralAsked":
        if (self.look is None) == (self.case_id is None):
            raise fault(
                "请写一次查看（look）或者一件案件（case_id）。", "Name a look or a case, one of them."
            )
        return self

    @property
    def alone(self) -> DeferralDraft:
        return DeferralDraft(reason_code=self.reason_code, until=self.until)


@router.get("", access=Access.OVERSIGHT, answers=LooksShape)
async def index(work: WorkDep, after: AfterLook = None, limit: Limit = 50) -> Response:
    """A month's looks from one's office, the town's of secretaries: first what nobody judged yet, the oddest first."""
    return _page(await work.read(looks_to_review), after, limit, work.lang)


@router.get("/own", access=Access.COMMITTEE, answers=LooksShape)
async def own(work: WorkDep, after: AfterLook = None, limit: Limit = 50) -> Response:
    """One's own looks of a month, with what a secretary said of them or asks."""
    return _page(await work.read(own_looks), after, limit, work.lang)


@router.post("/{seq}/review", access=Access.OVERSIGHT, status_code=201, answers=ReviewShape)
async def review(request: Request, seq: Number, draft: ReviewDraft, work: WorkDep) -> Response:
    """Say of a look that it is in order, or ask whoever took it; never of one's own."""
    return await once(request, work, review_look, seq, draft, render=_review)


@router.get("/alarms", access=Access.CASEWORK, answers=AlarmsShape)
async def alarms(work: WorkDep) -> Response:
    """Who looked at many people within an hour, where nobody has said yet that he saw it."""
    return answer(listed([_alarm(one) for one in await work.read(open_alarms)], next_after=None))


@router.post("/alarms/{alarm_id}/noted", access=Access.CASEWORK, answers=AlarmShape)
async def noted(request: Request, alarm_id: Id, work: WorkDep) -> Response:
    """One has seen it; whoever it is about cannot say so."""
    return await once(
        request, work, note_alarm, alarm_id, render=lambda _session, one: _alarm(one), status=200
    )


@router.get("/deferrals", access=Access.CASEWORK, answers=DeferralsShape)
async def deferrals(work: WorkDep) -> Response:
    """What is told later in the neighbourhoods one oversees, the newest first."""
    return answer(listed([one._asdict() for one in await work.read(deferrals_at)], next_after=None))


@router.post("/deferrals", access=Access.OVERSIGHT, status_code=201, answers=DeferralShape)
async def defer(request: Request, draft: DeferralAsked, work: WorkDep) -> Response:
    """Have a look, or all looks under a case, told later: at most ninety days."""
    if draft.case_id is not None:
        return await once(request, work, defer_looks_under, draft.case_id, draft.alone, render=deferral_said)
    return await once(request, work, defer_look, draft.look, draft.alone, render=deferral_said)


@router.post(
    "/deferrals/{deferral_id}/renewal", access=Access.CASEWORK, status_code=201, answers=DeferralShape
)
async def renew(request: Request, deferral_id: Id, draft: DeferralDraft, work: WorkDep) -> Response:
    """Go on with a deferral that another person began."""
    return await once(request, work, renew_deferral, deferral_id, draft, render=deferral_said)


def _page(looks: Sequence[LookToReview], after: int | None, limit: int, lang: str) -> Response:
    """The looks that follow this one; what is odd changes, so a look that is no more begins anew."""
    start = next((place + 1 for place, one in enumerate(looks) if one.seq == after), 0)
    shown = looks[start : start + limit]
    onward = str(shown[-1].seq) if start + limit < len(looks) else None
    return answer(listed([_look(one, lang) for one in shown], next_after=onward))


def _look(one: LookToReview, lang: str) -> dict[str, Any]:
    fields = [{"code": code, "name": field_said(code, lang)} for code in one.fields]
    return {name: value for name, value in asdict(one).items() if name != "seq"} | {
        "id": one.seq, "fields": fields, "odd": list(one.odd),
    }  # fmt: skip


def _review(_session: Session, one: LookReview) -> dict[str, Any]:
    return {
        "id": one.id,
        "look": one.seq,
        "outcome": one.outcome,
        "note": one.note,
        "by": one.by_name,
        "at": one.at,
    }


def _alarm(one: LookAlarm) -> dict[str, Any]:
    return {
        "id": one.id, "who": one.actor_name, "looks": one.looks, "at": one.at, "community_id": one.community_id,
        "noted_at": one.noted_at,
    }  # fmt: skip


def deferral_said(_session: Session, one: LookDeferral) -> dict[str, Any]:
    """A deferral that was just set."""
    return {
        "id": one.id, "of": one.reference or f"look/{one.seq}", "reason_code": one.reason_code,
        "began_at": one.began_at, "until": one.until, "by_name": one.by_name, "by_id": one.by_id, "in_force": True,
    }  # fmt: skip
