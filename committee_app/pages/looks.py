"""Looking after those who look: alarms, the month's looks with the odd ones first, and what is told later."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, Number, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.looks import DeferralLine, LookLine, alarm_lines, deferral_lines, look_line
from core_db.foundation.actor import Role
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass
from core_db.reveals import (
    DAYS_AT_MOST,
    DeferralDraft,
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
from core_db.reveals.words import DEFERRAL_WORDS, REVIEW_WORDS

router = SecureRouter("/looks")
#: The form that came back goes by what it is about.
REVIEW, DEFERRAL, RENEWAL = "review", "deferral", "renewal"
SHOWN_AT_MOST = 50


@dataclass(frozen=True)
class Returned:
    """A form that came back: what it is, and which look or deferral it is about."""

    kind: str
    of: str
    form: Filled[Any]


class LooksPage(Page, template="looks/index.html"):
    """What a secretary, or the town above him, has to look after."""

    alarms: Sequence[tuple[str, str, datetime, bool]]
    looks: Sequence[LookLine]
    more: int
    deferrals: Sequence[DeferralLine]
    is_secretary: bool
    outcomes: Sequence[dict[str, str]]
    reasons: Sequence[tuple[str, str]]
    #: The first and the last day until which telling may be put off.
    days: tuple[str, str]
    returned: Returned | None


class OwnLooksPage(Page, template="looks/own.html"):
    """What one looked at oneself in the last month."""

    looks: Sequence[LookLine]


@router.get("", access=Access.CASEWORK)
async def index(request: Request, work: WorkDep) -> Response:
    return await _page(request, work)


@router.get("/own", access=Access.COMMITTEE)
async def own(request: Request, work: WorkDep) -> Response:
    """One's own looks, with what a secretary said of them or asks."""
    looks = [look_line(one, work.lang) for one in await work.read(own_looks)]
    return render(request, OwnLooksPage(looks=looks))


@router.post("/alarms/{alarm_id}/noted", access=Access.CASEWORK)
async def noted(request: Request, alarm_id: Id, work: WorkDep) -> Response:
    await work.write(note_alarm, alarm_id)
    return redirect(request, "/looks", flash=_("已记下您看到了。"))


@router.post("/{seq}/review", access=Access.OVERSIGHT)
async def review(request: Request, seq: Number, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(ReviewDraft, typed)
    done = await shown(form, work.write(review_look, seq, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, Returned(REVIEW, str(seq), form))
    return redirect(request, "/looks", flash=_("已记录。"))


@router.post("/{seq}/deferral", access=Access.OVERSIGHT)
async def defer(request: Request, seq: Number, work: WorkDep, typed: TypedForm) -> Response:
    """Have this look told later, or with `scope` a case's id all looks under it."""
    form, case_id = fill(DeferralDraft, typed), typed.get("scope", "")
    if form.draft is None:
        return await _page(request, work, Returned(DEFERRAL, str(seq), form))
    writing = (
        work.write(defer_looks_under, case_id, form.draft)
        if case_id
        else work.write(defer_look, seq, form.draft)
    )
    if await shown(form, writing) is None:
        return await _page(request, work, Returned(DEFERRAL, str(seq), form))
    return redirect(request, "/looks", flash=_("已暂缓告知，到期自动显示给本人。"))


@router.post("/deferrals/{deferral_id}/renewal", access=Access.CASEWORK)
async def renew(request: Request, deferral_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(DeferralDraft, typed)
    done = await shown(form, work.write(renew_deferral, deferral_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, Returned(RENEWAL, deferral_id, form))
    return redirect(request, "/looks", flash=_("已续期。"))


async def _page(request: Request, work: Work, returned: Returned | None = None) -> Response:
    deferrals = await work.read(deferrals_at)
    alarms, looks = await work.read(open_alarms), await work.read(looks_to_review)
    lang, today = work.lang, local_date(work.clock.now())
    page = LooksPage(
        alarms=alarm_lines(alarms, work.actor), looks=[look_line(one, lang) for one in looks[:SHOWN_AT_MOST]],
        more=max(0, len(looks) - SHOWN_AT_MOST), deferrals=deferral_lines(deferrals, work.actor, lang),
        is_secretary=work.actor.has(Role.SECRETARY),
        outcomes=[{"value": str(one), "label": words.within(lang)} for one, words in REVIEW_WORDS.items()],
        reasons=[(str(one), words.within(lang)) for one, words in DEFERRAL_WORDS.items()],
        days=(_day(today, 1), _day(today, DAYS_AT_MOST)), returned=returned,
    )  # fmt: skip
    return render(request, page, status=422 if returned else 200)


def _day(today: date, later: int) -> str:
    return (today + timedelta(days=later)).isoformat()
