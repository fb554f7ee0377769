"""Who looked at my data: every read of it that was not masked, why, and asking about one."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.api import cursor_of
from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Number, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.reveals import QuestionDraft, ask_about_look, who_looked
from resident_app.looks import LookShown, look_shown

router = SecureRouter("/me")
AT_A_TIME = 50


class SeenPage(Page, template="home/seen.html"):
    """Who looked, the newest first; the form that came back stands at the look it is about."""

    looks: Sequence[LookShown]
    next_href: str | None
    #: After which look this page goes on; empty for the newest.
    after: str
    at: int | None
    form: Filled[QuestionDraft] | None


@router.get("/seen", access=Access.RESIDENT)
async def seen(request: Request, work: WorkDep, after: str | None = None) -> Response:
    return await _page(request, work, after=after)


@router.post("/seen/{seq}/question", access=Access.RESIDENT)
async def ask(request: Request, seq: Number, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(QuestionDraft, typed)
    asked = await shown(form, work.write(ask_about_look, seq, form.draft)) if form.draft else None
    if asked is None:
        return await _page(request, work, at=seq, form=form, after=typed.get("after"), status=422)
    said = _("书记和街镇都收到了您的疑问，15 个工作日内答复。")
    return redirect(request, f"/cases/{asked.question_id}", flash=said)


async def _page(
    request: Request, work: Work, *, at: int | None = None, form: Filled[QuestionDraft] | None = None,
    after: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = await work.read(who_looked, after=cursor_of(after), limit=AT_A_TIME + 1)
    looks = [look_shown(one, work.lang) for one in found[:AT_A_TIME]]
    onward = f"/me/seen?after={looks[-1].seq}" if len(found) > AT_A_TIME else None
    page = SeenPage(looks=looks, next_href=onward, after=after or "", at=at, form=form)
    return render(request, page, status=status)
