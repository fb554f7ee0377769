"""The address on the poster in the stairwell: says where one is, and offers to report with the place filled in."""

from typing import Literal

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.places import PlaceView
from resident_app.homecoming import at_cookie, place_on_poster

router = SecureRouter("/at")

REMEMBERED_FOR = 3600
#: Whether who scanned lives in this neighbourhood, in another one, in none yet, or has not said who he is.
Standing = Literal["here", "elsewhere", "unbound", "stranger"]


class EntrancePage(Page, template="entrance/show.html"):
    """Where one stands. Public: the poster hangs on the wall."""

    code: str
    label: str
    standing: Standing
    place_id: str


@router.get("/{code}", access=Access.PUBLIC)
async def show(request: Request, code: str, work: WorkDep) -> Response:
    place = await work.read(_place_on_poster, code)
    page = EntrancePage(
        code=code, label=place.label, place_id=place.id, standing=_standing(work.actor, place)
    )
    response = render(request, page)
    if page.standing != "elsewhere":
        # Remembered while one signs in or binds a home.
        response.set_cookie(
            at_cookie(request), code, max_age=REMEMBERED_FOR, httponly=True, samesite="lax",
            secure=shell_of(request).is_https,
        )  # fmt: skip
    return response


def _standing(actor: Actor, place: PlaceView) -> Standing:
    if not actor.is_signed_in:
        return "stranger"
    if not actor.homes:
        return "unbound"
    return "here" if place.community_id in actor.communities else "elsewhere"


def _place_on_poster(session: Session, code: str, *, actor: Actor, clock: Clock) -> PlaceView:  # noqa: ARG001
    place = place_on_poster(session, code)
    if place is None:
        raise NotFound()
    return place
