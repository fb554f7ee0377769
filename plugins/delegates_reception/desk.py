"""The committee's pages: the roster, the sessions, the record of each visit, and the case that comes of it."""

import datetime as dt
from collections import Counter
from typing import Annotated

from fastapi import Form, HTTPException

from plugins.delegates_reception.following import monthly, names_of
from plugins.delegates_reception.kept import (
    ABSENT,
    ANSWERED,
    BOOKED,
    END_WORDS,
    RECEIVED,
    STATE_WORDS,
    Delegate,
    Session,
    Visit,
)
from plugins.delegates_reception.own import OF, RECEPTION, Config, Of, next_day, plugin
from plugins.delegates_reception.sessions import plan
from plugins.sdk import Context, Ctx, ui

pages = plugin.router("committee")
#: The role (plugin.toml) of whoever writes down what residents said; everybody of the committee reads it.
RECORDER = "recorder"


@pages.get("/sessions")
async def sessions(ctx: Ctx) -> ui.Page:
    found = sorted(await ctx.store(Session).find(), key=lambda one: one.on, reverse=True)
    coming = Counter(visit.session for visit in await ctx.store(Visit).find(state=BOOKED))
    shown = [ui.Table(
        caption=ctx.t("接待日"), head=[ctx.t("日期"), ctx.t("在哪里"), ctx.t("约见的居民"), ctx.t("进展")],
        rows=[_line(ctx, one, coming[one.id]) for one in found[:24]],
    )]  # fmt: skip
    nothing = ui.Text(text=ctx.t("还没有接待日。先把代表委员写进名册，再排一次。"))
    suggested = next_day(ctx.today(), ctx.settings(Config).weekday)
    return ui.Page(title=ctx.t("代表委员接待"), body=[
        *(shown if found else [nothing]),
        ui.Card(title=ctx.t("排一次接待"), body=[ui.Form(post="/sessions", submit=ctx.t("排上"), fields=[
            ui.Input(name="on", label=ctx.t("日期"), type="date", value=str(suggested), required=True),
        ])]),
        ui.Link(label=ctx.t("代表委员名册"), to="/roster"),
        await monthly(ctx, ctx.today()),
    ])  # fmt: skip


def _line(ctx: Context, one: Session, coming: int) -> tuple[ui.Link, str, str, ui.Badge]:
    done = (
        ui.Badge(text=ctx.t("已接待"), tone="good")
        if one.is_held
        else ui.Badge(text=ctx.t("待接待"), tone="waiting")
    )
    return ui.Link(label=str(one.on), to=f"/sessions/{one.id}"), one.place, str(coming), done


@pages.post("/sessions")
async def planned(ctx: Ctx, on: Annotated[dt.date, Form()]) -> ui.Go:
    if on < ctx.today():
        return ui.Go(to="/sessions", said=ctx.t("这一天已经过去了。"))
    session = await plan(ctx, on)
    return ui.Go(to=f"/sessions/{session.id}", said=ctx.t("排好了。"))


@pages.get("/roster")
async def roster(ctx: Ctx) -> ui.Page:
    found = sorted(await ctx.store(Delegate).find(is_active=True), key=lambda one: (one.of, one.name))
    cards = [
        ui.Card(title=one.name, body=[
            ui.Fact(label=ctx.t("身份"), value=ctx.t(OF[one.of])),
            ui.Button(label=ctx.t("移出名册"), post=f"/roster/{one.id}/end", confirm=ctx.t("以后不再排他接待。")),
        ])
        for one in found
    ]  # fmt: skip
    kinds = [(kind, ctx.t(word)) for kind, word in OF.items()]
    form = ui.Form(post="/roster", submit=ctx.t("加入名册"), fields=[
        ui.Input(name="name", label=ctx.t("姓名"), required=True),
        ui.Input(name="of", label=ctx.t("身份"), type="choice", choices=kinds, required=True),
    ])  # fmt: skip
    return ui.Page(title=ctx.t("代表委员名册"), body=[*cards, ui.Card(title=ctx.t("加一位"), body=[form])])


@pages.post("/roster")
async def enrolled(
    ctx: Ctx, name: Annotated[str, Form(min_length=1, max_length=40)], of: Annotated[Of, Form()]
) -> ui.Go:
    await ctx.store(Delegate).put(Delegate(name=name, of=of))
    return ui.Go(to="/roster", said=ctx.t("加好了。"))


@pages.post("/roster/{delegate_id}/end")
async def left(ctx: Ctx, delegate_id: str) -> ui.Go:
    one = await ctx.store(Delegate).get(delegate_id)
    if one is None:
        raise HTTPException(404)
    one.is_active = False
    await ctx.store(Delegate).put(one)
    return ui.Go(to="/roster", said=ctx.t("移出了。"))


