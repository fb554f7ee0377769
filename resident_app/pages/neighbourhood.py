"""What neighbours raised in public: to know of, and to join instead of raising it again."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import cursor_of
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from core_db.cases import ENDED, OPEN, CaseFilter, public_cases, reference_of
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.places import buildings_of
from resident_app.cards import CaseCard, public_cards

router = SecureRouter("/neighbourhood")

PER_PAGE = 20
SHOWING: Mapping[str, tuple[str, ...]] = {
    "open": tuple(sorted(str(status) for status in OPEN)),
    "ended": tuple(sorted(str(status) for status in ENDED)),
    "all": (),
}
Option = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the list can be narrowed to."""

    buildings: Sequence[Option]
    categories: Sequence[Option]


class NeighbourhoodPage(Page, template="cases/neighbourhood.html"):
    cards: Sequence[CaseCard]
    choices: Choices
    building: str
    category: str
    showing: str
    #: This very page of the list: what is live is fetched again from here.
    here: str
    next_href: str | None
    has_home: bool


@router.get("", access=Access.RESIDENT)
async def index(
    request: Request, work: WorkDep, building: str = "", category: str = "", show: str = "open",
    after: str | None = None,
) -> Response:  # fmt: skip
    showing = show if show in SHOWING else "open"
    wanted = CaseFilter(
        building=building or None, category=category or None, status=SHOWING[showing], after=cursor_of(after),
        limit=PER_PAGE,
    )  # fmt: skip
    found = await work.read(public_cases, wanted, lang=work.lang)
    narrowed = {"building": building, "category": category, "show": showing}
    kept = urlencode(narrowed)
    here = urlencode(narrowed | ({"after": after} if after else {}))
    return render(request, NeighbourhoodPage(
        cards=await public_cards(work, found.items),
        choices=await work.read(_choices, lang=work.lang), building=building, category=category, showing=showing,
        here=f"/neighbourhood?{here}", has_home=bool(work.actor.homes),
        next_href=f"/neighbourhood?{kept}&after={found.next}" if found.next else None,
    ))  # fmt: skip


def _choices(session: Session, *, actor: Actor, clock: Clock, lang: str) -> Choices:  # noqa: ARG001
    places = [place for community in actor.communities for place in buildings_of(session, community)]
    in_force = reference_of(session).offered_at(*actor.communities).values()
    classes = sorted(
        (one for one in in_force if one.parent is None and not one.sensitive), key=lambda one: one.code
    )
    return Choices(
        buildings=[(place.id, place.label) for place in places],
        categories=[(one.code, one.name(lang)) for one in classes],
    )
