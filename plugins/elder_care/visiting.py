"""Visits: planned by what somebody can do alone, an alarm when nobody came, and no alarm closed without a visit."""

from plugins.elder_care.adl import GRADES, grade_of
from plugins.elder_care.kept import Elder, elder_of, last_assessment
from plugins.elder_care.own import CATEGORY, VISIT, Config, plugin
from plugins.sdk import Context, Resident, Veto, events, points
from plugins.sdk.told import Missed


async def people_in(ctx: Context) -> dict[str, Resident]:
    """Those who live alone, are old enough and agreed."""
    cfg = ctx.settings(Config)
    found = ctx.residents.find(
        tag=cfg.tag, age_from=cfg.min_age, fields=["name", "birth_year", "tags"], purpose=VISIT
    )
    return {one.id: one async for one in found}


@plugin.job(cron="0 7 * * *")
async def plan_visits(ctx: Context) -> None:
    for resident in await people_in(ctx):
        await take_in(ctx, resident)


async def take_in(ctx: Context, resident: str) -> None:
    """Have somebody visited as closely as he needs. A closer plan is added; a looser one is for people to decide."""
    assessed = await last_assessment(ctx, resident)
    grade = grade_of(None if assessed is None else assessed.score)
    elder = await elder_of(ctx, resident)
    if elder is not None and GRADES.index(grade) <= GRADES.index(elder.grade):
        return
    await ctx.visits.plan(residents=[resident], grade=grade, key=f"plan:{resident}:{grade}")
    elder = elder or Elder(resident=resident, grade=grade)
    elder.grade = grade
    await ctx.store(Elder).put(elder)


@plugin.job(cron="0 17 * * *")
async def raise_alarms(ctx: Context) -> None:
    """A case for each who is overdue and has none yet."""
    for missed in await ctx.visits.missed():
        elder = await elder_of(ctx, missed.resident)
        if elder is None or elder.case_id is not None or elder.rests(missed.due_on, ctx.today()):
            continue
        who = await ctx.residents.get(missed.resident, fields=["name"], purpose=VISIT)
        if who.name is None:
            continue
        elder.case_id = await ctx.cases.open(
            category=CATEGORY, resident_id=missed.resident, key=_key_of(elder, missed),
            title=ctx.t("请看望{name}：走访逾期 {days} 天", name=who.name, days=str(missed.days)),
            text=ctx.t("应在 {due} 前走访。请上门或打电话，记下走访再结案。", due=str(missed.due_on)),
        )  # fmt: skip
        elder.alarmed_on = ctx.today()
        await ctx.store(Elder).put(elder)


def _key_of(elder: Elder, missed: Missed) -> str:
    """One case for each visit that was missed; another one where that is over and still nobody went."""
    key = f"missed:{missed.resident}:{missed.due_on}"
    return f"{key}:{elder.ended}" if elder.ended else key


@plugin.on(events.VisitMissed)
async def alarm_at_once(ctx: Context, event: events.VisitMissed) -> None:
    await raise_alarms(ctx)


@plugin.on(events.VisitRecorded)
async def tell_the_case(ctx: Context, event: events.VisitRecorded) -> None:
    """The fact names nobody, so each alarm looks whether it was its own."""
    for elder in await ctx.store(Elder).find(alarmed_on__lte=ctx.today()):
        if elder.case_id is not None and await was_visited(ctx, elder):
            await ctx.cases.comment(
                elder.case_id, text=ctx.t("已有走访记录，可以结案了。"), key=f"visited:{elder.case_id}"
            )


async def was_visited(ctx: Context, elder: Elder) -> bool:
    """Since the alarm."""
    return bool(await ctx.visits.find(resident=elder.resident, since=elder.alarmed_on))


@plugin.filter(points.CaseClose)
async def not_without_a_visit(ctx: Context, draft: points.CaseClose) -> points.CaseClose | None:
    for elder in await ctx.store(Elder).find(case_id=draft.case_id):
        if not await was_visited(ctx, elder):
            raise Veto(ctx.t("还没有走访记录：请先看望老人或打电话，记下来再结案。"))
    return None


@plugin.on(events.CaseClosed)
async def alarm_is_over(ctx: Context, event: events.CaseClosed) -> None:
    for elder in await ctx.store(Elder).find(case_id=event.case_id):
        elder.end_alarm()
        await ctx.store(Elder).put(elder)


@plugin.on(events.CaseRefused, events.CaseWithdrawn)
async def alarm_is_set_aside(ctx: Context, event: events.CaseRefused | events.CaseWithdrawn) -> None:
    """Nobody went. The next visit that is missed is said at once, this one again after a while.

    An alarm that was only carried by this case goes on without it, and is told so by itself.
    """
    for elder in await ctx.store(Elder).find(case_id=event.case_id):
        if not elder.merged:
            elder.end_alarm(set_aside_on=ctx.today())
            await ctx.store(Elder).put(elder)


@plugin.on(events.CaseMerged)
async def alarm_goes_on(ctx: Context, event: events.CaseMerged) -> None:
    """In the case that carries the work from now on."""
    for elder in await ctx.store(Elder).find(case_id=event.case_id):
        elder.is_carried_by(event.into_id, its=event.case_id)
        await ctx.store(Elder).put(elder)


@plugin.on(events.CaseUnmerged)
async def alarm_goes_on_alone(ctx: Context, event: events.CaseUnmerged) -> None:
    """What carried it was withdrawn or refused: each alarm that it carried is in the case that goes on."""
    for elder in await ctx.store(Elder).find(case_id=event.from_id):
        if elder.merged:
            elder.goes_on_in(event.case_id)
            await ctx.store(Elder).put(elder)


@plugin.on_upgrade
async def hear_what_was_not_heard(ctx: Context) -> None:
    """Before 1.2.0 an alarm that was refused, withdrawn or merged was out for ever."""
    for elder in await ctx.store(Elder).find():
        case = await ctx.cases.get(elder.case_id) if elder.case_id is not None else None
        if elder.case_id is not None and (case is None or not case.is_open):
            elder.end_alarm(set_aside_on=ctx.today())
            await ctx.store(Elder).put(elder)
