"""What the plugin keeps. Names are not among it: they are asked for each time, and so end with the consent."""

import datetime as dt
from typing import TypeVar

from plugins.elder_care.own import plugin
from plugins.sdk import Context, Document, Field

D = TypeVar("D", bound=Document)


#: An alarm that was set aside without a visit comes again after so long.
SET_ASIDE_FOR = dt.timedelta(days=7)


@plugin.document
class Elder(Document):
    """Somebody in the programme: at which grade he is visited, and the alarm that is out for him."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    grade: str
    case_id: str | None = Field(None, json_schema_extra={"index": True})
    #: The cases of this alarm that others carry now, its own first.
    merged: list[str] = Field(default_factory=list)
    alarmed_on: dt.date | None = None
    #: When the last alarm ended without a visit, refused or withdrawn.
    set_aside_on: dt.date | None = None
    #: How many alarms for him are over: each case has a key of its own.
    ended: int = 0

    def rests(self, due_on: dt.date, today: dt.date) -> bool:
        """Whether the alarm for the visit that was due that day was set aside, and it is too early for another."""
        aside = self.set_aside_on
        return aside is not None and due_on <= aside and today < aside + SET_ASIDE_FOR

    def end_alarm(self, *, set_aside_on: dt.date | None = None) -> None:
        """No alarm is out for him any more: somebody went, or it was set aside."""
        self.case_id, self.alarmed_on, self.set_aside_on = None, None, set_aside_on
        self.merged, self.ended = [], self.ended + 1

    def is_carried_by(self, into_id: str, *, its: str) -> None:
        """The case of the alarm was merged into another."""
        self.merged, self.case_id = [*self.merged, its], into_id

    def goes_on_in(self, case_id: str) -> None:
        """What carried the alarm ended before any work was done; this case goes on, its own or one beside it."""
        own = self.merged.index(case_id) if case_id in self.merged else len(self.merged)
        self.merged, self.case_id = self.merged[:own], case_id


@plugin.document
class Assessment(Document):
    """What somebody could do by himself on a day: points by item, and their sum (0–100)."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    on: dt.date
    by: str
    points: dict[str, int]
    score: int


@plugin.document
class Pairing(Document):
    """An older resident and his companion, another resident; `called` is how the elder wishes to be addressed."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    companion: str = Field(json_schema_extra={"index": True})
    called: str
    since: dt.date


@plugin.document
class Contact(Document):
    """That a companion was in touch."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    companion: str = Field(json_schema_extra={"index": True})
    on: dt.date
    how: str


async def elder_of(ctx: Context, resident: str) -> Elder | None:
    found = await ctx.store(Elder).find(resident=resident)
    return found[0] if found else None


async def last_assessment(ctx: Context, resident: str) -> Assessment | None:
    found = await ctx.store(Assessment).find(resident=resident)
    return max(found, key=lambda one: one.on, default=None)


async def pairing_of(ctx: Context, resident: str) -> Pairing | None:
    found = await ctx.store(Pairing).find(resident=resident)
    return found[0] if found else None


async def contacts_this_week(ctx: Context, resident: str) -> int:
    """Since Monday."""
    monday = ctx.today() - dt.timedelta(days=ctx.today().weekday())
    return len(await ctx.store(Contact).find(resident=resident, on__gte=monday))
