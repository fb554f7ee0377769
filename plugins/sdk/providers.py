"""What the platform asks plugins to do for it, each one function type, offered with `@plugin.provider`."""

import datetime as dt
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Protocol

from plugins.sdk import ui
from plugins.sdk.context import Context


class ReportExport(Protocol):
    """`report.export`: the figures of a month as a table; the platform makes the file and cares for its formulas."""

    def __call__(self, ctx: Context, month: dt.date, /) -> Awaitable[ui.Table]: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A point at which plugins provide: how many may, and how long each may take (seconds)."""

    name: str
    is_exclusive: bool
    seconds: float
    takes: int
    gives: type


OFFERS: Mapping[str, Offer] = {
    offer.name: offer for offer in (Offer("report.export", False, 10, 2, ui.Table),)
}
