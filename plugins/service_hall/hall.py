"""The resident's pages: look up how it is done, take a time, apply, see how far it is, urge, and say how it went."""

import datetime as dt
from typing import Annotated

from fastapi import Form, HTTPException

from plugins.sdk import Context, Ctx, ui
from plugins.sdk.told import Guide
from plugins.service_hall.booking import free_times, take
from plugins.service_hall.kept import BOOKED, BOOKING_WORDS, CANCELLED, STATES, Application, Booking
from plugins.service_hall.own import Config, plugin

pages = plugin.router("resident")
Matter = Annotated[str, Form(min_length=1, max_length=60)]
Called = Annotated[str, Form(min_length=1, max_length=30)]


def who(ctx: Context) -> str:
    """The resident who looks."""
    if ctx.user is None or ctx.user.kind != "resident":
        raise HTTPException(404)
    return ctx.user.id


@pages.get("/hall")
async def hall(ctx: Ctx) -> ui.Page:
    return await _hall(ctx, "")


@pages.post("/hall")
async def search(ctx: Ctx, text: Annotated[str, Form(max_length=60)] = "") -> ui.Page:
    return await _hall(ctx, text.strip())


async def _hall(ctx: Context, text: str) -> ui.Page:
    guides = await ctx.guides.find(text, limit=20)
    links = [ui.Link(label=one.title[:100], to=f"/guides/{one.id}") for one in guides]
    nothing = ui.Text(text=ctx.t("没有找到，换个说法试试，或者直接问居委会。"))
    return ui.Page(title=ctx.t("办事"), body=[
        ui.Form(post="/hall", submit=ctx.t("查一查"), fields=[
            ui.Input(name="text", label=ctx.t("想办什么事"), value=text),
        ]),
        ui.Card(title=ctx.t("办事指南"), body=links or [nothing]),
        ui.Card(title=ctx.t("更多"), body=[
            ui.Link(label=ctx.t("居委会盖哪些章"), to="/stamps"), ui.Link(label=ctx.t("预约窗口"), to="/book"),
            ui.Link(label=ctx.t("我的预约和办理"), to="/mine"),
        ]),
    ])  # fmt: skip


@pages.get("/guides/{guide_id}")
async def guide(ctx: Ctx, guide_id: str) -> ui.Page:
    one = await _guide(ctx, guide_id)
    told = (
        (ctx.t("要带什么"), one.papers), (ctx.t("怎么办"), one.steps), (ctx.t("在哪里"), one.where),
        (ctx.t("什么时候"), one.hours), (ctx.t("电话"), one.phone), (ctx.t("费用"), one.fees),
    )  # fmt: skip
    facts = [ui.Fact(label=label, value=value[:2000]) for label, value in told if value]
    return ui.Page(title=one.title[:100], body=[
        *facts,
        ui.Card(title=ctx.t("请居委会办"), body=[_apply_form(ctx, one.id)]),
        ui.Link(label=ctx.t("预约窗口"), to=f"/book?guide={one.id}"),
    ])  # fmt: skip


