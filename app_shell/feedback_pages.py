"""What people think of the platform itself: one page, for everybody, in both apps."""

from starlette.requests import Request
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.signin import address_of
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback

feedback_pages = SecureRouter()


class FeedbackPage(Page, template="feedback.html"):
    """A few words, and how to reach the writer if he likes; which version this is and under which number filed."""

    form: Filled[FeedbackDraft] | None
    filing_number: str


@feedback_pages.get("/feedback", access=Access.PUBLIC)
async def ask_for_feedback(request: Request) -> Response:
    return _page(request)


@feedback_pages.post("/feedback", access=Access.PUBLIC)
async def take_feedback(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(FeedbackDraft, typed)
    if form.draft is None:
        return _page(request, form, status=422)
    shell = shell_of(request)
    gate = FeedbackGate(app=shell.name, version=shell.version, address=address_of(request))
    if await shown(form, work.write(leave_feedback, form.draft, gate)) is None:
        return _page(request, form, status=429)
    return redirect(request, "/feedback", flash=_("谢谢，平台的维护人员会看到。"))


def _page(request: Request, form: Filled[FeedbackDraft] | None = None, *, status: int = 200) -> Response:
    filed = shell_of(request).settings.filing_number
    return render(request, FeedbackPage(form=form, filing_number=filed), status=status)
