"""What somebody gets of his data, and how he is forgotten."""

from plugins.sdk import Context
from plugins.service_hall.kept import Application, Booking
from plugins.service_hall.own import plugin


@plugin.on_subject_export
async def export(ctx: Context, resident: str) -> object:
    return {
        "bookings": await ctx.store(Booking).find(resident=resident),
        "applications": await ctx.store(Application).find(resident=resident),
    }


@plugin.on_subject_erase
async def erase(ctx: Context, resident: str) -> object:
    return await ctx.store(Booking).delete(resident=resident) + await ctx.store(Application).delete(
        resident=resident
    )