async def _guide(ctx: Context, guide_id: str) -> Guide:
    found = next((one for one in await ctx.guides.find("", limit=500) if one.id == guide_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _apply_form(ctx: Context, guide_id: str) -> ui.Form:
    said = ctx.t("窗口会这样称呼您。")
    return ui.Form(post=f"/guides/{guide_id}/apply", submit=ctx.t("提交申请"), fields=[
        ui.Input(name="called", label=ctx.t("怎么称呼您"), required=True, help=said),
    ])  # fmt: skip


@pages.get("/stamps")
async def stamps(ctx: Ctx) -> ui.Page:
    found = await ctx.guides.stamps()
    given = [[one.title, one.basis] for one in found if one.is_given][:250]
    refused = [[one.title, one.go_to] for one in found if not one.is_given][:250]
    body: list[ui.Table | ui.Text] = []
    if given:
        head = [ctx.t("证明"), ctx.t("依据")]
        body.append(ui.Table(caption=ctx.t("这里可以盖章"), head=head, rows=given))
    if refused:
        head = [ctx.t("证明"), ctx.t("请到哪里")]
        body.append(ui.Table(caption=ctx.t("这里不盖章"), head=head, rows=refused))
    return ui.Page(title=ctx.t("印章清单"), body=body or [ui.Text(text=ctx.t("居委会还没有公布印章清单。"))])


@pages.get("/book")
async def book(ctx: Ctx, guide: str = "") -> ui.Page:
    matter = (await _guide(ctx, guide)).title[:60] if guide else ""
    return await _book_page(ctx, matter=matter)


async def _book_page(
    ctx: Context, *, matter: str = "", called: str = "", fault: str | None = None
) -> ui.Page:
    free = [(f"{day} {time}", f"{day} {time}") for day, time in await free_times(ctx)]
    if not free:
        return ui.Page(
            title=ctx.t("预约窗口"), body=[ui.Text(text=ctx.t("最近都约满了，请过一天再来看看。"))]
        )
    form = ui.Form(post="/book", submit=ctx.t("预约"), fields=[
        ui.Input(name="at", label=ctx.t("时间"), type="choice", choices=free, required=True, fault=fault),
        ui.Input(name="matter", label=ctx.t("想办什么事"), value=matter, required=True),
        ui.Input(name="called", label=ctx.t("怎么称呼您"), value=called, required=True),
    ])  # fmt: skip
    hint = ctx.t("在“我的授权”里同意之后，前一天会提醒您。")
    return ui.Page(title=ctx.t("预约窗口"), body=[form, ui.Text(text=hint)])


@pages.post("/book")
async def booked(ctx: Ctx, at: Annotated[str, Form()], matter: Matter, called: Called) -> ui.Page | ui.Go:
    day, _, time = at.partition(" ")
    try:
        taken = await take(ctx, who(ctx), dt.date.fromisoformat(day), time, matter=matter, called=called)
    except ValueError:
        taken = None
    if taken is None:
        fault = ctx.t("这个时间刚被约走，请换一个。")
        return await _book_page(ctx, matter=matter, called=called, fault=fault)
    return ui.Go(to="/mine", said=ctx.t("约好了：{at}。", at=at))


@pages.post("/guides/{guide_id}/apply")
async def apply(ctx: Ctx, guide_id: str, called: Called) -> ui.Go:
    one, resident = await _guide(ctx, guide_id), who(ctx)
    mine = await ctx.store(Application).find(resident=resident, matter=one.title)
    if any(known.is_open for known in mine):
        return ui.Go(to="/mine", said=ctx.t("这件事已经在办了。"))
    due = ctx.today() + dt.timedelta(days=ctx.settings(Config).promise_days)
    await ctx.store(Application).put(
        Application(resident=resident, matter=one.title, called=called, opened_on=ctx.today(), due_on=due)
    )
    return ui.Go(to="/mine", said=ctx.t("收到了，{due} 前给您答复。", due=str(due)))


@pages.get("/mine")
async def mine(ctx: Ctx) -> ui.Page:
    resident = who(ctx)
    bookings = sorted(
        await ctx.store(Booking).find(resident=resident, day__gte=ctx.today()), key=lambda one: one.day
    )
    found = sorted(
        await ctx.store(Application).find(resident=resident), key=lambda one: one.opened_on, reverse=True
    )
    cards = [
        *(_booking_card(ctx, one) for one in bookings),
        *(_application_card(ctx, one) for one in found[:50]),
    ]
    nothing = ui.Text(text=ctx.t("还没有预约，也没有在办的事。"))
    return ui.Page(title=ctx.t("我的预约和办理"), body=cards or [nothing])


def _booking_card(ctx: Context, one: Booking) -> ui.Card:
    body: list[ui.Fact | ui.Button] = [
        ui.Fact(label=ctx.t(BOOKING_WORDS[one.state]), value=f"{one.day} {one.time}")
    ]
    if one.state == BOOKED:
        sure = ctx.t("取消之后，这个时间会给别人。")
        body.append(ui.Button(label=ctx.t("取消预约"), post=f"/bookings/{one.id}/cancel", confirm=sure))
    return ui.Card(title=one.matter, body=body)


def _application_card(ctx: Context, one: Application) -> ui.Card:
    steps = [
        ui.Fact(label=step["on"], value=" ".join((ctx.t(STATES[step["state"]]), step["note"])))
        for step in one.steps
    ]
    body: list[ui.Progress | ui.Fact | ui.Badge | ui.Button | ui.Form] = [
        ui.Progress(label=ctx.t(STATES[one.state]), done=one.how_far, of=3),
        ui.Fact(label=ctx.t("承诺办结"), value=str(one.due_on)), *steps,
    ]  # fmt: skip
    if one.is_open and one.due_on < ctx.today():
        body.append(ui.Badge(text=ctx.t("超期了"), tone="late"))
    if one.is_open and one.urged_on != ctx.today():
        body.append(ui.Button(label=ctx.t("催一催"), post=f"/applications/{one.id}/urge"))
    if not one.is_open and one.rated is None:
        choices = [(str(points), str(points)) for points in range(5, 0, -1)]
        body.append(ui.Form(post=f"/applications/{one.id}/rate", submit=ctx.t("评价"), fields=[
            ui.Input(name="points", label=ctx.t("办得怎么样（5 最好）"), type="choice", choices=choices, required=True),
        ]))  # fmt: skip
    return ui.Card(title=one.matter[:100], body=body)


@pages.post("/bookings/{booking_id}/cancel")
async def cancel(ctx: Ctx, booking_id: str) -> ui.Go:
    one = await ctx.store(Booking).get(booking_id)
    if one is None or one.resident != who(ctx):
        raise HTTPException(404)
    if one.state == BOOKED:
        one.state = CANCELLED
        await ctx.store(Booking).put(one)
    return ui.Go(to="/mine", said=ctx.t("预约取消了。"))


@pages.post("/applications/{application_id}/urge")
async def urge(ctx: Ctx, application_id: str) -> ui.Go:
    one = await _own(ctx, application_id)
    one.urged_on = ctx.today()
    await ctx.store(Application).put(one)
    return ui.Go(to="/mine", said=ctx.t("已经告诉窗口了。"))


@pages.post("/applications/{application_id}/rate")
async def rate(ctx: Ctx, application_id: str, points: Annotated[int, Form(ge=1, le=5)]) -> ui.Go:
    one = await _own(ctx, application_id)
    if one.is_open or one.rated is not None:
        raise HTTPException(404)
    one.rated = points
    await ctx.store(Application).put(one)
    return ui.Go(to="/mine", said=ctx.t("谢谢您的评价。"))


async def _own(ctx: Context, application_id: str) -> Application:
    one = await ctx.store(Application).get(application_id)
    if one is None or one.resident != who(ctx):
        raise HTTPException(404)
    return one
