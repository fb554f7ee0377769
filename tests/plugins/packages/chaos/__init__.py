"""A plugin that does everything wrong, each thing where it is asked to: what it does, its settings say."""

import asyncio
import datetime as dt
import gc
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from plugins.sdk import Context, Plugin, Settings, Veto, events, points, ui

plugin = Plugin(__name__)
_kept: list[bytearray] = []


@plugin.settings
class Config(Settings):
    """`deed` is what goes wrong."""

    deed: str = "nothing"


async def misbehave(ctx: Context) -> None:
    """Do the deed that the settings name."""
    deed = DEEDS.get(ctx.settings(Config).deed)
    if deed is not None:
        await deed(ctx)


async def break_down(_ctx: Context) -> None:
    raise ValueError("broken on purpose")


async def sleep(_ctx: Context) -> None:
    await asyncio.sleep(3600)


async def block(_ctx: Context) -> None:
    time.sleep(2)  # noqa: ASYNC251


async def block_for_ever(_ctx: Context) -> None:
    time.sleep(3600)  # noqa: ASYNC251


async def search_for_ever(_ctx: Context) -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")


async def leak(_ctx: Context) -> None:
    while True:
        _kept.append(bytearray(8 * 2**20))


async def leave(_ctx: Context) -> None:
    os._exit(3)


async def cling(_ctx: Context) -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


async def forbid(_ctx: Context) -> None:
    raise Veto("不行")


async def ask(ctx: Context) -> None:
    await ctx.cases.find(category="noise")


async def hurry(ctx: Context) -> None:
    """More at once than is under way at once, and no flood."""
    await asyncio.gather(*(ctx.once(f"{n}") for n in range(400)))


async def flood(ctx: Context) -> None:
    await asyncio.gather(*(ctx.once(f"{n}") for n in range(5000)))


async def push_in(_ctx: Context) -> None:
    """A flood past the place where a worker's questions wait, as somebody malicious would write it."""
    (worker,) = (one for one in gc.get_objects() if type(one).__name__ == "_Worker")
    (call,) = worker._calls
    for n in range(5000):
        asked = {"op": "once", "given": {"key": f"{n}"}}
        worker._write({"is": "asks", "n": 1_000_000 + n, "call": call, **asked})
    await asyncio.sleep(3600)


async def say(ctx: Context) -> None:
    ctx.log("a card was shown", to="13812345678", note="two\nlines\x1b[2J")


async def chatter(ctx: Context) -> None:
    for n in range(1000):
        ctx.log("and again", n=n)


async def connect(_ctx: Context) -> None:
    """To whoever listens at the port that stands in its place of work."""
    port = int(await asyncio.to_thread(Path("port").read_text))
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


DEEDS = {
    "say": say, "chatter": chatter, "connect": connect,
    "raise": break_down, "sleep": sleep, "block": block, "block for ever": block_for_ever, "leak": leak,
    "regex": search_for_ever, "exit": leave, "cling": cling, "veto": forbid, "ask": ask, "flood": flood,
    "hurry": hurry, "push in": push_in,
}  # fmt: skip


@plugin.on(events.CaseClosed, timeout=0.5)
async def hear(ctx: Context, event: events.CaseClosed) -> None:
    await misbehave(ctx)


@plugin.on(events.CaseSubmitted, events.CaseAccepted, events.CaseCommented, timeout=0.5)
async def overhear(
    ctx: Context, event: events.CaseSubmitted | events.CaseAccepted | events.CaseCommented
) -> None:  # fmt: skip
    await misbehave(ctx)


@plugin.filter(points.CaseSubmit)
async def look(ctx: Context, draft: points.CaseSubmit) -> points.CaseSubmit | None:
    await misbehave(ctx)
    if ctx.settings(Config).deed == "name":
        if draft.category == "racket":
            raise Veto(draft.category)
        return draft.model_copy(update={"category": "racket"})
    return draft.model_copy(update={"category": "0806"})


@plugin.filter(points.FormValidate)
async def judge(ctx: Context, draft: points.FormValidate) -> points.FormValidate | None:
    await misbehave(ctx)
    if ctx.settings(Config).deed == "invent":
        return draft.model_copy(update={"faults": {"nothing of the kind": {"zh": "不对", "en": "Wrong"}}})
    return draft.with_fault(
        "floor", zh=f"{draft.form} 没有 {draft.fields['floor']} 楼", en="There is no such floor"
    )


@plugin.filter(points.UploadAccept)
async def weigh(ctx: Context, draft: points.UploadAccept) -> None:
    await misbehave(ctx)


@plugin.slot("committee.home.cards")
async def card(ctx: Context, subject: str | None) -> ui.Card | None:
    await misbehave(ctx)
    return ui.Card(title="Here", body=[ui.Text(text=os.getcwd())])


@plugin.slot("committee.plugin.status")
async def status(ctx: Context, subject: str | None) -> ui.Card | None:
    await misbehave(ctx)
    return ui.Card(title=f"About {subject}")


@plugin.slot("resident.home.cards")
async def junk(ctx: Context, subject: str | None) -> ui.Card | None:
    return {"kind": "no such block"}  # type: ignore[return-value]


@plugin.job(cron="0 8 * * *", timeout=1)
async def work(ctx: Context) -> None:
    await misbehave(ctx)


@plugin.provider("report.export", id="figures")
async def counted(ctx: Context, month: dt.date) -> ui.Table:
    await misbehave(ctx)
    return ui.Table(caption=f"{month:%Y-%m}", head=["What", "How many"], rows=[["=1+1", "12"]])


@plugin.on_enable
async def come_on(ctx: Context) -> None:
    await ctx.once("came on")


@plugin.on_upgrade
async def move_on(ctx: Context) -> None:
    await ctx.once("moved on")
    await misbehave(ctx)


@plugin.health
async def health(ctx: Context) -> str:
    return " ".join(sorted(os.environ))


pages = plugin.router("committee")


@pages.get("/hello")
async def hello(name: str = "") -> ui.Page:
    return ui.Page(title=f"Hello {name}", body=[])


@pages.get("/kept", access="keeper")
async def kept() -> ui.Page:
    return ui.Page(title="Kept", body=[])
