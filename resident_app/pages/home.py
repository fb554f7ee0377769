"""The first page: one thing to do, what runs for me, and what neighbours raised. For strangers, what this is."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import Work, WorkDep
from core_db.cases import OPEN, CaseFilter, own_cases, public_cases
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import ActorKind
from core_db.installs import unread_messages
from resident_app.cards import CaseCard, cards_of, public_cards
from resident_app.homecoming import Homecoming, code_scanned, homecoming

router = SecureRouter()

#: Among so many of the neighbourhood are some that are not one's own.
SHOWN, NEARBY, LOOKED_AT = 5, 3, 12
STILL_OPEN = tuple(sorted(str(status) for status in OPEN))
RUNNING = CaseFilter(status=STILL_OPEN, awaits_me=False, limit=SHOWN)
TO_JUDGE = CaseFilter(awaits_me=True, limit=SHOWN)
SUPPORTED = CaseFilter(supported=True, status=STILL_OPEN, limit=NEARBY)
NEAR = CaseFilter(status=tuple(one for one in STILL_OPEN if one != CaseStatus.VERIFIED), limit=LOOKED_AT)


class WelcomePage(Page, template="home/welcome.html"):
    """For whoever is not signed in."""


class HomePage(Page, template="home/index.html"):
    to_judge: Sequence[CaseCard]
    running: Sequence[CaseCard]
    has_more: bool
    #: Raised by neighbours, and the reader said “me too”.
    supported: Sequence[CaseCard]
    nearby: Sequence[CaseCard]
    has_home: bool
    #: Messages of plugins that were not read yet.
    unread: int
    #: For who has none yet.
    homecoming: Homecoming | None


@router.get("/", access=Access.PUBLIC)
async def home(request: Request, work: WorkDep) -> Response:
    if work.actor.kind is not ActorKind.RESIDENT:
        return render(request, WelcomePage())
    return render(request, await _home(request, work))


async def _home(request: Request, work: Work) -> HomePage:
    now, lang = work.clock.now(), work.lang
    running = await work.read(own_cases, RUNNING, lang=lang)
    to_judge = await work.read(own_cases, TO_JUDGE, lang=lang)
    supported = await work.read(public_cases, SUPPORTED, lang=lang)
    near = await public_cards(work, (await work.read(public_cases, NEAR, lang=lang)).items)
    return HomePage(
        to_judge=cards_of(to_judge.items, now=now, lang=lang), running=cards_of(running.items, now=now, lang=lang),
        has_more=running.next is not None, nearby=[one for one in near if one.stance is None][:NEARBY],
        supported=await public_cards(work, supported.items),
        has_home=bool(work.actor.homes), unread=await work.read(unread_messages),
        homecoming=None if work.actor.homes else await work.read(homecoming, code_scanned(request)),
    )  # fmt: skip
