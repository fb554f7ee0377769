"""The slots of the committee's app that hold a card, each filled once."""

from plugins.gallery.own import plugin
from plugins.sdk import Context, ui


@plugin.slot("committee.home.cards")
async def on_the_desk(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("楼前花园"), body=[
        ui.Fact(label=ctx.t("有人照看的花箱"), value="21"),
        ui.Fact(label=ctx.t("没人照看的"), value="3"),
        ui.Link(label=ctx.t("看花箱"), to="/plots"),
    ])  # fmt: skip


@plugin.slot("committee.resident.panels")
async def on_a_person(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("楼前花园"), body=[
        ui.Fact(label=ctx.t("花箱"), value=ctx.t("2号，月季")),
        ui.Badge(text=ctx.t("该浇水了"), tone="waiting"),
    ])  # fmt: skip


@plugin.slot("committee.household.panels")
async def on_a_household(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("楼前花园"), body=[
        ui.Fact(label=ctx.t("这一户的花箱"), value=ctx.t("2号、5号")),
        ui.Fact(label=ctx.t("轮到"), value=ctx.t("每周三")),
    ])  # fmt: skip


@plugin.slot("committee.case.actions")
async def what_can_be_done(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("楼前花园"), body=[
        ui.Button(label=ctx.t("请花园志愿者去看"), post=f"/cases/{subject}/call"),
        ui.Button(
            label=ctx.t("花箱撤掉"), post=f"/cases/{subject}/clear",
            confirm=ctx.t("撤掉以后，这个花箱的排班也没有了。确定吗？"),
        ),
    ])  # fmt: skip


@plugin.slot("committee.case.panels")
async def on_a_case(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("这个花箱以前的事"), body=[
        ui.Table(
            caption=ctx.t("去年到现在"), head=[ctx.t("哪天"), ctx.t("什么事"), ctx.t("怎么样了")],
            rows=[
                ["2026-09-12", ctx.t("箱板松了"), ui.Badge(text=ctx.t("修好了"), tone="good")],
                ["2026-05-03", ctx.t("没人浇水"), ui.Badge(text=ctx.t("换了人"), tone="good")],
            ],
        ),
    ])  # fmt: skip


@plugin.slot("committee.reports")
async def below_the_figures(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("楼前花园这个月"), body=[
        ui.Fact(label=ctx.t("浇水"), value=ctx.t("164次")),
        ui.Progress(label=ctx.t("有人照看的花箱"), done=21, of=24),
    ])  # fmt: skip


@plugin.slot("committee.plugin.status")
async def how_it_does(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("现在在做什么"), body=[
        ui.Fact(label=ctx.t("排班排到"), value="2026-12-31"),
        ui.Progress(label=ctx.t("今天提醒过的人"), done=14, of=17),
    ])  # fmt: skip
