"""A case as a card of a list: what, where, how far, who holds it and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core_db.cases import OPEN
from core_db.cases.words import CaseStatus
from resident_app.journey import STOPPED, StepClock, Tone, clock_of, held_by, status_of, tone_of

LONGEST_TITLE = 44


@dataclass(frozen=True, kw_only=True)
class CaseCard:
    id: str
    number: str
    title: str
    status: str
    tone: Tone
    place: str
    category: str
    holder: str | None
    clock: StepClock | None
    created_at: datetime
    supporters: int
    is_open: bool
    can_support: bool


def card_of(view: Mapping[str, Any], *, now: datetime, lang: str) -> CaseCard:
    status = CaseStatus(view["status"])
    return CaseCard(
        id=view["id"], number=view["number"], title=title_of(view["text"]),
        status=status_of(view, lang), tone=tone_of(view), place=view["place"]["label"],
        category=view["category"]["name"], holder=held_by(view), is_open=status in OPEN,
        clock=None if status in STOPPED else clock_of(view, now=now, lang=lang),
        created_at=datetime.fromisoformat(view["created_at"]), supporters=view["supporters"],
        can_support="reporter" not in view,
    )  # fmt: skip


def cards_of(views: Iterable[Mapping[str, Any]], *, now: datetime, lang: str) -> list[CaseCard]:
    return [card_of(view, now=now, lang=lang) for view in views]


def title_of(text: str) -> str:
    """The first words of what was said."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"
