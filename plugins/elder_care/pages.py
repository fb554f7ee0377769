"""The committee's pages: the board of all, and one page for each: assess, visit, pair, log."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, HTTPException, Request

from plugins.elder_care.adl import GRADE_WORDS, ITEMS, level_of, points_in
from plugins.elder_care.cards import facts_of
from plugins.elder_care.companions import HOW, contact_form, log_contact, pair_up, willing
from plugins.elder_care.kept import (
    Assessment,
    Contact,
    Elder,
    Pairing,
    contacts_this_week,
    elder_of,
    pairing_of,
)
from plugins.elder_care.own import ASSESS, VISIT, Config, plugin
from plugins.elder_care.visiting import people_in, take_in
from plugins.sdk import Context, Ctx, Resident, ui
from plugins.sdk.saying import marked as _

pages = plugin.router("committee")
#: The base's words for how a visit was made.
CHANNELS = {"door": _("上门"), "phone": _("电话"), "met": _("路上碰到")}
#: A page holds no more than this; who is overdue or was not called comes first.
SHOWN = 150
#: Taken in while somebody waits.
AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board; the overdue come first."""

    name: str
    late: bool
    cells: tuple[ui.Link, str, str, ui.Badge | str, str]


@pages.get("/board")
async def board(ctx: Ctx) -> ui.Page:
    rows = sorted(await _rows(ctx), key=lambda row: (not row.late, row.name))
    refresh = ui.Button(label=ctx.t("现在更新名单"), post="/board/refresh")
    title, said = (
        ctx.t("综合为老"),
        ctx.t("还没有老人在册。有独居标签、年龄够、自己同意的老人，每天早上自动加入。"),
    )
    if not rows:
        return ui.Page(title=title, body=[ui.Text(text=said), refresh])
    return ui.Page(title=title, body=[
        ui.Fact(label=ctx.t("在册老人"), value=str(len(rows))),
        ui.Fact(label=ctx.t("走访逾期"), value=str(sum(row.late for row in rows))),
        ui.Table(
            caption=ctx.t("每一位老人"), rows=[row.cells for row in rows[:SHOWN]],
            head=[ctx.t("姓名"), ctx.t("年龄"), ctx.t("日常生活"), ctx.t("走访"), ctx.t("老伙伴本周联系")],
        ),
        refresh,
    ])  # fmt: skip


async def _rows(ctx: Context) -> list[Row]:
    """Everybody in the programme, read in four questions however many they are."""
    people = await people_in(ctx)
    monday = ctx.today() - dt.timedelta(days=ctx.today().weekday())
    assessed = {
        one.resident: one for one in sorted(await ctx.store(Assessment).find(), key=lambda one: one.on)
    }
    counts = Counter(one.resident for one in await ctx.store(Contact).find(on__gte=monday))
    paired = {one.resident for one in await ctx.store(Pairing).find()}
    return [
        _row(ctx, people[one.resident], one, assessed.get(one.resident),
             counts[one.resident] if one.resident in paired else None)
        for one in await ctx.store(Elder).find() if one.resident in people
    ]  # fmt: skip


def _row(ctx: Context, who: Resident, elder: Elder, assessed: Assessment | None, count: int | None) -> Row:
    late = elder.case_id is not None
    name = who.name or "—"
    cells = (
        ui.Link(label=name[:100], to=f"/people/{elder.resident}"),
        "—" if who.birth_year is None else str(ctx.today().year - who.birth_year),
        ctx.t(level_of(assessed.score)) if assessed else ctx.t("还没有评估"),
        ui.Badge(text=ctx.t("走访逾期"), tone="late") if late else ctx.t(GRADE_WORDS[elder.grade]),
        ctx.t("没有结对") if count is None else str(count),
    )
    return Row(name, late, cells)


@pages.post("/board/refresh")
async def refreshed(ctx: Ctx) -> ui.Go:
    """What the job does each morning, for those who are new since; the rest of many follows in the morning."""
    known = {one.resident for one in await ctx.store(Elder).find()}
    new = [resident for resident in await people_in(ctx) if resident not in known]
    for resident in new[:AT_ONCE]:
        await take_in(ctx, resident)
    return ui.Go(to="/board", said=ctx.t("新加入 {count} 位。", count=str(len(new[:AT_ONCE]))))


