"""The desk of all posts (全岗通): one field to look in, and what fits; of a case by its own text."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.work import WorkDep
from committee_app.all_round import AtHand, CaseAtHand, at_hand_for, at_hand_for_case
from committee_app.reading import Word
from committee_app.roles import committee_of
from core_db.guides import GuideSeen, guides_near
from core_db.guides.words import GuideKind

router = SecureRouter()


class AllRoundPage(Page, template="all_round/index.html"):
    """What fits the words; without words whose task what is, and the guides in force here."""

    q: str
    found: AtHand | None
    duties: Sequence[GuideSeen]
    guides: Sequence[GuideSeen]
    sits_here: bool


class CaseAtHandPage(Page, template="all_round/case.html"):
    """What is at hand for one case."""

    case_id: str
    case: CaseAtHand


@router.get("/all-round", access=Access.CASEWORK)
async def index(request: Request, work: WorkDep, q: Word = None) -> Response:
    found = await work.read(at_hand_for, q, lang=work.lang) if q else None
    guides = () if q else await work.read(guides_near)
    page = AllRoundPage(
        q=q or "", found=found, sits_here=bool(committee_of(work.actor)),
        duties=[one for one in guides if one.kind is GuideKind.DUTY],
        guides=[one for one in guides if one.kind is not GuideKind.DUTY],
    )  # fmt: skip
    return render(request, page)


@router.get("/cases/{case_id}/at-hand", access=Access.COMMITTEE)
async def of_case(request: Request, case_id: Id, work: WorkDep) -> Response:
    case = await work.read(at_hand_for_case, case_id, lang=work.lang)
    return render(request, CaseAtHandPage(case_id=case_id, case=case))
