"""The address on the poster in the stairwell: says where one is, and offers to report with the place filled in."""

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
from core_db.places import PlaceView, place_by_code
from resident_app.pages.report import at_cookie

router = SecureRouter("/at")

REMEMBERED_FOR = 3600
LONGEST_CODE = 40


class EntrancePage(Page, template="entrance/show.html"):
    """Where one stands. Public: the poster hangs on the wall."""

    code: str
    label: str
    signed_in: bool


@router.get("/{code}", access=Access.PUBLIC)
async def show(request: Request, code: str, work: WorkDep) -> Response:
    place = await work.read(_place_on_poster, code)
    response = render(request, EntrancePage(code=code, label=place.label, signed_in=work.actor.is_signed_in))
    # Remembered while one signs in or binds a home.
    response.set_cookie(
        at_cookie(request), code, max_age=REMEMBERED_FOR, httponly=True, samesite="lax",
        secure=shell_of(request).is_https,
    )  # fmt: skip
    return response


def _place_on_poster(session: Session, code: str, *, actor: Actor, clock: Clock) -> PlaceView:  # noqa: ARG001
    place = place_by_code(session, code) if code.isascii() and len(code) <= LONGEST_CODE else None
    if place is None:
        raise NotFound()
    return place