@pages.get("/people/{resident}")
async def person(ctx: Ctx, resident: str) -> ui.Page:
    elder, name = await _known(ctx, resident)
    pairing = await pairing_of(ctx, resident)
    body: list[ui.Card] = [
        ui.Card(title=ctx.t("近况"), body=await facts_of(ctx, elder)),
        ui.Card(title=ctx.t("日常生活评估"), body=[
            ui.Link(label=ctx.t("做一次评估"), to=f"/people/{resident}/assess"), *await _history(ctx, resident),
        ]),
        ui.Card(title=ctx.t("记一次走访"), body=[_visit_form(ctx, resident)]),
    ]  # fmt: skip
    if pairing is not None:
        form = contact_form(ctx, f"/people/{resident}/contacts")
        said = ctx.t("{since} 结对，本周联系 {count} 次。", since=str(pairing.since),
                     count=str(await contacts_this_week(ctx, resident)))  # fmt: skip
        body.append(ui.Card(title=ctx.t("老伙伴"), body=[ui.Text(text=said), form]))
    body.append(ui.Card(title=ctx.t("结成老伙伴"), body=[await _pair_form(ctx, resident)]))
    return ui.Page(title=name, body=body)


async def _known(ctx: Context, resident: str) -> tuple[Elder, str]:
    """Somebody in the programme and his name; 404 for everybody else."""
    elder = await elder_of(ctx, resident)
    who = await ctx.residents.get(resident, fields=["name"], purpose=VISIT)
    if elder is None or who.name is None:
        raise HTTPException(404)
    return elder, who.name


async def _history(ctx: Context, resident: str) -> list[ui.Table]:
    found = sorted(await ctx.store(Assessment).find(resident=resident), key=lambda one: one.on, reverse=True)
    rows = [[str(one.on), str(one.score), ctx.t(level_of(one.score)), one.by] for one in found[:10]]
    head = [ctx.t("日期"), ctx.t("得分"), ctx.t("级别"), ctx.t("评估人")]
    return [ui.Table(caption=ctx.t("历次评估"), head=head, rows=rows)] if rows else []


def _visit_form(ctx: Context, resident: str) -> ui.Form:
    ways = [(key, ctx.t(word)) for key, word in CHANNELS.items()]
    return ui.Form(post=f"/people/{resident}/visits", submit=ctx.t("记下走访"), fields=[
        ui.Input(name="on", label=ctx.t("日期"), type="date", value=str(ctx.today()), required=True),
        ui.Input(name="channel", label=ctx.t("方式"), type="choice", choices=ways, required=True),
        ui.Input(name="text", label=ctx.t("看到、听到什么"), type="long"),
    ])  # fmt: skip


async def _pair_form(ctx: Context, resident: str) -> ui.Form | ui.Text:
    others = sorted((one.name or "", who) for who, one in (await willing(ctx)).items() if who != resident)
    if not others:
        return ui.Text(text=ctx.t("还没有别的居民同意结成老伙伴。"))
    choices = [(who, called) for called, who in others[:100]]
    return ui.Form(post=f"/people/{resident}/companion", submit=ctx.t("结对"), fields=[
        ui.Input(name="companion", label=ctx.t("老伙伴"), type="choice", choices=choices, required=True),
        ui.Input(name="called", label=ctx.t("老人希望老伙伴怎么称呼"), required=True),
    ])  # fmt: skip


@pages.get("/people/{resident}/assess")
async def assess(ctx: Ctx, resident: str) -> ui.Page:
    await _known(ctx, resident)
    return await _assess_page(ctx, resident, {}, None)


