"""What residents ask about their data: corrections of the register, and guardians of minors to be confirmed."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.foundation.errors import DomainError
from core_db.mydata import (
    CorrectionSeen,
    CorrectionUncovered,
    DecisionReason,
    GuardianshipSeen,
    accept_correction,
    approve_guardian,
    open_corrections,
    open_guardianships,
    refuse_correction,
    refuse_guardian,
    uncover_correction,
)
from core_db.mydata.words import CORRECTABLE
from core_db.people.words import RELATION_WORDS

router = SecureRouter("/data-requests")


class RequestsPage(Page, template="requests/index.html"):
    """What waits for the committee, the first due first."""

    corrections: Sequence[CorrectionSeen]
    guardians: Sequence[GuardianshipSeen]
    fields: Mapping[str, str]
    relations: Mapping[str, str]
    #: The one whose values were uncovered on this very answer.
    uncovered: CorrectionUncovered | None
    form: Filled[DecisionReason] | None
    #: The request whose refusal could not be taken.
    at: str | None
    fault: str | None


@router.get("", access=Access.COMMITTEE)
async def requests(request: Request, work: WorkDep) -> Response:
    return await _page(request, work)


@router.post("/corrections/{request_id}/uncovering", access=Access.COMMITTEE)
async def uncover(request: Request, request_id: Id, work: WorkDep) -> Response:
    """Both values in the clear on this answer alone: no address and no notice ever holds them."""
    return await _page(request, work, uncovered=await work.write(uncover_correction, request_id))


@router.post("/corrections/{request_id}/approval", access=Access.COMMITTEE)
async def accept(request: Request, request_id: Id, work: WorkDep) -> Response:
    try:
        await work.write(accept_correction, request_id)
    except DomainError as refusal:
        return await _fault(request, work, refusal)
    return redirect(request, "/data-requests", flash=_("名册已更正，居民看得到结果。"))


@router.post("/corrections/{request_id}/refusal", access=Access.COMMITTEE)
async def refuse(request: Request, request_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(DecisionReason, typed)
    if form.draft is None:
        return await _page(request, work, form=form, at=request_id, status=422)
    await work.write(refuse_correction, request_id, form.draft)
    return redirect(request, "/data-requests", flash=_("已退回，原因会告诉居民。"))


@router.post("/guardians/{asked_id}/approval", access=Access.COMMITTEE)
async def approve(request: Request, asked_id: Id, work: WorkDep) -> Response:
    try:
        await work.write(approve_guardian, asked_id)
    except DomainError as refusal:
        return await _fault(request, work, refusal)
    return redirect(request, "/data-requests", flash=_("已确认，监护人现在可以替孩子查阅数据。"))


@router.post("/guardians/{asked_id}/refusal", access=Access.COMMITTEE)
async def refuse_as_guardian(request: Request, asked_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(DecisionReason, typed)
    if form.draft is None:
        return await _page(request, work, form=form, at=asked_id, status=422)
    await work.write(refuse_guardian, asked_id, form.draft)
    return redirect(request, "/data-requests", flash=_("已退回，原因会告诉居民。"))


async def _fault(request: Request, work: Work, refusal: DomainError) -> Response:
    """What cannot be decided so stands above the list; what does not exist is a page of its own."""
    if refusal.status != 409:
        raise refusal
    return await _page(request, work, fault=refusal.sentence(work.lang), status=409)


async def _page(
    request: Request, work: Work, *, uncovered: CorrectionUncovered | None = None,
    form: Filled[DecisionReason] | None = None, at: str | None = None, fault: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    place = 1 if work.lang == "en" else 0
    page = RequestsPage(
        corrections=await work.read(open_corrections), guardians=await work.read(open_guardianships),
        fields={field: pair[place] for field, pair in CORRECTABLE.items()},
        relations={code: pair[place] for code, pair in RELATION_WORDS.items()}, uncovered=uncovered, form=form, at=at,
        fault=fault,
    )  # fmt: skip
    return render(request, page, status=status)
