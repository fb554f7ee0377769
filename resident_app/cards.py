"""A case as a card of a list: what, where, how far, who holds it and until when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app_shell.moments import STOPPED
from app_shell.titles import first_words, whole_of
from app_shell.words import _
from app_shell.work import Work
from core_db.cases import FROM, OPEN, Part, Stance, Verb, stances
from core_db.cases.words import CaseStatus, numbered
from core_db.foundation.lean import dataclass
from resident_app.journey import StepClock, Tone, clock_of, held_by, is_mine, judges, status_of, tone_of

#: In columns: 44 Chinese signs.
ROOM_FOR_TITLE = 88


@dataclass(frozen=True, kw_only=True)
class CaseCard:
    id: str
    number: str
    title: str
    #: What was said, where the title is not all of it.
    whole: str | None
    status: str
    tone: Tone
    place: str
    category: str
    holder: str | None
    clock: StepClock | None
    created_at: datetime
    #: How many neighbours have the same need; None where nobody has said so.
    also: str | None
    is_open: bool
    #: What the reader has to do with it already.
    stance: Stance | None
    can_support: bool
    #: Who raised it for whom, where it was not for oneself.
    behind: str | None


def card_of(view: Mapping[str, Any], *, now: datetime, lang: str, stance: Stance | None = None) -> CaseCard:
    status = CaseStatus(view["status"])
    mine = is_mine(view) or stance is Stance.RAISED
    return CaseCard(
        id=view["id"], number=view["number"], title=title_of(view["text"]),
        whole=whole_of(view["text"], ROOM_FOR_TITLE),
        status=status_of(view, lang), tone=tone_of(view), place=view["place"]["label"],
        category=view["category"]["name"], holder=held_by(view, mine=mine and judges(view)),
        is_open=status in OPEN,
        clock=None if status in STOPPED else clock_of(view, now=now, lang=lang),
        created_at=datetime.fromisoformat(view["created_at"]), also=also_of(view, _("{n} 位邻居也遇到了")),
        stance=Stance.RAISED if mine else stance,
        behind=behind_of(view), can_support=not mine and stance is None and status in FROM[Verb.SUPPORT],
    )  # fmt: skip


def cards_of(views: Iterable[Mapping[str, Any]], *, now: datetime, lang: str) -> list[CaseCard]:
    return [card_of(view, now=now, lang=lang) for view in views]


def also_of(view: Mapping[str, Any], sentence: str) -> str | None:
    """How many neighbours have the same need, in a sentence; nobody is no news."""
    return numbered(sentence, view["supporters"]) if view["supporters"] else None


async def public_cards(work: Work, views: Sequence[Mapping[str, Any]]) -> list[CaseCard]:
    """Public cases, which name no reporter: each with what the reader has to do with it already."""
    known = await work.read(stances, [view["id"] for view in views])
    now = work.clock.now()
    return [card_of(view, now=now, lang=work.lang, stance=known.get(view["id"])) for view in views]


def behind_of(view: Mapping[str, Any]) -> str | None:
    """That one raised it for another, or another for one."""
    if "party" not in view:
        return None
    if view["party"]["role"] == Part.PROXY:
        return _("您替{name}反映的").replace("{name}", view["reporter"]["name"])
    return _("{name}替您反映的").replace("{name}", view["proxy"]["name"])


def title_of(text: str) -> str:
    """The first words of what was said."""
    return first_words(text, ROOM_FOR_TITLE)