async def _assess_page(ctx: Context, resident: str, form: dict[str, str], lacking: str | None) -> ui.Page:
    who = await ctx.residents.get(resident, fields=["name"], purpose=ASSESS)
    if who.name is None:
        said = ctx.t("这位居民还没有同意评估。请他在“我的授权”里同意，或者在纸上签字后由居委会录入。")
        return ui.Page(title=ctx.t("日常生活评估"), body=[ui.Text(text=said)])
    fields = [
        ui.Input(
            name=item.key, label=ctx.t(item.label), type="choice", required=True, value=form.get(item.key, ""),
            choices=[(points, ctx.t(word)) for points, word in item.choices],
            fault=ctx.t("请选一项。") if item.key == lacking else None,
        )
        for item in ITEMS
    ]  # fmt: skip
    return ui.Page(title=ctx.t("{name}：日常生活评估", name=who.name), body=[
        ui.Text(text=ctx.t(
            "示例表：参照 MZ/T 039—2013 的“日常生活活动”十项，满分 100 分。不代替 GB/T 42195—2022 的正式评估。"
        )),
        ui.Form(post=f"/people/{resident}/assess", submit=ctx.t("算出级别"), fields=fields),
    ])  # fmt: skip


@pages.post("/people/{resident}/assess")
async def assessed(ctx: Ctx, resident: str, request: Request) -> ui.Page | ui.Go:
    await _known(ctx, resident)
    form = {name: str(value) for name, value in (await request.form()).items()}
    who = await ctx.residents.get(resident, fields=["name"], purpose=ASSESS)
    try:
        points = points_in(form)
    except ValueError as lacking:
        return await _assess_page(ctx, resident, form, str(lacking))
    if who.name is None:
        raise HTTPException(404)
    score, by = sum(points.values()), (ctx.user and ctx.user.name) or "—"
    await ctx.store(Assessment).put(
        Assessment(resident=resident, on=ctx.today(), by=by, points=points, score=score)
    )
    await take_in(ctx, resident)
    said = ctx.t("{score} 分，{level}。", score=str(score), level=ctx.t(level_of(score)))
    return ui.Go(to=f"/people/{resident}", said=said)


@pages.post("/people/{resident}/visits")
async def visited(
    ctx: Ctx, resident: str, on: Annotated[dt.date, Form()], channel: Annotated[str, Form()],
    text: Annotated[str, Form()] = "",
) -> ui.Go:  # fmt: skip
    await _known(ctx, resident)
    if channel not in CHANNELS or on > ctx.today():
        return ui.Go(to=f"/people/{resident}", said=ctx.t("没有记下：日期还没到，或者方式不对。"))
    said = {"channel": channel, "result": "met", "purpose": "care"} | ({"text": text} if text else {})
    by = ctx.user.id if ctx.user else ""
    await ctx.visits.record(resident=resident, on=on, said=said, key=f"visit:{resident}:{on}:{channel}:{by}")
    return ui.Go(to=f"/people/{resident}", said=ctx.t("走访记下了。"))


@pages.post("/people/{resident}/companion")
async def paired(
    ctx: Ctx, resident: str, companion: Annotated[str, Form()], called: Annotated[str, Form(max_length=30)]
) -> ui.Go:
    await _known(ctx, resident)
    fault = await pair_up(ctx, resident, companion, called)
    return ui.Go(to=f"/people/{resident}", said=fault or ctx.t("结对好了。"))


@pages.post("/people/{resident}/contacts")
async def in_touch(ctx: Ctx, resident: str, how: Annotated[str, Form()]) -> ui.Go:
    await _known(ctx, resident)
    pairing = await pairing_of(ctx, resident)
    if pairing is None or how not in HOW:
        raise HTTPException(404)
    await log_contact(ctx, pairing, how, ctx.today())
    return ui.Go(to=f"/people/{resident}", said=ctx.t("记下了，谢谢您。"))


@plugin.health
async def health(ctx: Context) -> str:
    elders = await ctx.store(Elder).find()
    late = sum(one.case_id is not None for one in elders)
    least = ctx.settings(Config).min_age
    return ctx.t(
        "{count} 位老人在册（{age} 岁起），{late} 位走访逾期。",
        count=str(len(elders)),
        age=str(least),
        late=str(late),
    )
