"""A card on each first page: what comes next for a resident, and what the desk has today."""

from plugins.sdk import Context, ui
from plugins.service_hall.desk import OPEN
from plugins.service_hall.kept import BOOKED, STATES, Application, Booking
from plugins.service_hall.own import plugin


@plugin.slot("resident.home.cards")
async def mine_card(ctx: Context, subject: str | None) -> ui.Card | None:
    resident = ctx.user.id if ctx.user else ""
    booked = await ctx.store(Booking).find(resident=resident, day__gte=ctx.today(), state=BOOKED)
    found = await ctx.store(Application).find(resident=resident, state__in=OPEN)
    if not booked and not found:
        return None
    times = [ui.Fact(label=f"{one.day} {one.time}", value=one.matter) for one in booked[:3]]
    going = [ui.Fact(label=ctx.t(STATES[one.state]), value=one.matter) for one in found[:3]]
    return ui.Card(
        title=ctx.t("办事"), body=[*times, *going, ui.Link(label=ctx.t("我的预约和办理"), to="/mine")]
    )


@plugin.slot("committee.home.cards")
async def desk_card(ctx: Context, subject: str | None) -> ui.Card | None:
    today = await ctx.store(Booking).find(day=ctx.today(), state=BOOKED)
    found = await ctx.store(Application).find(state__in=OPEN)
    if not today and not found:
        return None
    late = sum(one.due_on < ctx.today() for one in found)
    return ui.Card(title=ctx.t("办事窗口"), body=[
        ui.Fact(label=ctx.t("今天的预约"), value=str(len(today))), ui.Fact(label=ctx.t("在办"), value=str(len(found))),
        ui.Fact(label=ctx.t("超期"), value=str(late)), ui.Link(label=ctx.t("打开窗口"), to="/desk"),
    ])  # fmt: skip
