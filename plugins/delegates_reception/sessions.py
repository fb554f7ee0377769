"""Sessions: one a month by itself, with the delegates in turn; its times; the word on the day before."""

import datetime as dt

from plugins.delegates_reception.kept import BOOKED, CANCELLED, Delegate, Session, Visit
from plugins.delegates_reception.own import OF, Config, last_of, plugin
from plugins.sdk import Context


@plugin.job(cron="0 8 1 * *")
async def plan_session(ctx: Context) -> None:
    await plan(ctx, last_of(ctx.today(), ctx.settings(Config).weekday))


async def plan(ctx: Context, on: dt.date) -> Session:
    """The session of a day; made if there is none, with whoever of each kind was longest not on."""
    there = await ctx.store(Session).find(on=on)
    if there:
        return there[0]
    cfg = ctx.settings(Config)
    session = Session(id=f"on-{on}", on=on, starts=cfg.starts, place=cfg.place, delegates=await _in_turn(ctx))
    await ctx.store(Session).put(session)
    return session


async def _in_turn(ctx: Context) -> list[str]:
    """One of each kind: who was longest not on, by name where that is equal."""
    last: dict[str, dt.date] = {}
    for session in await ctx.store(Session).find():
        for delegate in session.delegates:
            last[delegate] = max(session.on, last.get(delegate, session.on))
    roster = await ctx.store(Delegate).find(is_active=True)
    roster.sort(key=lambda one: (last.get(one.id, dt.date.min), one.name))
    turns = [next((one.id for one in roster if one.of == kind), None) for kind in OF]
    return [one for one in turns if one is not None]


def times_of(cfg: Config, session: Session) -> list[str]:
    hour, minute = map(int, session.starts.split(":"))
    starts = (hour * 60 + minute + cfg.minutes * place for place in range(cfg.places))
    return [f"{at // 60:02}:{at % 60:02}" for at in starts if at < 24 * 60]


async def free_times(ctx: Context, session: Session) -> list[str]:
    taken = {one.time for one in await ctx.store(Visit).find(session=session.id) if one.state != CANCELLED}
    return [time for time in times_of(ctx.settings(Config), session) if time not in taken]


async def take(ctx: Context, session: Session, visit: Visit) -> bool:
    """Book it, unless somebody else has it by now."""
    there = await ctx.store(Visit).find(session=session.id, time=visit.time, state=CANCELLED)
    if visit.time not in await free_times(ctx, session):
        return False
    if not await ctx.once(f"time:{session.id}:{visit.time}:{len(there)}"):
        return False
    await ctx.store(Visit).put(visit)
    return True


@plugin.job(cron="0 18 * * *")
async def remind_guests(ctx: Context) -> None:
    tomorrow = ctx.today() + dt.timedelta(days=1)
    for session in await ctx.store(Session).find(on=tomorrow):
        for visit in await ctx.store(Visit).find(session=session.id, state=BOOKED):
            await ctx.messages.send(
                to=visit.resident, template="tomorrow", key=f"tomorrow:{visit.id}",
                args={"time": visit.time, "place": session.place},
            )  # fmt: skip
