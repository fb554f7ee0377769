"""Its pages: one for each block, and those that its links and buttons lead to."""

from fastapi import HTTPException

from plugins.gallery.blocks import BLOCKS
from plugins.gallery.own import plugin
from plugins.sdk import Ctx, ui

residents = plugin.router("resident")
committees = plugin.router("committee")


@residents.get("/blocks/{name}")
async def one_block(ctx: Ctx, name: str) -> ui.Page:
    if name not in BLOCKS:
        raise HTTPException(404)
    return ui.Page(title=ctx.t("楼前花园"), body=BLOCKS[name](ctx))


@residents.get("/plots/{number}")
@residents.get("/plots")
@residents.get("/rota")
@committees.get("/plots")
async def garden(ctx: Ctx) -> ui.Page:
    return ui.Page(title=ctx.t("楼前花园"), body=[
        ui.Text(text=ctx.t("浇水用门口的雨水桶。")),
        ui.Card(title=ctx.t("今天"), body=[
            ui.Fact(label=ctx.t("轮到"), value=ctx.t("3号楼")),
            ui.Button(label=ctx.t("我浇过了"), post="/watered"),
        ]),
    ])  # fmt: skip


@residents.post("/watered")
async def watered(ctx: Ctx) -> ui.Go:
    return ui.Go(to="/rota", said=ctx.t("记下了，谢谢您。"))


@residents.post("/away")
@residents.post("/left")
@residents.post("/plots")
async def noted(ctx: Ctx) -> ui.Go:
    return ui.Go(to="/plots", said=ctx.t("收到了。"))


@committees.post("/cases/{case_id}/call")
@committees.post("/cases/{case_id}/clear")
async def done(ctx: Ctx, case_id: str) -> ui.Go:
    return ui.Go(to="/plots", said=ctx.t("收到了。"))