@pages.get("/sessions/{session_id}")
async def session(ctx: Ctx, session_id: str) -> ui.Page:
    one = await _session(ctx, session_id)
    visits = sorted(await ctx.store(Visit).find(session=one.id), key=lambda visit: visit.time)
    facts = [
        ui.Fact(label=ctx.t("在哪里"), value=f"{one.place} {one.starts}"),
        ui.Fact(label=ctx.t("代表委员"), value=await names_of(ctx, one.delegates) or "—"),
    ]
    end: list[ui.Button | ui.Badge] = []
    if one.is_held:
        end.append(ui.Badge(text=ctx.t("已接待"), tone="good"))
    elif one.on <= ctx.today():
        end.append(ui.Button(label=ctx.t("代表委员都到了，接待完毕"), post=f"/sessions/{one.id}/held"))
    nothing = ui.Text(text=ctx.t("还没有居民约见。"))
    cards: list[ui.Card | ui.Text] = [await _visit_card(ctx, visit) for visit in visits]
    waits = any(visit.state == BOOKED for visit in visits) and RECORDER not in ctx.roles
    told = (
        [ui.Text(text=ctx.t("谁来了、说了什么，由接待记录员记；记录员由书记在“管理应用”里指定。"))]
        if waits
        else []
    )
    return ui.Page(title=f"{ctx.t('接待日')} {one.on}", body=[*facts, *told, *(cards or [nothing]), *end])


async def _session(ctx: Context, session_id: str) -> Session:
    found = await ctx.store(Session).get(session_id)
    if found is None:
        raise HTTPException(404)
    return found


async def _visit_card(ctx: Context, visit: Visit) -> ui.Card:
    who = await ctx.residents.get(visit.resident, fields=["name"], purpose=RECEPTION)
    body: list[ui.Text | ui.Badge | ui.Fact | ui.Form | ui.Button] = [
        ui.Text(text=visit.about), ui.Badge(text=ctx.t(STATE_WORDS[visit.state])),
    ]  # fmt: skip
    if visit.record:
        body.append(ui.Fact(label=ctx.t("记录"), value=visit.record))
    if visit.state == BOOKED and RECORDER in ctx.roles:
        body += [
            _record_form(ctx, visit),
            ui.Button(label=ctx.t("没有来"), post=f"/visits/{visit.id}/absent"),
        ]
    if visit.case_id is not None:
        case = await ctx.cases.get(visit.case_id)
        body.append(ui.Fact(label=ctx.t("诉求"), value=case.number if case else "—"))
    if visit.ended:
        body.append(ui.Fact(label=ctx.t("结果"), value=ctx.t(END_WORDS[visit.ended])))
    if visit.is_content is not None:
        body.append(
            ui.Fact(label=ctx.t("居民"), value=ctx.t("满意") if visit.is_content else ctx.t("不满意"))
        )
    return ui.Card(title=f"{visit.time} {who.name or visit.called}"[:100], body=body)


def _record_form(ctx: Context, visit: Visit) -> ui.Form:
    ways = [("case", ctx.t("转成诉求去办")), ("answered", ctx.t("当场答复了"))]
    return ui.Form(post=f"/visits/{visit.id}/record", submit=ctx.t("记下接待"), fields=[
        ui.Input(name="record", label=ctx.t("记录"), type="long", required=True),
        ui.Input(name="way", label=ctx.t("怎么办"), type="choice", choices=ways, required=True),
    ])  # fmt: skip


@pages.post("/visits/{visit_id}/record", access=RECORDER)
async def recorded(
    ctx: Ctx,
    visit_id: str,
    record: Annotated[str, Form(min_length=1, max_length=1500)],
    way: Annotated[str, Form()],
) -> ui.Go:
    visit = await _visit(ctx, visit_id)
    visit.record, visit.state, visit.ended = record, RECEIVED, ANSWERED if way == "answered" else ""
    if way == "case" and visit.case_id is None:
        visit.case_id = await ctx.cases.open(
            category=ctx.settings(Config).category, title=visit.about[:60], text=record,
            resident_id=visit.resident, key=f"visit:{visit.id}",
        )  # fmt: skip
    await ctx.store(Visit).put(visit)
    return ui.Go(to=f"/sessions/{visit.session}", said=ctx.t("记下了。"))


@pages.post("/visits/{visit_id}/absent", access=RECORDER)
async def absent(ctx: Ctx, visit_id: str) -> ui.Go:
    visit = await _visit(ctx, visit_id)
    visit.state = ABSENT
    await ctx.store(Visit).put(visit)
    return ui.Go(to=f"/sessions/{visit.session}", said=ctx.t("记下了。"))


async def _visit(ctx: Context, visit_id: str) -> Visit:
    found = await ctx.store(Visit).get(visit_id)
    if found is None:
        raise HTTPException(404)
    return found


@pages.post("/sessions/{session_id}/held")
async def held(ctx: Ctx, session_id: str) -> ui.Go:
    one = await _session(ctx, session_id)
    if one.on > ctx.today():
        raise HTTPException(404)
    one.is_held, one.attended = True, one.delegates
    await ctx.store(Session).put(one)
    return ui.Go(to=f"/sessions/{one.id}", said=ctx.t("接待完毕。"))
