"""Every block that stands within a page, once."""

from collections.abc import Callable, Mapping, Sequence

from plugins.sdk import Context, ui

Shown = Sequence[ui.Inner | ui.Card]


def badge(ctx: Context) -> Shown:
    return [
        ui.Badge(text=ctx.t("2号花箱")),
        ui.Badge(text=ctx.t("浇过了"), tone="good"),
        ui.Badge(text=ctx.t("今天浇"), tone="waiting"),
        ui.Badge(text=ctx.t("晚了两天"), tone="late"),
    ]


def button(ctx: Context) -> Shown:
    return [
        ui.Button(label=ctx.t("我浇过了"), post="/watered"),
        ui.Button(
            label=ctx.t("不再照看"), post="/left",
            confirm=ctx.t("花箱会给下一户。确定不再照看吗？"),
        ),
    ]  # fmt: skip


def card(ctx: Context) -> Shown:
    return [
        ui.Card(title=ctx.t("2号花箱"), body=[
            ui.Text(text=ctx.t("朝南，靠近大门。")),
            ui.Fact(label=ctx.t("种的"), value=ctx.t("月季")),
            ui.Link(label=ctx.t("看排班"), to="/rota"),
        ]),
    ]  # fmt: skip


def fact(ctx: Context) -> Shown:
    return [
        ui.Fact(label=ctx.t("种的"), value=ctx.t("月季")),
        ui.Fact(label=ctx.t("上次浇水"), value="2026-11-24"),
        ui.Fact(label=ctx.t("谁照看"), value=ctx.t("3号楼 201室、202室")),
    ]


def form(ctx: Context) -> Shown:
    return [
        ui.Form(post="/plots", submit=ctx.t("申请这个花箱"), fields=[
            ui.Input(name="plot", label=ctx.t("几号花箱"), required=True),
            ui.Input(name="note", label=ctx.t("想种什么"), type="long"),
        ]),
    ]  # fmt: skip


def image(ctx: Context) -> Shown:
    return [ui.Image(source="/garden.svg", alt=ctx.t("花园的图：四个花箱，大门在南边"))]


def input(ctx: Context) -> Shown:
    return [
        ui.Form(post="/plots", submit=ctx.t("送出"), fields=[
            ui.Input(name="plot", label=ctx.t("几号花箱"), value="99", fault=ctx.t("没有这个花箱")),
            ui.Input(name="note", label=ctx.t("想种什么"), type="long", help=ctx.t("不种带刺的")),
            ui.Input(name="days", label=ctx.t("几天浇一次"), type="number", value="3"),
            ui.Input(name="since", label=ctx.t("从哪天"), type="date"),
            ui.Input(
                name="time", label=ctx.t("什么时候浇"), type="choice",
                choices=[("am", ctx.t("早上")), ("pm", ctx.t("傍晚"))],
            ),
            ui.Input(name="alone", label=ctx.t("我一户照看"), type="yes"),
        ]),
    ]  # fmt: skip


def link(ctx: Context) -> Shown:
    return [ui.Link(label=ctx.t("看排班"), to="/rota")]


def progress(ctx: Context) -> Shown:
    return [ui.Progress(label=ctx.t("浇过的花箱"), done=5, of=8)]


def table(ctx: Context) -> Shown:
    return [
        ui.Table(
            caption=ctx.t("这周的排班"), head=[ctx.t("花箱"), ctx.t("轮到"), ctx.t("浇水")],
            rows=[
                [ui.Link(label=ctx.t("1号"), to="/plots/1"), ctx.t("3号楼"),
                 ui.Badge(text=ctx.t("浇过了"), tone="good")],
                [ui.Link(label=ctx.t("2号"), to="/plots/2"), ctx.t("5号楼"),
                 ui.Badge(text=ctx.t("今天浇"), tone="waiting")],
            ],
        ),
    ]  # fmt: skip


def text(ctx: Context) -> Shown:
    return [ui.Text(text=ctx.t("花园里有24个花箱，谁家都可以照看一个。浇水用门口的雨水桶。"))]


#: By the name of the block's class.
BLOCKS: Mapping[str, Callable[[Context], Shown]] = {
    "Badge": badge, "Button": button, "Card": card, "Fact": fact, "Form": form, "Image": image, "Input": input,
    "Link": link, "Progress": progress, "Table": table, "Text": text,
}  # fmt: skip
