"""The slots of the residents' app, each filled once."""

from plugins.gallery.own import plugin
from plugins.sdk import Context, ui


@plugin.slot("resident.home.cards")
async def on_the_first_page(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("楼前花园"), body=[
        ui.Fact(label=ctx.t("今天轮到"), value=ctx.t("3号楼")),
        ui.Progress(label=ctx.t("浇过的花箱"), done=5, of=8),
        ui.Link(label=ctx.t("看排班"), to="/rota"),
    ])  # fmt: skip


@plugin.slot("resident.case.form")
async def before_the_form(ctx: Context, subject: str | None) -> ui.Card | None:
    if subject != "gallery.garden":
        return None
    return ui.Card(title=ctx.t("填写以前"), body=[
        ui.Text(text=ctx.t("花箱上有编号，写上编号，志愿者找得快。")),
        ui.Link(label=ctx.t("看花箱在哪里"), to="/plots"),
    ])  # fmt: skip


@plugin.slot("resident.case.panels")
async def on_my_case(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("花园志愿者"), body=[
        ui.Badge(text=ctx.t("有人接手"), tone="good"),
        ui.Text(text=ctx.t("周六上午有人来看，您不用在家等。")),
    ])  # fmt: skip


@plugin.slot("resident.profile.sections")
async def about_me(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.t("我的花箱"), body=[
        ui.Fact(label=ctx.t("花箱"), value=ctx.t("2号，月季")),
        ui.Button(label=ctx.t("这个月请人代浇"), post="/away"),
    ])  # fmt: skip


@plugin.slot("resident.consents.notes")
async def beside_my_consents(ctx: Context, subject: str | None) -> ui.Card | None:
    """Only to who agreed: it says how the plugin keeps to it, and talks nobody into anything."""
    assert ctx.user is not None
    who = await ctx.residents.get(ctx.user.id, fields=["name"], purpose="plots")
    if who.name is None:
        return None
    return ui.Card(title=ctx.t("您的名字现在写在哪里"), body=[
        ui.Text(text=ctx.t("写在2号花箱的排班上，一起种花的三户看得到。")),
    ])  # fmt: skip
