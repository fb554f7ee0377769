"""What comes of it: the case, its end, whether the resident is content, and the figures of a month."""

import datetime as dt

from plugins.delegates_reception.kept import (
    ANSWERED,
    MERGED,
    RECEIVED,
    REFUSED,
    RESOLVED,
    UNRESOLVED,
    WITHDRAWN,
    Delegate,
    Session,
    Visit,
)
from plugins.delegates_reception.own import OF, plugin
from plugins.sdk import Context, events, ui


@plugin.on(events.CaseClosed)
async def case_is_closed(ctx: Context, event: events.CaseClosed) -> None:
    for visit in await ctx.store(Visit).find(case_id=event.case_id):
        visit.ended = event.outcome
        await ctx.store(Visit).put(visit)
        key = f"outcome:{visit.id}:{visit.reopened}" if visit.reopened else f"outcome:{visit.id}"
        await ctx.messages.send(to=visit.resident, template="outcome", key=key, args={})


@plugin.on(events.CaseRefused, events.CaseWithdrawn)
async def case_came_to_nothing(ctx: Context, event: events.CaseRefused | events.CaseWithdrawn) -> None:
    """Whoever raised it hears that from the base, with the reason. What it only carried goes on without it."""
    for visit in await ctx.store(Visit).find(case_id=event.case_id):
        if not visit.merged:
            visit.ended = REFUSED if isinstance(event, events.CaseRefused) else WITHDRAWN
            await ctx.store(Visit).put(visit)


@plugin.on(events.CaseMerged)
async def case_goes_on(ctx: Context, event: events.CaseMerged) -> None:
    """In the case that carries the work from now on."""
    for visit in await ctx.store(Visit).find(case_id=event.case_id):
        visit.is_carried_by(event.into_id, its=event.case_id)
        await ctx.store(Visit).put(visit)


@plugin.on(events.CaseUnmerged)
async def case_goes_on_alone(ctx: Context, event: events.CaseUnmerged) -> None:
    """What carried it was withdrawn or refused: all that it carried is in the case that goes on."""
    for visit in await ctx.store(Visit).find(case_id=event.from_id):
        if visit.merged:
            visit.goes_on_in(event.case_id)
            await ctx.store(Visit).put(visit)
    for visit in await ctx.store(Visit).find(case_id=event.case_id, ended=MERGED):
        visit.ended = ""
        await ctx.store(Visit).put(visit)


@plugin.on(events.CaseReopened)
async def case_is_open_again(ctx: Context, event: events.CaseReopened) -> None:
    for visit in await ctx.store(Visit).find(case_id=event.case_id):
        visit.ended, visit.is_content, visit.reopened = "", None, visit.reopened + 1
        await ctx.store(Visit).put(visit)


#: How a case stands that is over, as this plugin says it. Where one went that was merged was not heard.
ENDED_AS = {
    "closed_unresolved": UNRESOLVED, "not_accepted": REFUSED, "withdrawn": WITHDRAWN, "merged": MERGED,
}  # fmt: skip


@plugin.on_upgrade
async def hear_what_was_not_heard(ctx: Context) -> None:
    """Before 1.2.0 it did not hear of ends but one, and took that for a solution whatever it was."""
    for visit in await ctx.store(Visit).find(state=RECEIVED):
        case = await ctx.cases.get(visit.case_id) if visit.case_id is not None else None
        if case is not None and not case.is_open:
            visit.ended = ENDED_AS.get(case.status, visit.ended or RESOLVED)
            await ctx.store(Visit).put(visit)


@plugin.slot("committee.case.panels")
async def on_the_case(ctx: Context, subject: str | None) -> ui.Card | None:
    """Where a case came from, for whoever handles it."""
    found = [] if subject is None else await ctx.store(Visit).find(case_id=subject)
    if not found:
        return None
    session = await ctx.store(Session).get(found[0].session)
    names = await names_of(ctx, session.delegates if session else [])
    return ui.Card(title=ctx.t("来自代表委员接待"), body=[
        ui.Fact(label=ctx.t("接待日"), value=str(session.on) if session else "—"),
        ui.Fact(label=ctx.t("代表委员"), value=names or "—"),
        ui.Link(label=ctx.t("打开这次接待"), to=f"/sessions/{found[0].session}"),
    ])  # fmt: skip


async def names_of(ctx: Context, ids: list[str]) -> str:
    roster = {one.id: one for one in await ctx.store(Delegate).find()}
    known = [(roster[one].name, ctx.t(OF[roster[one].of])) for one in ids if one in roster]
    return ctx.t("、").join(ctx.t("{name}（{of}）", name=name, of=of) for name, of in known)


@plugin.provider("report.export", id="reception")
async def monthly(ctx: Context, month: dt.date) -> ui.Table:
    """The figures that are asked for: rounds, attendances, residents, problems, solved, answered, content."""
    sessions = [
        one
        for one in await ctx.store(Session).find()
        if (one.on.year, one.on.month) == (month.year, month.month)
    ]
    held = [one for one in sessions if one.is_held]
    visits = await ctx.store(Visit).find(session__in=[one.id for one in held], state=RECEIVED)
    said = [one.is_content for one in visits if one.is_content is not None]
    content = f"{sum(said) / len(said):.2%}" if said else "—"
    rows = [
        [ctx.t("接待场次"), str(len(held))],
        [ctx.t("代表委员出席（人次）"), str(sum(len(one.attended) for one in held))],
        [ctx.t("接待居民（人次）"), str(len(visits))],
        [ctx.t("转成诉求"), str(sum(one.case_id is not None for one in visits))],
        [ctx.t("已解决"), str(sum(one.ended == RESOLVED for one in visits))],
        [ctx.t("已答复"), str(sum(one.ended == ANSWERED for one in visits))],
        [ctx.t("满意率"), content],
    ]
    caption = ctx.t("{month} 代表委员接待", month=f"{month:%Y-%m}")
    return ui.Table(caption=caption, head=[ctx.t("项目"), ctx.t("数")], rows=rows)
