"""Raising a case: what, where, and a photo. Before it is sent, what neighbours said of the same."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.asked_fields import FieldAsked, fields_asked, fields_typed
from app_shell.context import current_lang, shell_of
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.sent_photos import photos_in
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.cases import (
    LONGEST,
    Advice,
    CaseDraft,
    CaseFile,
    RaisesFor,
    emergency_advice,
    raises_for,
    similar_cases,
    submit_case,
)
from core_db.cases.words import NATURE_WORDS
from core_db.guides import GuideSeen, fitting_guides
from resident_app.cards import CaseCard, public_cards
from resident_app.homecoming import LONGEST_CODE, Homecoming, at_cookie, code_scanned, homecoming
from resident_app.sending import sent
from resident_app.where import Option, Where, where_choices

router = SecureRouter()

SIMILAR_TEXT = 500


class ReportPage(Page, template="report/new.html"):
    """Three questions."""

    form: Filled[Any] | None
    where: Where
    key: str
    #: Ids of what came with the form already.
    photos: Sequence[str]
    #: What is asked for, where it is one of the categories that only some neighbourhoods have: code and name.
    category: Option | None
    #: And what is asked for besides in it.
    asked: Sequence[FieldAsked]
    natures: Sequence[Option]
    #: Whom he may raise it for, as far as he is shown them.
    raises_for: RaisesFor
    longest: int = LONGEST


class NoHomePage(Page, template="report/no_home.html"):
    """An account that is not bound to a home yet."""

    homecoming: Homecoming


class AlreadySaidPage(Page, template="report/already_said.html"):
    """Neighbours have raised something like it: join them, or send it all the same."""

    cards: Sequence[CaseCard]
    typed: Typed
    photo_ids: Sequence[str]
    advice: Advice | None


class SimilarPage(Page, template="report/similar.html"):
    """What comes while typing: whom to call at once, and what neighbours said."""

    cards: Sequence[CaseCard]
    advice: Advice | None
    #: Perhaps it is written down already how it is done.
    guides: Sequence[GuideSeen]
    #: The building that was said, and the other one that is picked.
    elsewhere: tuple[str, str] | None


@router.get("/report", access=Access.RESIDENT)
async def new(
    request: Request, work: WorkDep, at: str = "", building: str = "", category: str = ""
) -> Response:
    """`building`: as a script asks for its doors when another one is picked."""
    if not work.actor.homes:
        return await _no_home(request, work, at)
    code = at[:LONGEST_CODE] or code_scanned(request)
    where = await work.read(where_choices, code=code, building=building)
    whom = await work.read(raises_for)
    return render(request, _report(form=None, where=where, whom=whom, category=category))


@router.get("/similar", access=Access.RESIDENT)
async def similar(request: Request, work: WorkDep, text: str = "", building: str = "") -> Response:
    said = text[:SIMILAR_TEXT]
    cards = await _similar(work, said, building)
    guides = await work.read(fitting_guides, said, limit=2) if said.strip() else ()
    where = await work.read(where_choices, building=building)
    page = SimilarPage(
        cards=cards, advice=emergency_advice(said), guides=guides, elsewhere=where.said_elsewhere(said)
    )
    return render(request, page)


@router.post("/report", access=Access.RESIDENT)
async def create(request: Request, work: WorkDep, typed: TypedForm) -> Response:
    if not work.actor.homes:
        return await _no_home(request, work, status=403)
    where = await work.read(where_choices, building=typed.get("building", ""), door=typed.get("door", ""))
    whom = await work.read(raises_for)
    photos, fault = await photos_in(request, work, typed)
    if typed.get("pick") == "doors":
        return render(
            request, _report(form=Filled(draft=None, typed=typed), where=where, whom=whom, photos=photos)
        )
    form = _filled(typed, where, photos, fault)
    status = 422
    if form.draft is not None:
        if cards := await _not_yet_shown(request, work, typed, form.draft):
            return _ask_first(request, cards, typed, photos, form.draft.text)
        writing = once_from_form(request, work, typed, submit_case, form.draft, to=_address)
        to, status = await sent(form, writing)
        if to is not None:
            return _raised(request, to, form.draft)
        _beside_fields(form)
    return render(request, _report(form=form, where=where, whom=whom, photos=photos), status)


async def _no_home(request: Request, work: Work, at: str = "", status: int = 200) -> Response:
    found = await work.read(homecoming, at[:LONGEST_CODE] or code_scanned(request))
    return render(request, NoHomePage(homecoming=found), status)


def _filled(typed: Typed, where: Where, photos: Sequence[str], fault: str | None) -> Filled[CaseDraft]:
    """The draft; what is wrong with the place or a photo stands beside those fields."""
    form = fill(CaseDraft, typed, place_id=where.place_id, photos=tuple(photos), fields=fields_typed(typed))
    if fault is not None:
        form.faults["photo_files"] = fault
    if where.door and where.door not in {value for value, _label in where.doors}:
        form.faults["door"] = _("这个门牌不在您选的楼里，请重新选。")
    _beside_fields(form)
    if form.faults:
        form.draft = None
    return form


def _beside_fields(form: Filled[CaseDraft]) -> None:
    """What is wrong with the place or a photo, at the field in which people say it."""
    for name, shown in (("place_id", "building"), ("photos", "photo_files")):
        if name in form.faults:
            form.faults[shown] = form.faults.pop(name)


async def _not_yet_shown(request: Request, work: Work, typed: Typed, draft: CaseDraft) -> list[CaseCard]:
    """Similar ones for who has not seen them: a script shows them while typing and sends a key of its own.

    Whoever has not said where is asked that first.
    """
    if request.headers.get("idempotency-key") or typed.get("anyway") or draft.place_id is None:
        return []
    return await _similar(work, draft.text[:SIMILAR_TEXT], draft.place_id)


async def _similar(work: Work, text: str, place_id: str | None) -> list[CaseCard]:
    found = await work.read(similar_cases, text, place_id=place_id or None, lang=work.lang, limit=3)
    return await public_cards(work, found)


def _ask_first(
    request: Request, cards: Sequence[CaseCard], typed: Typed, photos: Sequence[str], text: str
) -> Response:
    page = AlreadySaidPage(cards=cards, typed=typed, photo_ids=photos, advice=emergency_advice(text))
    return render(request, page)


def _address(file: CaseFile) -> str:
    return f"/cases/{file.case.id}"


def _raised(request: Request, to: str, draft: CaseDraft) -> Response:
    response = redirect(request, to, flash=_said(draft))
    response.delete_cookie(
        at_cookie(request), httponly=True, secure=shell_of(request).is_https, samesite="lax"
    )
    return response


def _said(draft: CaseDraft) -> str:
    """The same whether or not the register knows the name: who lives where is not told here."""
    if draft.on_behalf_of is None:
        return _("您的诉求已送到居委会，进展都写在这一页。")
    said = _("已经替{name}送到居委会。名册里对得上的，{name}自己也能看到；对不上的，居委会会问您。")
    return said.replace("{name}", draft.on_behalf_of)


def _report(
    *, form: Filled[Any] | None, where: Where, whom: RaisesFor, photos: Sequence[str] = (), category: str = ""
) -> ReportPage:
    picked = form.typed.get("category", "") if form is not None else category
    return ReportPage(
        form=form, where=where, raises_for=whom, key=fresh_key(), photos=tuple(photos),
        category=where.named(picked), asked=fields_asked(where.asked.get(picked, ()), current_lang()),
        natures=[(str(one), words.within(current_lang())) for one, words in NATURE_WORDS.items()],
    )  # fmt: skip
