"""The committee's desk: who comes today, what is open and by when, each step said to the resident, the late chased."""

from typing import Annotated

from fastapi import Form, HTTPException

from plugins.sdk import Context, Ctx, ui
from plugins.service_hall.kept import BOOKED, BOOKING_WORDS, CAME, ENDED, MISSED, STATES, Application, Booking
from plugins.service_hall.own import DESK, plugin

pages = plugin.router("committee")
OPEN = [state for state in STATES if state not in ENDED]


@pages.get("/desk")
async def desk(ctx: Ctx) -> ui.Page:
    today = sorted(await ctx.store(Booking).find(day=ctx.today()), key=lambda one: (one.time, one.desk))
    found = await ctx.store(Application).find(state__in=OPEN)
    found.sort(key=lambda one: (one.urged_on is None, one.due_on))
    nothing = ui.Text(text=ctx.t("今天没有预约，也没有在办的事。"))
    body: list[ui.Card | ui.Text] = [
        *[await _booking(ctx, one) for one in today[:60]], *[await _application(ctx, one) for one in found[:80]],
    ]  # fmt: skip
    return ui.Page(title=ctx.t("办事窗口"), body=[await _figures(ctx), *(body or [nothing])])


async def _figures(ctx: Context) -> ui.Card:
    """Supervision: how much is open, late and how satisfied people were."""
    every = await ctx.store(Application).find()
    ended = [one for one in every if not one.is_open]
    in_time = sum(one.steps[-1]["on"] <= str(one.due_on) for one in ended if one.steps)
    rated = [one.rated for one in ended if one.rated is not None]
    late = sum(one.is_open and one.due_on < ctx.today() for one in every)
    return ui.Card(title=ctx.t("督办"), body=[
        ui.Fact(label=ctx.t("在办"), value=str(len(every) - len(ended))),
        ui.Fact(label=ctx.t("超期"), value=str(late)),
        ui.Fact(label=ctx.t("按时办结"), value=f"{in_time} / {len(ended)}"),
        ui.Fact(label=ctx.t("平均评价"), value=f"{sum(rated) / len(rated):.1f}" if rated else "—"),
    ])  # fmt: skip


async def _name(ctx: Context, resident: str, called: str) -> str:
    """His name where he agreed, else what he wishes to be called."""
    return (await ctx.residents.get(resident, fields=["name"], purpose=DESK)).name or called


async def _booking(ctx: Context, one: Booking) -> ui.Card:
    name = await _name(ctx, one.resident, one.called)
    body: list[ui.Fact | ui.Badge | ui.Button] = [
        ui.Fact(label=ctx.t("窗口"), value=str(one.desk)), ui.Fact(label=ctx.t("办什么"), value=one.matter),
        ui.Badge(text=ctx.t(BOOKING_WORDS[one.state]), tone="waiting" if one.state == BOOKED else "plain"),
    ]  # fmt: skip
    if one.state == BOOKED:
        body += [
            ui.Button(label=ctx.t("来了"), post=f"/bookings/{one.id}/came"),
            ui.Button(label=ctx.t("没有来"), post=f"/bookings/{one.id}/missed"),
        ]
    return ui.Card(title=f"{one.time} {name}", body=body)


async def _application(ctx: Context, one: Application) -> ui.Card:
    late = one.due_on < ctx.today()
    body: list[ui.Fact | ui.Badge | ui.Form] = [
        ui.Fact(label=ctx.t("办什么"), value=one.matter),
        ui.Fact(label=ctx.t("承诺办结"), value=str(one.due_on)),
        ui.Badge(
            text=ctx.t("超期了") if late else ctx.t(STATES[one.state]), tone="late" if late else "waiting"
        ),
    ]
    if one.urged_on is not None:
        body.append(ui.Badge(text=ctx.t("居民在催"), tone="late"))
    choices = [(state, ctx.t(word)) for state, word in STATES.items() if state != "received"]
    body.append(ui.Form(post=f"/applications/{one.id}/steps", submit=ctx.t("记下进展并告诉居民"), fields=[
        ui.Input(name="state", label=ctx.t("到哪一步了"), type="choice", choices=choices, required=True),
        ui.Input(name="note", label=ctx.t("说明")),
    ]))  # fmt: skip
    return ui.Card(title=await _name(ctx, one.resident, one.called), body=body)


@pages.post("/bookings/{booking_id}/came")
async def came(ctx: Ctx, booking_id: str) -> ui.Go:
    return await _settled(ctx, booking_id, CAME)


@pages.post("/bookings/{booking_id}/missed")
async def missed(ctx: Ctx, booking_id: str) -> ui.Go:
    return await _settled(ctx, booking_id, MISSED)


async def _settled(ctx: Context, booking_id: str, state: str) -> ui.Go:
    one = await ctx.store(Booking).get(booking_id)
    if one is None:
        raise HTTPException(404)
    one.state = state
    await ctx.store(Booking).put(one)
    return ui.Go(to="/desk", said=ctx.t(BOOKING_WORDS[state]))


@pages.post("/applications/{application_id}/steps")
async def step(
    ctx: Ctx,
    application_id: str,
    state: Annotated[str, Form()],
    note: Annotated[str, Form(max_length=200)] = "",
) -> ui.Go:
    one = await ctx.store(Application).get(application_id)
    if one is None or state not in STATES:
        raise HTTPException(404)
    by = (ctx.user and ctx.user.name) or "—"
    one.state, one.urged_on = state, None
    one.steps = [*one.steps, {"state": state, "on": str(ctx.today()), "by": by, "note": note}]
    await ctx.store(Application).put(one)
    await ctx.messages.send(
        to=one.resident, template="progress", key=f"progress:{one.id}:{len(one.steps)}",
        args={"matter": one.matter, "state": ctx.both(STATES[state])},
    )  # fmt: skip
    return ui.Go(to="/desk", said=ctx.t("记下了。"))


@plugin.job(cron="0 9 * * *")
async def watch_promises(ctx: Context) -> None:
    """What is late is said to the secretary, once for each."""
    late = [one for one in await ctx.store(Application).find(due_on__lt=ctx.today()) if one.is_open]
    for secretary in await ctx.staff.find(role="secretary") if late else []:
        for one in late:
            days = str((ctx.today() - one.due_on).days)
            await ctx.messages.send(
                to=secretary.id, template="late", key=f"late:{one.id}:{secretary.id}",
                args={"matter": one.matter, "due": str(one.due_on), "days": days},
            )  # fmt: skip
