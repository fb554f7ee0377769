"""Looking in an emergency (紧急查看): why, at whom, for half an hour; and its review by somebody else."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from core_db.emergency import (
    EmergencyDraft,
    EmergencyOpenedSeen,
    EmergencyReason,
    EmergencySeen,
    ReviewDraft,
    Uncovered,
    Verdict,
    defer_emergency,
    emergencies,
    emergency_opened,
    emergency_seen,
    open_emergency,
    review_emergency,
    uncover_in_emergency,
)
from core_db.emergency.words import REASON_WORDS, VERDICT_WORDS
from core_db.finding import Found, find_people
from core_db.foundation.actor import COMMITTEE, Role
from core_db.foundation.clock import local_date
from core_db.reveals import DAYS_AT_MOST, DeferralDraft
from core_db.reveals.words import DEFERRAL_WORDS

router = SecureRouter("/emergency")
AT_A_TIME = 30


class EmergenciesPage(Page, template="emergency/index.html"):
    """One's own looks, and those that wait for one's review."""

    looks: Sequence[EmergencySeen]
    reasons: Mapping[EmergencyReason, str]
    verdicts: Mapping[Verdict, str]
    may_look: bool
    next_href: str | None


class NewPage(Page, template="emergency/new.html"):
    """First whom, then why."""

    q: str
    people: Sequence[Found]
    person: Found | None
    reasons: Sequence[Mapping[str, str]]
    form: Filled[EmergencyDraft] | None
    key: str


class LookPage(Page, template="emergency/show.html"):
    """One look: while it lasts what it opens; afterwards its review."""

    look: EmergencySeen
    opened: EmergencyOpenedSeen
    reason: str
    verdicts: Mapping[Verdict, str]
    choices: Sequence[Mapping[str, str]]
    form: Filled[ReviewDraft] | None
    key: str
    #: Whoever oversees looks, and did not look himself, may have him told later.
    may_defer: bool
    later: Filled[DeferralDraft] | None
    why_later: Sequence[tuple[str, str]]
    days: tuple[str, str]


class UncoveredPage(Page, template="emergency/uncovered.html"):
    """The numbers, on this answer and nowhere else."""

    look: EmergencySeen
    uncovered: Uncovered


@router.get("", access=Access.REVIEW)
async def index(request: Request, work: WorkDep, after: Word = None) -> Response:
    found = await work.read(emergencies, after=after, limit=AT_A_TIME)
    onward = f"/emergency?after={found[-1].id}" if len(found) == AT_A_TIME else None
    page = EmergenciesPage(
        looks=found, reasons=_reasons(work), verdicts=_verdicts(work), may_look=work.actor.has(*COMMITTEE),
        next_href=onward,
    )  # fmt: skip
    return render(request, page)


@router.get("/new", access=Access.COMMITTEE)
async def ask(request: Request, work: WorkDep, q: Word = None, person: Word = None) -> Response:
    return await _new_page(request, work, q or "", person, None)


@router.post("", access=Access.COMMITTEE)
async def look(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, to = fill(EmergencyDraft, typed), None
    if form.draft is not None:
        to = await shown(
            form,
            once_from_form(
                request, work, typed, open_emergency, form.draft, to=lambda made: f"/emergency/{made.id}"
            ),
        )
    if to is None:
        return await _new_page(request, work, typed.get("q", ""), typed.get("person_id"), form)
    return redirect(
        request,
        to,
        flash=_("已经打开半小时，书记和街镇马上知道。看了号码，居民也看得到；决定暂缓告知的，到期才看得到。"),
    )


@router.get("/{access_id}", access=Access.REVIEW)
async def show(request: Request, access_id: Id, work: WorkDep) -> Response:
    return await _look_page(request, work, access_id, None)


@router.post("/{access_id}/uncovering", access=Access.COMMITTEE)
async def uncover(request: Request, access_id: Id, work: WorkDep) -> Response:
    """The numbers on the answer to this very request: no address and no notice ever holds them."""
    uncovered = await work.write(uncover_in_emergency, access_id)
    seen = await work.read(emergency_seen, access_id)
    return render(request, UncoveredPage(look=seen, uncovered=uncovered))


@router.post("/{access_id}/review", access=Access.REVIEW)
async def review(request: Request, access_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(ReviewDraft, typed), None
    if form.draft is not None:
        done = await shown(
            form,
            once_from_form(
                request, work, typed, review_emergency, access_id, form.draft, to=lambda made: made.access_id
            ),
        )
    if done is None:
        return await _look_page(request, work, access_id, form)
    return redirect(request, "/emergency", flash=_("审核写下来了，他看得到。"))


@router.post("/{access_id}/deferral", access=Access.REVIEW)
async def defer(request: Request, access_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """Have him told later."""
    form = fill(DeferralDraft, typed)
    done = await shown(form, work.write(defer_emergency, access_id, form.draft)) if form.draft else None
    if done is None:
        return await _look_page(request, work, access_id, None, later=form)
    return redirect(request, f"/emergency/{access_id}", flash=_("已暂缓告知，到期自动显示给本人。"))


async def _new_page(
    request: Request, work: Work, q: str, person_id: str | None, form: Filled[EmergencyDraft] | None
) -> Response:
    people = await work.read(find_people, q) if q else ()
    person = next((one for one in people if one.id == person_id), None)
    reasons = [{"value": str(one), "label": word} for one, word in _reasons(work).items()]
    page = NewPage(q=q, people=people, person=person, reasons=reasons, form=form, key=fresh_key())
    return render(request, page, status=422 if form else 200)


async def _look_page(
    request: Request, work: Work, access_id: str, form: Filled[ReviewDraft] | None, *,
    later: Filled[DeferralDraft] | None = None,
) -> Response:  # fmt: skip
    opened = await work.read(emergency_opened, access_id)
    verdicts, today = _verdicts(work), local_date(work.clock.now())
    page = LookPage(
        look=opened.emergency, opened=opened, reason=_reasons(work)[opened.emergency.reason_code], verdicts=verdicts,
        choices=[{"value": str(one), "label": word} for one, word in verdicts.items()], form=form, key=fresh_key(),
        may_defer=work.actor.has(Role.SECRETARY, Role.TOWN_DISPATCHER) and not opened.emergency.is_mine, later=later,
        why_later=[(str(one), words.within(work.lang)) for one, words in DEFERRAL_WORDS.items()],
        days=(str(today + timedelta(days=1)), str(today + timedelta(days=DAYS_AT_MOST))),
    )  # fmt: skip
    return render(request, page, status=422 if form or later else 200)


def _reasons(work: Work) -> dict[EmergencyReason, str]:
    return {one: pair[work.lang == "en"] for one, pair in REASON_WORDS.items()}


def _verdicts(work: Work) -> dict[Verdict, str]:
    return {one: pair[work.lang == "en"] for one, pair in VERDICT_WORDS.items()}
