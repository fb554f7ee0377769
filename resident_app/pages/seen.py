"""Who looked at my data: every read of it that was not masked, why, and asking about one."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.reveals import QuestionDraft, ask_about_look, who_looked
from resident_app.looks import LookShown, look_shown

router = SecureRouter("/me")


class SeenPage(Page, template="home/seen.html"):
    """Who looked, the newest first; the form that came back stands at the look it is about."""

    looks: Sequence[LookShown]
    at: int | None
    form: Filled[QuestionDraft] | None


@router.get("/seen", access=Access.RESIDENT)
async def seen(request: Request, work: WorkDep) -> Response:
    return await _page(request, work)


@router.post("/seen/{seq}/question", access=Access.RESIDENT)
async def ask(request: Request, seq: int, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(QuestionDraft, typed)
    asked = await shown(form, work.write(ask_about_look, seq, form.draft)) if form.draft else None
    if asked is None:
        return await _page(request, work, at=seq, form=form, status=422)
    said = _("书记和街镇都收到了您的疑问，15 个工作日内答复。")
    return redirect(request, f"/cases/{asked.question_id}", flash=said)


async def _page(
    request: Request, work: Work, *, at: int | None = None, form: Filled[QuestionDraft] | None = None, status: int = 200
) -> Response:  # fmt: skip
    looks = [look_shown(one, work.lang) for one in await work.read(who_looked)]
    return render(request, SeenPage(looks=looks, at=at, form=form), status=status)
