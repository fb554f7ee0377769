"""The slots that are a column of a list: all rows are asked for at once."""

from plugins.gallery.own import plugin
from plugins.sdk import Context, ui


@plugin.column("committee.resident.list.columns")
async def in_the_list_of_people(ctx: Context, subjects: list[str]) -> dict[str, ui.Cell]:
    return {one: ui.Cell(text=ctx.t("该浇水了"), tone="waiting") for one in subjects[:2]}


@plugin.column("committee.case.list.columns")
async def in_the_list_of_cases(ctx: Context, subjects: list[str]) -> dict[str, ui.Cell]:
    return {one: ui.Cell(text=ctx.t("志愿者接手"), tone="good") for one in subjects[:2]}
