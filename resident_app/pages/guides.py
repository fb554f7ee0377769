"""Guides for residents: how something is done, what to bring, where to go. Without an account, because it is public."""

from collections.abc import Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.work import Work, WorkDep
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.guides import GuideSeen, StampSeen, fitting_guides, fitting_stamps, guide_shown, guides_near
from resident_app.homecoming import code_scanned, place_on_poster

router = SecureRouter("/guides")

#: What somebody types who looks for something; more than that tells no more.
LONGEST = 500


class GuidesPage(Page, template="guides/index.html"):
    """The guides that fit the words, or all that are in force near."""

    q: str
    guides: Sequence[GuideSeen]
    stamps: Sequence[StampSeen]


class GuidePage(Page, template="guides/show.html"):
    """One guide."""

    guide: GuideSeen


@router.get("", access=Access.PUBLIC)
async def index(request: Request, work: WorkDep, q: str = "") -> Response:
    said, near = q[:LONGEST].strip(), await _near(request, work)
    if not said:
        return render(
            request, GuidesPage(q="", guides=await work.read(guides_near, place_id=near), stamps=())
        )
    guides = await work.read(fitting_guides, said, place_id=near, limit=10)
    stamps = await work.read(fitting_stamps, said, place_id=near)
    return render(request, GuidesPage(q=said, guides=guides, stamps=stamps))


@router.get("/{guide_id}", access=Access.PUBLIC)
async def show(request: Request, guide_id: Id, work: WorkDep) -> Response:
    return render(request, GuidePage(guide=await work.read(guide_shown, guide_id)))


async def _near(request: Request, work: Work) -> str | None:
    """Where somebody without an account stands: at the poster he scanned. Whoever has a home is near it."""
    if work.actor.homes:
        return None
    return await work.read(_scanned, code_scanned(request))


def _scanned(session: Session, code: str, *, actor: Actor, clock: Clock) -> str | None:  # noqa: ARG001 - a query
    place = place_on_poster(session, code)
    return place.id if place is not None else None
