"""How one's data are kept, for everybody to read: who may see what, what for, and how often telling was put off."""

from collections.abc import Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.reveals import Quarter, deferrals_by_quarter

router = SecureRouter("/privacy")


class PrivacyPage(Page, template="home/privacy.html"):
    """The rules in sentences, and the figure of this quarter and the last in the whole district."""

    quarters: Sequence[Quarter]


@router.get("", access=Access.PUBLIC)
async def show(request: Request, work: WorkDep) -> Response:
    return render(request, PrivacyPage(quarters=await work.read(_quarters)))


def _quarters(session: Session, *, actor: Actor, clock: Clock) -> Sequence[Quarter]:  # noqa: ARG001 - a query
    return deferrals_by_quarter(session, clock=clock)
