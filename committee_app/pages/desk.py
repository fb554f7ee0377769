"""Where somebody's day begins: the committee's desk, a handling organisation's inbox, the dispatcher's view."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import Work, WorkDep
from committee_app.desk import BesidesCases, DeskPart, besides_cases, parts_of, read_desk, waiting_doubles
from committee_app.inbox import handed_to_us, inbox_parts
from committee_app.lists import ABOVE, ON_THE_DESK
from committee_app.reading import Word
from committee_app.roles import first_page
from committee_app.rows import drawing_for
from committee_app.ways import Ways, ways_from_the_desk
from core_db.emergency import reviews_waiting
from core_db.foundation.actor import Role
from core_db.insight import NodeRow, nodes_below

router = SecureRouter()


class DeskPage(Page, template="desk/index.html"):
    """What the committee has to do now."""

    parts: Sequence[DeskPart]
    bindings: int
    besides: BesidesCases
    #: What waits in the register: title, how much, and where it is done.
    waiting: Sequence[tuple[str, int, str]]
    #: Every way into the committee's work, under headings.
    ways: Sequence[Ways]


class InboxPage(Page, template="inbox/index.html"):
    """What was handed to an organisation. Never who raised it."""

    parts: Sequence[DeskPart]
    organisation: str


class BelowPage(Page, template="below/index.html"):
    """What lies below a dispatcher's node: escalated first, overdue, and every neighbourhood's numbers."""

    parts: Sequence[DeskPart]
    nodes: Sequence[NodeRow]
    by_town: bool
    within: str | None
    reviews: int
    #: Whether he looks after those who look at residents' data.
    oversees: bool


@router.get("/", access=Access.STAFF)
async def home(request: Request, work: WorkDep) -> Response:
    return redirect(request, first_page(work.actor))


@router.get("/desk", access=Access.COMMITTEE)
async def desk(request: Request, work: WorkDep) -> Response:
    found = await work.read(read_desk, ON_THE_DESK, bindings=True, lang=work.lang)
    besides = await work.read(besides_cases)
    page = DeskPage(
        parts=parts_of(found, drawing_for(request)), bindings=found.bindings, besides=besides,
        waiting=[*besides.waiting, *await work.read(waiting_doubles)], ways=ways_from_the_desk(work.actor),
    )  # fmt: skip
    return render(request, page)


async def _reviews(work: Work) -> int:
    """Asked of the database for those alone who review."""
    reviews = work.actor.has(Role.SECRETARY, Role.TOWN_DISPATCHER)
    return await work.read(reviews_waiting) if reviews else 0


@router.get("/inbox", access=Access.HANDLER)
async def inbox(request: Request, work: WorkDep) -> Response:
    found = await work.read(handed_to_us, lang=work.lang)
    parts = inbox_parts(found, drawing_for(request), now=work.clock.now())
    return render(request, InboxPage(parts=parts, organisation=found.organisation))


@router.get("/below", access=Access.DISPATCHER)
async def below(request: Request, work: WorkDep, within: Word = None) -> Response:
    found = await work.read(read_desk, ABOVE, town=within, lang=work.lang)
    nodes = await work.read(nodes_below, within=within)
    parts = parts_of(found, drawing_for(request), town=within)
    by_town = within is None and any(node.is_town for node in nodes)
    page = BelowPage(
        parts=parts, nodes=nodes, by_town=by_town, within=within, reviews=await _reviews(work),
        oversees=work.actor.has(Role.TOWN_DISPATCHER),
    )  # fmt: skip
    return render(request, page)
