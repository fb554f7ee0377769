"""How to reach whoever raised a case, and what he filled in that is hidden: uncovered, recorded, and shown to him."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.work import WorkDep
from core_db.reveals import FieldUncovered, Reached, uncover_contact, uncover_fields

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


class FieldsPage(Page, template="cases/fields.html"):
    """What was filled in besides and is hidden, once."""

    fields: Sequence[FieldUncovered]
    case_id: str


@router.post("/{case_id}/fields", access=Access.COMMITTEE)
async def fields(request: Request, case_id: Id, work: WorkDep) -> Response:
    """What he filled in, in the clear, on the answer to this very request."""
    found = await work.write(uncover_fields, case_id, lang=work.lang)
    return render(request, FieldsPage(fields=found, case_id=case_id))
