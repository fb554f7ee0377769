"""How to reach whoever raised a case: uncovered for one call, recorded, and shown to him."""

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.work import WorkDep
from core_db.reveals import Reached, uncover_contact

router = SecureRouter("/cases")


class ContactPage(Page, template="cases/contact.html"):
    """A name and a number to call, once."""

    reached: Reached
    case_id: str


@router.post("/{case_id}/contact", access=Access.COMMITTEE)
async def contact(request: Request, case_id: Id, work: WorkDep) -> Response:
    """The number in the clear, on the answer to this very request: no address and no notice ever holds it."""
    reached = await work.write(uncover_contact, case_id)
    return render(request, ContactPage(reached=reached, case_id=case_id))
