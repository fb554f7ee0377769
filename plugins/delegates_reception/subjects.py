"""What somebody gets of his data, and how he is forgotten."""

from plugins.delegates_reception.kept import Visit
from plugins.delegates_reception.own import plugin
from plugins.sdk import Context


@plugin.on_subject_export
async def export(ctx: Context, resident: str) -> object:
    return await ctx.store(Visit).find(resident=resident)


@plugin.on_subject_erase
async def erase(ctx: Context, resident: str) -> object:
    return await ctx.store(Visit).delete(resident=resident)
