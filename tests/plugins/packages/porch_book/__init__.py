"""Notes the porch light of everybody who agrees, in tables of its own: a plugin as somebody else writes it."""

import datetime as dt

from plugins.sdk import Context, Ctx, Plugin, events, ui
from plugins.sdk.tables import Field, Row, Session, holds_nobody, kept_from, select, subject

plugin = Plugin(__name__)
pages = plugin.router("committee")
#: A sentence that stands nowhere else in a file.
TRACE = "the third porch light on the left"


class Own(Row):
    """Parent of the tables here."""

    metadata = plugin.metadata


class Street(Own, table=True):
    """Where porches are."""

    __tablename__ = "streets"
    __table_args__ = holds_nobody("names of streets")

    name: str


class Light(Own, table=True):
    """A porch with a light: gone with who lives there."""

    __tablename__ = "lights"

    resident: str = subject()
    street_id: str | None = Field(default=None, foreign_key="streets.id", ondelete="SET NULL", index=True)
    said: str = TRACE
    noted_on: dt.date = kept_from()


class Count(Own, table=True):
    """What somebody counted: the count stays, who it was and what he said of it does not."""

    __tablename__ = "counts"

    by: str | None = subject(on_erase="clear", also=["words"])
    words: str | None = None
    lights: int = 0
    counted_on: dt.date = kept_from(days=10)


def note(session: Session, resident: str, today: dt.date) -> None:
    """One light a resident, and his count of it."""
    if session.exec(select(Light).where(Light.resident == resident)).first() is None:
        street = Street(name="Peony Lane")
        session.add(street)
        session.flush()
        session.add(Light(resident=resident, street_id=street.id, noted_on=today))
        session.add(Count(by=resident, words=TRACE, lights=1, counted_on=today))


def lights(session: Session) -> list[Light]:
    return list(session.exec(select(Light).order_by(Light.resident)))


def of(session: Session, resident: str) -> list[Light]:
    return list(session.exec(select(Light).where(Light.resident == resident)))


def drop(session: Session, resident: str) -> int:
    gone = of(session, resident)
    for one in gone:
        session.delete(one)
    return len(gone)


@plugin.on(events.PluginConsentGiven)
async def agreed(ctx: Context, event: events.PluginConsentGiven) -> None:
    await ctx.tables(note, event.person_id or "", ctx.today())


@pages.get("/lights")
async def show(ctx: Ctx) -> ui.Page:
    found = await ctx.tables(lights)
    return ui.Page(title=str(len(found)), body=[])


@plugin.on_subject_export
async def hand_out(ctx: Context, resident: str) -> object:
    return await ctx.tables(of, resident)


@plugin.on_subject_erase
async def forget(ctx: Context, resident: str) -> int:
    return await ctx.tables(drop, resident)
