"""Where somebody's day begins: the committee's desk, a handling organisation's inbox, the dispatcher's view."""

from collections.abc import Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import Work, WorkDep
from committee_app.desk import DeskPart, parts_of, read_desk, waiting_besides_cases, waiting_doubles
from committee_app.inbox import handed_to_us, inbox_parts
from committee_app.lists import ABOVE, ON_THE_DESK
from committee_app.reading import Word
from committee_app.roles import first_page
from committee_app.rows import drawing_for
from committee_app.ways import Ways, ways_from_the_desk
from core_db.cases import awaiting_word
from core_db.emergency import reviews_waiting
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock
from core_db.handover_notes import NoteSeen, notes_for_me
from core_db.inquiries import open_inquiries_count
from core_db.insight import NodeRow, nodes_below
from core_db.ledgers import due_soon
from core_db.neighbourhood import inspections_over
from core_db.reveals import open_alarms
from core_db.visits import missed_now

router = SecureRouter()


class DeskPage(Page, template="desk/index.html"):
    """What the committee has to do now."""

    parts: Sequence[DeskPart]
    bindings: int
    #: Verified, and nobody has said yet whether it is fixed.
    to_call_back: int
    #: Looks in emergencies that wait for the secretary's review.
    reviews: int
    #: Notes for whoever looks, or for a post he holds; and questions he has still to answer.
    notes: Sequence[NoteSeen]
    inquiries: int
    #: How many alarms about looks wait for a secretary; none for whoever is not one.
    alarms: int | None
    #: Visits that were missed and are not made good yet.
    missed: int
    #: Forms that are due within a week, or late.
    due: int
    #: Facilities whose inspection is over.
    inspections: int
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
    parts = parts_of(found, drawing_for(request))
    notes, inquiries = await work.read(_left_for_me)
    page = DeskPage(
        notes=notes, inquiries=inquiries,
        parts=parts, bindings=found.bindings, to_call_back=await work.read(awaiting_word), reviews=await _reviews(work),
        alarms=await _alarms(work), missed=await work.read(missed_now), due=await work.read(due_soon),
        inspections=await work.read(inspections_over),
        waiting=[*await work.read(waiting_besides_cases), *await work.read(waiting_doubles)],
        ways=ways_from_the_desk(work.actor),
    )  # fmt: skip
    return render(request, page)


def _left_for_me(session: Session, *, actor: Actor, clock: Clock) -> tuple[Sequence[NoteSeen], int]:
    return notes_for_me(session, actor=actor, clock=clock), open_inquiries_count(
        session, actor=actor, clock=clock
    )


async def _reviews(work: Work) -> int:
    """Asked of the database for those alone who review."""
    reviews = work.actor.has(Role.SECRETARY, Role.TOWN_DISPATCHER)
    return await work.read(reviews_waiting) if reviews else 0


async def _alarms(work: Work) -> int | None:
    return len(await work.read(open_alarms)) if work.actor.has(Role.SECRETARY) else None


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
