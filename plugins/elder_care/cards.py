"""What the committee sees beside its own pages: on the person, in the list, on the first page."""

from plugins.elder_care.adl import GRADE_WORDS, level_of
from plugins.elder_care.kept import (
    Assessment,
    Elder,
    contacts_this_week,
    elder_of,
    last_assessment,
    pairing_of,
)
from plugins.elder_care.own import FAMILY, plugin
from plugins.sdk import Context, ui


@plugin.slot("committee.resident.panels")
async def on_the_person(ctx: Context, subject: str | None) -> ui.Card | None:
    if subject is None or (elder := await elder_of(ctx, subject)) is None:
        return None
    return ui.Card(title=ctx.t("综合为老"), body=[
        *await facts_of(ctx, elder), ui.Link(label=ctx.t("评估、走访、老伙伴"), to=f"/people/{subject}"),
    ])  # fmt: skip


async def facts_of(ctx: Context, elder: Elder) -> list[ui.Fact | ui.Badge]:
    """How it is with somebody, in a few lines."""
    assessed, pairing = (
        await last_assessment(ctx, elder.resident), await pairing_of(ctx, elder.resident),
    )  # fmt: skip
    visits = await ctx.visits.find(resident=elder.resident)
    level = ctx.t("还没有评估")
    if assessed is not None:
        level = ctx.t("{level}（{score} 分，{on}）", level=ctx.t(level_of(assessed.score)),
                      score=str(assessed.score), on=str(assessed.on))  # fmt: skip
    facts: list[ui.Fact | ui.Badge] = [
        ui.Fact(label=ctx.t("日常生活"), value=level),
        ui.Fact(label=ctx.t("走访"), value=ctx.t(GRADE_WORDS[elder.grade])),
        ui.Fact(label=ctx.t("最近一次走访"), value=str(visits[0].on) if visits else ctx.t("还没有")),
    ]  # fmt: skip
    if pairing is not None:
        count = await contacts_this_week(ctx, elder.resident)
        facts.append(ui.Fact(label=ctx.t("老伙伴本周联系"), value=str(count)))
    facts += await at_home(ctx, elder.resident)
    if elder.case_id is not None:
        facts.append(ui.Badge(text=ctx.t("走访逾期"), tone="late"))
    return facts


async def at_home(ctx: Context, resident: str) -> list[ui.Fact]:
    """Who keeps house with somebody, by name where they agreed; nothing where he did not."""
    homes = await ctx.households.of(resident, purpose=FAMILY) if ctx.has("household:read") else []
    if not homes:
        return []
    others = [one.resident for one in homes[0].members if one.resident != resident]
    known = [await ctx.residents.get(one, fields=["name"], purpose=FAMILY) for one in others]
    names = ctx.t("、").join(one.name for one in known if one.name)
    unnamed = ctx.t("独自居住") if homes[0].lives_alone else ctx.t("有人同住")
    return [ui.Fact(label=ctx.t("同住"), value=names or unnamed)]


@plugin.column("committee.resident.list.columns")
async def in_the_list(ctx: Context, subjects: list[str]) -> dict[str, ui.Cell]:
    latest: dict[str, Assessment] = {}
    for one in await ctx.store(Assessment).find(resident__in=subjects):
        if one.resident not in latest or latest[one.resident].on <= one.on:
            latest[one.resident] = one
    late = {one.resident for one in await ctx.store(Elder).find(resident__in=subjects) if one.case_id}
    cells = {who: ui.Cell(text=ctx.t(level_of(one.score))) for who, one in latest.items()}
    return cells | {who: ui.Cell(text=ctx.t("走访逾期"), tone="late") for who in late}


@plugin.slot("committee.home.cards")
async def on_the_desk(ctx: Context, subject: str | None) -> ui.Card | None:
    elders = await ctx.store(Elder).find()
    if not elders:
        return None
    late = sum(one.case_id is not None for one in elders)
    return ui.Card(title=ctx.t("综合为老"), body=[
        ui.Fact(label=ctx.t("在册老人"), value=str(len(elders))),
        ui.Fact(label=ctx.t("走访逾期"), value=str(late)),
        ui.Link(label=ctx.t("打开看板"), to="/board"),
    ])  # fmt: skip
