"""Plans of visits, how often each grade is visited, and canvasses with their board, building by building."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.roles import committee_of, own_buildings
from committee_app.visit_words import Choices, choices, labels
from core_db.finding import Found, find_people
from core_db.foundation.clock import local_date
from core_db.foundation.lean import dataclass
from core_db.groups import groups_of
from core_db.visits import (
    CanvassDraft,
    CanvassProgress,
    CanvassSeen,
    IntervalDraft,
    IntervalSeen,
    PlanDraft,
    begin_canvass,
    canvass_progress,
    canvasses,
    end_canvass,
    end_plan,
    intervals_in_sight,
    places_to_set,
    plan_visits,
    set_interval,
    visit_plans,
)
from core_db.visits.words import GRADE_WORDS, PURPOSE_WORDS, WHOM_WORDS

router = SecureRouter("/visits")


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """A plan as the list shows it."""

    id: str
    name: str
    meta: Sequence[str]
    is_over: bool


class PlansPage(Page, template="visits/plans.html"):
    """The plans, and how often each grade is visited."""

    plans: Sequence[PlanRow]
    intervals: Sequence[tuple[str, str, str, str, str]]
    may_set: bool


class IntervalsPage(Page, template="visits/intervals.html"):
    """How often each grade is visited, here and in the district; and a form for whoever says so."""

    intervals: Sequence[tuple[str, str, str, str, str]]
    places: Choices
    grades: Choices
    labels: Mapping[str, str]
    form: Filled[IntervalDraft] | None
    today: str
    back: tuple[str, str]


class NewPlanPage(Page, template="visits/new_plan.html"):
    """Who is to be visited, and how closely: people that are looked for, a saved group, or whole buildings."""

    q: str
    groups: Choices
    people: Sequence[Found]
    chosen: Sequence[tuple[str, str]]
    buildings: Choices
    grades: Choices
    purposes: Choices
    labels: Mapping[str, str]
    form: Filled[PlanDraft] | None
    key: str


class CanvassesPage(Page, template="visits/canvasses.html"):
    """The canvasses, and the form for a new one."""

    canvasses: Sequence[CanvassSeen]
    buildings: Choices
    labels: Mapping[str, str]
    form: Filled[CanvassDraft] | None
    today: str
    key: str


class CanvassPage(Page, template="visits/canvass.html"):
    """How far a canvass is, in homes; and the doors that are left in one building."""

    progress: CanvassProgress
    building: str


@router.get("/plans", access=Access.COMMITTEE)
async def plans(request: Request, work: WorkDep) -> Response:
    return await _plans_page(request, work)


@router.get("/plans/new", access=Access.COMMITTEE)
async def new_plan(request: Request, work: WorkDep, q: Word = None) -> Response:
    return await _new_plan_page(request, work, None, q=q or "")


@router.post("/plans", access=Access.COMMITTEE)
async def make_plan(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    if "find" in typed:
        looking: Filled[PlanDraft] = Filled(draft=None, typed=typed)
        return await _new_plan_page(request, work, looking, q=typed.get("q", ""))
    form, to = fill(PlanDraft, typed, **_named(typed)), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, plan_visits, form.draft, to=lambda _made: "/visits/plans"
        )
        to = await shown(form, writing)
    if to is None:
        return await _new_plan_page(request, work, form, q="", status=422)
    return redirect(request, to, flash=_("计划已定。到期的人每天早上在路线里。"))


@router.post("/plans/{plan_id}/ending", access=Access.COMMITTEE)
async def end(request: Request, plan_id: Id, work: WorkDep) -> Response:
    await work.write(end_plan, plan_id)
    return redirect(request, "/visits/plans", flash=_("计划已结束，走访记录都在。"))


@router.get("/intervals", access=Access.NEIGHBOURHOOD)
async def how_often(request: Request, work: WorkDep) -> Response:
    """A secretary says it for his neighbourhood, the district for all of its own."""
    return await _intervals_page(request, work, None)


@router.post("/intervals", access=Access.NEIGHBOURHOOD)
async def set_how_often(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(IntervalDraft, typed)
    done = await shown(form, work.write(set_interval, form.draft)) if form.draft else None
    if done is None:
        return await _intervals_page(request, work, form)
    return redirect(request, "/visits/intervals", flash=_("已改。"))


@router.get("/canvasses", access=Access.COMMITTEE)
async def all_canvasses(request: Request, work: WorkDep) -> Response:
    return await _canvasses_page(request, work, None)


@router.post("/canvasses", access=Access.COMMITTEE)
async def begin(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    asked = [line.strip() for line in typed.get("questions", "").splitlines() if line.strip()]
    form, to = fill(CanvassDraft, typed, questions=asked), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, begin_canvass, form.draft, to=lambda made: f"/visits/canvasses/{made.id}"
        )
        to = await shown(form, writing)
    if to is None:
        return await _canvasses_page(request, work, form)
    return redirect(request, to, flash=_("排摸开始了。"))


@router.get("/canvasses/{canvass_id}", access=Access.COMMITTEE)
async def canvass(request: Request, canvass_id: Id, work: WorkDep, building: Word = None) -> Response:
    found = await work.read(canvass_progress, canvass_id, building_id=building)
    return render(request, CanvassPage(progress=found, building=building or ""))


@router.post("/canvasses/{canvass_id}/ending", access=Access.COMMITTEE)
async def end_of_canvass(request: Request, canvass_id: Id, work: WorkDep) -> Response:
    await work.write(end_canvass, canvass_id)
    return redirect(request, f"/visits/canvasses/{canvass_id}", flash=_("排摸已结束。"))


async def _plans_page(request: Request, work: Work) -> Response:
    page = PlansPage(
        plans=[_plan_row(one, work.lang) for one in await work.read(visit_plans)],
        intervals=await _intervals(work), may_set=bool(await work.read(places_to_set)),
    )  # fmt: skip
    return render(request, page)


async def _intervals_page(request: Request, work: Work, form: Filled[IntervalDraft] | None) -> Response:
    sits_here = bool(committee_of(work.actor))
    page = IntervalsPage(
        intervals=await _intervals(work), places=list(await work.read(places_to_set)),
        grades=choices(GRADE_WORDS, work.lang), labels=labels(), form=form, today=_today(work),
        back=("/visits/plans", _("走访计划")) if sits_here else ("/below", _("各居村")),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _intervals(work: Work) -> Sequence[tuple[str, str, str, str, str]]:
    return [_interval_row(one, work.lang) for one in await work.read(intervals_in_sight)]


async def _new_plan_page(
    request: Request, work: Work, form: Filled[PlanDraft] | None, *, q: str, status: int = 200
) -> Response:
    people = await work.read(find_people, q) if q else ()
    typed = form.typed if form else Typed()
    page = NewPlanPage(
        q=q, people=people, chosen=_chosen(typed), buildings=await work.read(own_buildings),
        groups=[(one.id, one.name) for one in await work.read(groups_of)],
        grades=choices(GRADE_WORDS, work.lang), purposes=choices(PURPOSE_WORDS, work.lang), labels=labels(),
        form=form, key=typed.get("idempotency_key") or fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


def _named(typed: Typed) -> dict[str, Any]:
    """Whom the form names: a group, buildings, or the people who are ticked."""
    group, buildings = typed.get("group"), typed.getlist("buildings")
    if group:
        return {"whom": "groups", "subjects": [group]}
    return {"whom": "buildings", "subjects": buildings} if buildings else {"whom": "persons"}


def _chosen(typed: Typed) -> list[tuple[str, str]]:
    """Who was ticked before and stays so while somebody else is looked for: id, and the name beside it."""
    return [
        (one, typed.get(f"name-{one}", _("已选的居民"))) for one in dict.fromkeys(typed.getlist("subjects"))
    ]


async def _canvasses_page(request: Request, work: Work, form: Filled[CanvassDraft] | None) -> Response:
    page = CanvassesPage(
        canvasses=await work.read(canvasses), buildings=await work.read(own_buildings), labels=labels(), form=form,
        today=_today(work), key=fresh_key(),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


def _today(work: Work) -> str:
    return local_date(work.clock.now()).isoformat()


def _plan_row(plan: Any, lang: str) -> PlanRow:
    counted = f"{WHOM_WORDS[plan.whom].within(lang)} {'、'.join(plan.groups or plan.people) or plan.subjects}"
    often = _("每 {n} 天一次").replace("{n}", str(plan.every_days))
    meta = [GRADE_WORDS[plan.grade].within(lang), often, counted, PURPOSE_WORDS[plan.purpose].within(lang)]
    if plan.has_ended_group:
        meta.append(_("这个人群已经删除，按它没有人要走访了"))
    return PlanRow(id=plan.id, name=plan.name, meta=meta, is_over=plan.ended_at is not None)


def _interval_row(one: IntervalSeen, lang: str) -> tuple[str, str, str, str, str]:
    place = one.place_name or _("平台默认")
    return GRADE_WORDS[one.grade].within(lang), place, str(one.days), str(one.grace_days), str(one.valid_from)
