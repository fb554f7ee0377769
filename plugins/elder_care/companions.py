"""老伙伴: a neighbour who is in touch each week; the pair, its log, and a friendly word when a week grows quiet."""

import datetime as dt
from typing import Annotated

from fastapi import Form, HTTPException

from plugins.elder_care.kept import Contact, Pairing, contacts_this_week
from plugins.elder_care.own import AT_MOST, COMPANION, Config, plugin
from plugins.sdk import Context, Ctx, Resident, ui
from plugins.sdk.saying import marked as _

HOW = {"phone": _("打电话"), "visit": _("上门"), "met": _("碰面")}
pages = plugin.router("resident")


async def willing(ctx: Context) -> dict[str, Resident]:
    """Residents who agreed to be in a pair."""
    return {one.id: one async for one in ctx.residents.find(fields=["name"], purpose=COMPANION)}


async def pair_up(ctx: Context, resident: str, companion: str, called: str) -> str | None:
    """Make a pair of two who agreed; else what is in the way."""
    both = await willing(ctx)
    if resident not in both or companion not in both or resident == companion:
        return ctx.t("两位都要在“我的授权”里同意结成老伙伴。")
    if len(await ctx.store(Pairing).find(companion=companion)) >= AT_MOST:
        return ctx.t("一位老伙伴最多结对 {most} 位老人。", most=str(AT_MOST))
    await ctx.store(Pairing).delete(resident=resident)
    await ctx.store(Pairing).put(
        Pairing(resident=resident, companion=companion, called=called, since=ctx.today())
    )
    return None


async def log_contact(ctx: Context, pairing: Pairing, how: str, on: dt.date) -> None:
    """Once for each day and way, however often it is sent."""
    await ctx.store(Contact).put(
        Contact(
            id=f"{pairing.id}-{on}-{how}",
            resident=pairing.resident,
            companion=pairing.companion,
            on=on,
            how=how,
        )
    )


@plugin.job(cron="0 9 * * 4")
async def remind_companions(ctx: Context) -> None:
    wanted, week = ctx.settings(Config).contacts_per_week, ctx.today().isocalendar()
    for pairing in await ctx.store(Pairing).find():
        count = await contacts_this_week(ctx, pairing.resident)
        if count < wanted:
            await ctx.messages.send(
                to=pairing.companion, template="contact", key=f"contact:{pairing.id}:{week.year}-{week.week}",
                args={"called": pairing.called, "count": str(count), "wanted": str(wanted)},
            )  # fmt: skip


def contact_form(ctx: Context, post: str) -> ui.Form:
    ways = [(key, ctx.t(word)) for key, word in HOW.items()]
    return ui.Form(
        post=post, submit=ctx.t("记下这次联系"),
        fields=[ui.Input(name="how", label=ctx.t("怎么联系的"), type="choice", choices=ways, required=True)],
    )  # fmt: skip


@plugin.slot("resident.home.cards")
async def my_pairs_card(ctx: Context, subject: str | None) -> ui.Card | None:
    mine = await _mine(ctx)
    if not mine:
        return None
    counts = [await contacts_this_week(ctx, one.resident) for one in mine]
    wanted = ctx.settings(Config).contacts_per_week
    return ui.Card(title=ctx.t("老伙伴"), body=[
        ui.Progress(
            label=ctx.t("本周联系"), done=sum(min(one, wanted) for one in counts), of=wanted * len(mine)
        ),
        ui.Link(label=ctx.t("记一次联系"), to="/companion"),
    ])  # fmt: skip


@pages.get("/companion")
async def my_pairs(ctx: Ctx) -> ui.Page:
    mine = await _mine(ctx)
    if not mine:
        said = ctx.t("您还没有结对的老人。愿意的话，请告诉居委会。")
        return ui.Page(title=ctx.t("老伙伴"), body=[ui.Text(text=said)])
    return ui.Page(title=ctx.t("老伙伴"), body=[await _pair_card(ctx, one) for one in mine])


async def _pair_card(ctx: Context, pairing: Pairing) -> ui.Card:
    count, wanted = await contacts_this_week(ctx, pairing.resident), ctx.settings(Config).contacts_per_week
    return ui.Card(title=pairing.called, body=[
        ui.Progress(label=ctx.t("本周联系"), done=min(count, wanted), of=wanted),
        contact_form(ctx, f"/companion/{pairing.id}/contacts"),
    ])  # fmt: skip


@pages.post("/companion/{pairing_id}/contacts")
async def i_was_in_touch(ctx: Ctx, pairing_id: str, how: Annotated[str, Form()]) -> ui.Go:
    pairing = next((one for one in await _mine(ctx) if one.id == pairing_id), None)
    if pairing is None or how not in HOW:
        raise HTTPException(404)
    await log_contact(ctx, pairing, how, ctx.today())
    return ui.Go(to="/companion", said=ctx.t("记下了，谢谢您。"))


async def _mine(ctx: Context) -> list[Pairing]:
    return [] if ctx.user is None else await ctx.store(Pairing).find(companion=ctx.user.id)
