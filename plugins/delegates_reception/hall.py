"""The resident's pages: which sessions there are and who sits there, take a time, say afterwards whether it helped."""

from typing import Annotated

from fastapi import Form, HTTPException

from plugins.delegates_reception.following import names_of
from plugins.delegates_reception.kept import (
    ANSWERED,
    BOOKED,
    CANCELLED,
    END_WORDS,
    RECEIVED,
    RESOLVED,
    STATE_WORDS,
    Session,
    Visit,
)
from plugins.delegates_reception.own import plugin
from plugins.delegates_reception.sessions import free_times, take
from plugins.sdk import Context, Ctx, ui

pages = plugin.router("resident")


def who(ctx: Context) -> str:
    """The resident who looks."""
    if ctx.user is None or ctx.user.kind != "resident":
        raise HTTPException(404)
    return ctx.user.id


@pages.get("/sessions")
async def sessions(ctx: Ctx) -> ui.Page:
    coming = sorted(await ctx.store(Session).find(on__gte=ctx.today(), is_held=False), key=lambda one: one.on)
    mine = await ctx.store(Visit).find(resident=who(ctx))
    nothing = ui.Text(text=ctx.t("还没有排出下一次接待。"))
    cards: list[ui.Card | ui.Text] = [await _session_card(ctx, one) for one in coming[:6]]
    return ui.Page(title=ctx.t("约见代表委员"), body=[
        *[await _my_card(ctx, one) for one in mine[-20:]], *(cards or [nothing]),
    ])  # fmt: skip


async def _session_card(ctx: Context, session: Session, fault: str | None = None) -> ui.Card:
    facts = [
        ui.Fact(label=ctx.t("在哪里"), value=session.place),
        ui.Fact(label=ctx.t("代表委员"), value=await names_of(ctx, session.delegates) or "—"),
    ]
    free = [(time, time) for time in await free_times(ctx, session)]
    if not free or session.on <= ctx.today():
        return ui.Card(
            title=str(session.on),
            body=[*facts, ui.Badge(text=ctx.t("约满了，当天可以直接来"), tone="waiting")],
        )
    form = ui.Form(post=f"/sessions/{session.id}/book", submit=ctx.t("约见"), fields=[
        ui.Input(name="time", label=ctx.t("时间"), type="choice", choices=free, required=True, fault=fault),
        ui.Input(name="called", label=ctx.t("怎么称呼您"), required=True),
        ui.Input(name="about", label=ctx.t("想说什么事"), type="long", required=True),
    ])  # fmt: skip
    return ui.Card(title=str(session.on), body=[*facts, form])


async def _my_card(ctx: Context, visit: Visit) -> ui.Card:
    session = await ctx.store(Session).get(visit.session)
    when = f"{session.on} {visit.time}" if session else visit.time
    body: list[ui.Fact | ui.Badge | ui.Button | ui.Text] = [
        ui.Fact(label=ctx.t(STATE_WORDS[visit.state]), value=when)
    ]
    if visit.state == BOOKED:
        body.append(
            ui.Button(
                label=ctx.t("取消约见"), post=f"/visits/{visit.id}/cancel", confirm=ctx.t("确定取消吗？")
            )
        )
    if visit.case_id is not None:
        body.append(_end_badge(ctx, visit))
    if visit.state == RECEIVED and visit.ended and visit.is_content is None:
        body += [
            ui.Button(label=ctx.t("满意"), post=f"/visits/{visit.id}/content"),
            ui.Button(label=ctx.t("不满意"), post=f"/visits/{visit.id}/discontent"),
        ]
    return ui.Card(title=visit.about[:100], body=body)


def _end_badge(ctx: Context, visit: Visit) -> ui.Badge:
    """How far the case is that came of it, or how it ended."""
    if not visit.ended:
        return ui.Badge(text=ctx.t("已转成诉求，正在办"), tone="waiting")
    return ui.Badge(
        text=ctx.t(END_WORDS[visit.ended]), tone="good" if visit.ended in (RESOLVED, ANSWERED) else "plain"
    )


@pages.post("/sessions/{session_id}/book")
async def book(
    ctx: Ctx, session_id: str, time: Annotated[str, Form()], called: Annotated[str, Form(min_length=1, max_length=30)],
    about: Annotated[str, Form(min_length=1, max_length=200)],
) -> ui.Page | ui.Go:  # fmt: skip
    session = await ctx.store(Session).get(session_id)
    if session is None or session.is_held or session.on <= ctx.today():
        raise HTTPException(404)
    visit = Visit(resident=who(ctx), session=session.id, time=time, called=called, about=about)
    if not await take(ctx, session, visit):
        card = await _session_card(ctx, session, ctx.t("这个时间刚被约走，请换一个。"))
        return ui.Page(title=ctx.t("约见代表委员"), body=[card])
    return ui.Go(to="/sessions", said=ctx.t("约好了：{at}。", at=f"{session.on} {time}"))


@pages.post("/visits/{visit_id}/cancel")
async def cancel(ctx: Ctx, visit_id: str) -> ui.Go:
    visit = await _own(ctx, visit_id)
    if visit.state != BOOKED:
        raise HTTPException(404)
    visit.state = CANCELLED
    await ctx.store(Visit).put(visit)
    return ui.Go(to="/sessions", said=ctx.t("约见取消了。"))


@pages.post("/visits/{visit_id}/content")
async def content(ctx: Ctx, visit_id: str) -> ui.Go:
    return await _felt(ctx, visit_id, is_content=True)


@pages.post("/visits/{visit_id}/discontent")
async def discontent(ctx: Ctx, visit_id: str) -> ui.Go:
    return await _felt(ctx, visit_id, is_content=False)


async def _felt(ctx: Context, visit_id: str, *, is_content: bool) -> ui.Go:
    visit = await _own(ctx, visit_id)
    if not visit.ended:
        raise HTTPException(404)
    visit.is_content = is_content
    await ctx.store(Visit).put(visit)
    return ui.Go(to="/sessions", said=ctx.t("记下了，谢谢您。"))


async def _own(ctx: Context, visit_id: str) -> Visit:
    visit = await ctx.store(Visit).get(visit_id)
    if visit is None or visit.resident != who(ctx):
        raise HTTPException(404)
    return visit


@plugin.slot("resident.home.cards")
async def next_session(ctx: Context, subject: str | None) -> ui.Card | None:
    coming = sorted(await ctx.store(Session).find(on__gte=ctx.today(), is_held=False), key=lambda one: one.on)
    if not coming:
        return None
    return ui.Card(title=ctx.t("约见代表委员"), body=[
        ui.Fact(label=ctx.t("下一次"), value=f"{coming[0].on} {coming[0].starts}"),
        ui.Link(label=ctx.t("约个时间"), to="/sessions"),
    ])  # fmt: skip
