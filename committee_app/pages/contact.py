"""How to reach whoever raised a case, and what he filled in that is hidden: uncovered, recorded, and shown to him."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import TypedForm
from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.work import WorkDep
from core_db.access import Purpose
from core_db.foundation.drafts import read_draft
from core_db.reveals import FieldsDraft, Reached, uncover_contact, uncover_fields

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

    fields: Sequence[tuple[str, str]]
    case_id: str


@router.post("/{case_id}/fields", access=Access.COMMITTEE)
async def fields(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    """What he filled in, in the clear, on the answer to this very request."""
    draft = read_draft(FieldsDraft, {"purpose": typed.get("purpose") or Purpose.CASE})
    found = await work.write(uncover_fields, case_id, draft, lang=work.lang)
    told = [(one.label, one.shown) for one in found.fields]
    return render(request, FieldsPage(fields=told, case_id=case_id))
