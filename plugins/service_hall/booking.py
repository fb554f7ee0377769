"""Times at the desk: which are free, how one is taken so that nobody else gets it, and the word on the day before."""

import datetime as dt

from plugins.sdk import Context
from plugins.service_hall.kept import BOOKED, CANCELLED, Booking
from plugins.service_hall.own import Config, days_of, plugin, times_of


async def free_times(ctx: Context) -> list[tuple[dt.date, str]]:
    """Every time at which a desk is free."""
    cfg = ctx.settings(Config)
    taken: dict[tuple[dt.date, str], int] = {}
    for one in await ctx.store(Booking).find(day__gt=ctx.today(), state=BOOKED):
        taken[one.day, one.time] = taken.get((one.day, one.time), 0) + 1
    return [
        (day, time)
        for day in days_of(cfg, ctx.today())
        for time in times_of(cfg)
        if taken.get((day, time), 0) < cfg.desks
    ]


async def take(
    ctx: Context, resident: str, day: dt.date, time: str, *, matter: str, called: str
) -> Booking | None:
    """The booking, or None where every desk is taken by now. Two who want the same moment never both get it."""
    if (day, time) not in await free_times(ctx):
        return None
    there = await ctx.store(Booking).find(day=day, time=time)
    for desk in range(1, ctx.settings(Config).desks + 1):
        states = [one.state for one in there if one.desk == desk]
        if BOOKED in states or not await ctx.once(f"desk:{day}:{time}:{desk}:{states.count(CANCELLED)}"):
            continue
        booking = Booking(resident=resident, day=day, time=time, desk=desk, matter=matter, called=called)
        await ctx.store(Booking).put(booking)
        return booking
    return None


@plugin.job(cron="0 18 * * *")
async def remind_bookings(ctx: Context) -> None:
    tomorrow = ctx.today() + dt.timedelta(days=1)
    for one in await ctx.store(Booking).find(day=tomorrow, state=BOOKED):
        await ctx.messages.send(
            to=one.resident, template="tomorrow", key=f"tomorrow:{one.id}",
            args={"time": one.time, "matter": one.matter},
        )  # fmt: skip
