"""What somebody gets of his data, and how he is forgotten: as an elder, and as somebody's companion."""

from plugins.elder_care.kept import Assessment, Contact, Elder, Pairing
from plugins.elder_care.own import plugin
from plugins.sdk import Context, events


@plugin.on_subject_export
async def export(ctx: Context, resident: str) -> object:
    return {
        "programme": await ctx.store(Elder).find(resident=resident),
        "assessments": await ctx.store(Assessment).find(resident=resident),
        "companions": await ctx.store(Pairing).find(resident=resident),
        "contacts": await ctx.store(Contact).find(resident=resident),
        # Whom he looks after is another's data; how often he did is his own.
        "given": [str(one.on) for one in await ctx.store(Contact).find(companion=resident)],
    }


@plugin.on_subject_erase
async def erase(ctx: Context, resident: str) -> object:
    gone = 0
    for kind in (Elder, Assessment, Pairing, Contact):
        gone += await ctx.store(kind).delete(resident=resident)
    for kind in (Pairing, Contact):
        gone += await ctx.store(kind).delete(companion=resident)
    return gone


@plugin.on(events.PersonMovedOut, events.PersonDied)
async def leave(ctx: Context, event: events.PersonMovedOut | events.PersonDied) -> None:
    await erase(ctx, event.person_id)
