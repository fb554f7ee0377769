"""The resident's own cases: list, one case as a journey, and what can be done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from app_shell.api import cursor_of, once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill
from app_shell.pages import Page, local_path, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.sent_photos import photos_in
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.cases import (
    ENDED,
    FROM,
    VERBS,
    CaseFilter,
    CasePage,
    Stance,
    Verb,
    case_shown,
    case_timeline,
    own_cases,
    public_cases,
    stances,
    support_case,
    urged_today,
)
from core_db.cases.words import EntryType
from resident_app.cards import CaseCard, cards_of, public_cards
from resident_app.opened import OpenedCase, opened
from resident_app.pages.home import RUNNING, TO_JUDGE
from resident_app.sending import sent, version_in

router = SecureRouter("/cases")

PER_PAGE = 20
SHOWING: Mapping[str, CaseFilter] = {
    "all": CaseFilter(),
    "open": RUNNING,
    "judge": TO_JUDGE,
    "supported": CaseFilter(supported=True),
    "ended": CaseFilter(status=tuple(sorted(str(status) for status in ENDED))),
}


class OwnCasesPage(Page, template="cases/index.html"):
    cards: Sequence[CaseCard]
    showing: str
    next_href: str | None
    #: This very page of the list: what is live is fetched again from here.
    here: str


class CaseOpenPage(Page, template="cases/show.html"):
    case: OpenedCase
    #: The form that came back, by verb.
    forms: Mapping[str, Filled[Any]]


@router.get("", access=Access.RESIDENT)
async def index(request: Request, work: WorkDep, show: str = "all", after: str | None = None) -> Response:
    showing = show if show in SHOWING else "all"
    wanted = replace(SHOWING[showing], after=cursor_of(after), limit=PER_PAGE)
    found, cards = await _cards(work, wanted)
    listed = f"/cases?show={showing}"
    next_href = f"{listed}&after={found.next}" if found.next else None
    here = f"{listed}&{urlencode({'after': after})}" if after else listed
    return render(request, OwnCasesPage(cards=cards, showing=showing, next_href=next_href, here=here))


async def _cards(work: Work, wanted: CaseFilter) -> tuple[CasePage, Sequence[CaseCard]]:
    """What one raised oneself, or what neighbours raised and concerns one too."""
    if wanted.supported:
        near = await work.read(public_cases, wanted, lang=work.lang)
        return near, await public_cards(work, near.items)
    found = await work.read(own_cases, wanted, lang=work.lang)
    return found, cards_of(found.items, now=work.clock.now(), lang=work.lang)


@router.get("/{case_id}", access=Access.RESIDENT)
async def show(request: Request, case_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, case_id)


@router.post("/{case_id}/messages", access=Access.RESIDENT)
async def say(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    return await _do(request, work, Verb.MESSAGES, case_id, typed, flash=_("留言已送出。"))


@router.post("/{case_id}/support", access=Access.RESIDENT)
async def support(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    """Whoever has said it before, or may not, reads so where he pressed: nothing is to be filled in anew."""
    back = local_path(typed.get("next", ""), f"/cases/{case_id}")
    form: Filled[Any] = Filled(draft=None, typed=typed)
    done, _status = await sent(form, _support(work, case_id, back))
    said = form.faults.get("") or _("已经替您记上：您也遇到了这件事。")
    return redirect(request, done or back, flash=said)


@router.post("/{case_id}/urging", access=Access.RESIDENT)
async def urge(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    return await _do(request, work, Verb.URGING, case_id, typed, flash=_("已经替您催办。"))


@router.post("/{case_id}/withdrawal", access=Access.RESIDENT)
async def withdraw(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    return await _do(request, work, Verb.WITHDRAWAL, case_id, typed, flash=_("已经撤回。"))


@router.post("/{case_id}/hiding", access=Access.RESIDENT)
async def hide(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    return await _do(request, work, Verb.HIDING, case_id, typed, flash=_("邻居看不到这件了；照常办理。"))


@router.post("/{case_id}/evaluation", access=Access.RESIDENT)
async def evaluate(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    return await _do(request, work, Verb.EVALUATION, case_id, typed, flash=_("您的评价已送到居委会。"))


@router.post("/{case_id}/reopening", access=Access.RESIDENT)
async def reopen(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
    return await _do(request, work, Verb.REOPENING, case_id, typed, flash=_("已经要求重办，重新计时。"))


async def _support(work: Work, case_id: str, back: str) -> str:
    await work.write(support_case, case_id)
    return back


async def _do(
    request: Request, work: Work, verb: Verb, case_id: str, typed: Typed, *, flash: str
) -> Response:
    """Run a verb once; refused, the page comes back as it is now, with the words typed."""
    registered = VERBS[verb]
    photos, fault = await photos_in(request, work, typed)
    form: Filled[Any] = fill(registered.draft, typed, **({"photos": photos} if photos else {}))
    if fault is not None:
        form.draft, form.faults["photo_files"] = None, fault
    status = 422
    if form.draft is not None:
        known = {"version": version_in(typed.get("version", ""))} if registered.versioned else {}
        writing = once_from_form(
            request, work, typed, registered.use_case, case_id, form.draft,
            to=lambda _file: local_path(typed.get("next", ""), f"/cases/{case_id}"), **known,
        )  # fmt: skip
        to, status = await sent(form, writing)
        if to is not None:
            return redirect(request, to, flash=flash)
    return await _page(request, work, case_id, status=status, forms={str(verb): form}, photos=photos)


async def _page(
    request: Request, work: Work, case_id: str, *, status: int = 200,
    forms: Mapping[str, Filled[Any]] | None = None, photos: Sequence[str] = (),
) -> Response:  # fmt: skip
    view = await work.read(case_shown, case_id, lang=work.lang)
    entries = await work.read(case_timeline, case_id, lang=work.lang)
    # Nobody is asked whether he has urged today who never has.
    may_have = view["status"] in FROM[Verb.URGING] and any(one["type"] == EntryType.URGED for one in entries)
    urged = may_have and await work.read(urged_today, case_id)
    # Not by the history alone: whoever supported a case that was merged supports the main one.
    stance = await work.read(stances, [case_id]) if view["supporters"] else {}
    # What came back is shown with its words and what is wrong, also where it is not possible any more.
    sent_back = [verb for verb in forms or {} if verb not in view["allowed"]]
    case = opened(
        view | {"allowed": [*view["allowed"], *sent_back]},
        entries,
        now=work.clock.now(),
        lang=work.lang,
        photos=photos,
        urged_today=urged,
        has_my_support=stance.get(case_id) is Stance.SUPPORTED,
    )
    return render(request, CaseOpenPage(case=case, forms=forms or {}), status)
