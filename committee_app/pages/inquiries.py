"""The first-asker's register: one line when somebody asks, and seeing it through to its answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.context import shell_of
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.all_round import AtHand, at_hand_for
from committee_app.pages.posters import picture_of
from committee_app.reading import LONGEST_WORD, Word
from core_db.access import Permission
from core_db.finding import Found, find_people
from core_db.foundation.drafts import clean_text
from core_db.guides import GuideSeen, guide_shown
from core_db.inquiries import (
    INQUIRIES_SHOWN,
    AnswerDraft,
    HandOnDraft,
    InquiryDraft,
    InquirySeen,
    answer_inquiry,
    hand_on_inquiry,
    inquiries_here,
    inquiry_shown,
    my_open_inquiries,
    take_inquiry,
)
from core_db.inquiries.words import STATUS_WORDS, WAY_WORDS
from core_db.places import neighbourhoods_to_choose

router = SecureRouter("/inquiries")
#: The buttons that look for the person: nothing is written down by them.
LOOKING = ("find", "choose", "change")


class InquiriesPage(Page, template="inquiries/index.html"):
    """What is mine to answer, and the whole register below."""

    mine: Sequence[InquirySeen]
    all: Sequence[InquirySeen]
    ways: Mapping[Any, str]
    statuses: Mapping[Any, str]
    next_href: str | None


class TakePage(Page, template="inquiries/new.html"):
    """One line: who, how, about what."""

    q: str
    people: Sequence[Found]
    person: Found | None
    ways: Sequence[dict[str, str]]
    #: Where one works for several, and nobody is named: at whose counter.
    neighbourhoods: Sequence[tuple[str, str]]
    form: Filled[InquiryDraft] | None
    key: str


class InquiryPage(Page, template="inquiries/show.html"):
    """One question: what fits it, and the ways in which it ends."""

    inquiry: InquirySeen
    way: str
    status: str
    found: AtHand | None
    form: Filled[Any] | None


class AnswerLeafletPage(Page, template="inquiries/print.html"):
    """The answer on a sheet of A5 in large print, for whoever has no phone. It names nobody."""

    inquiry: InquirySeen
    guide: GuideSeen | None
    picture: Markup | None


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep, after: Word = None) -> Response:
    found = await work.read(inquiries_here, after=after)
    onward = f"/inquiries?after={found[-1].id}" if len(found) == INQUIRIES_SHOWN else None
    mine = await work.read(my_open_inquiries) if not after else ()
    english = work.lang == "en"
    page = InquiriesPage(
        mine=mine, all=found, ways={way: pair[english] for way, pair in WAY_WORDS.items()},
        statuses={status: pair[english] for status, pair in STATUS_WORDS.items()}, next_href=onward,
    )  # fmt: skip
    return render(request, page)


@router.get("/new", access=Access.COMMITTEE)
async def new(request: Request, work: WorkDep) -> Response:
    return await _take_page(request, work, q="", person_id=None, form=None)


@router.post("", access=Access.COMMITTEE)
async def take(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    if any(button in typed for button in LOOKING):
        return await _look(request, work, typed)
    form, to = fill(InquiryDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, take_inquiry, form.draft, to=lambda inquiry: f"/inquiries/{inquiry.id}"
        )
        to = await shown(form, writing)
    if to is None:
        return await _take_page(
            request, work, q=typed.get("q", ""), person_id=typed.get("person_id"), form=form, status=422
        )
    return redirect(request, to, flash=_("记好了。由您负责到答复为止。"))


@router.get("/{inquiry_id}", access=Access.COMMITTEE)
async def show(request: Request, inquiry_id: Id, work: WorkDep) -> Response:
    return await _show(request, work, inquiry_id, None)


@router.post("/{inquiry_id}/answer", access=Access.COMMITTEE)
async def answer(request: Request, inquiry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(AnswerDraft, typed)
    if form.draft is None or await shown(form, work.write(answer_inquiry, inquiry_id, form.draft)) is None:
        return await _show(request, work, inquiry_id, form)
    return redirect(request, f"/inquiries/{inquiry_id}", flash=_("答复记好了。没有手机的，可以打印给他。"))


@router.post("/{inquiry_id}/hand-on", access=Access.COMMITTEE)
async def hand_on(request: Request, inquiry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(HandOnDraft, typed)
    if form.draft is None or await shown(form, work.write(hand_on_inquiry, inquiry_id, form.draft)) is None:
        return await _show(request, work, inquiry_id, form)
    return redirect(request, f"/inquiries/{inquiry_id}", flash=_("已转出。答复以前仍由您负责。"))


@router.get("/{inquiry_id}/print", access=Access.COMMITTEE)
async def leaflet(request: Request, inquiry_id: Id, work: WorkDep) -> Response:
    inquiry = await work.read(inquiry_shown, inquiry_id)
    guide = await work.read(guide_shown, inquiry.guide_id) if inquiry.guide_id else None
    picture = None
    if guide is not None:
        picture = picture_of(f"{shell_of(request).settings.resident_url.rstrip('/')}/guides/{guide.id}")
    return render(request, AnswerLeafletPage(inquiry=inquiry, guide=guide, picture=picture))


async def _look(request: Request, work: Work, typed: Typed) -> Response:
    """Somebody is looked for, chosen or exchanged: what was typed about the matter stays."""
    chosen, q = typed.get("choose"), "" if "change" in typed else typed.get("q", "")
    form: Filled[InquiryDraft] = Filled(draft=None, typed=typed)
    return await _take_page(request, work, q=clean_text(q)[:LONGEST_WORD], person_id=chosen, form=form)


async def _take_page(
    request: Request, work: Work, *, q: str, person_id: str | None, form: Filled[InquiryDraft] | None,
    status: int = 200,
) -> Response:  # fmt: skip
    people = await work.read(find_people, q) if q else ()
    person = next((one for one in people if one.id == person_id), None)
    ways = [{"value": str(way), "label": pair[work.lang == "en"]} for way, pair in WAY_WORDS.items()]
    choices = await work.read(neighbourhoods_to_choose, Permission.INQUIRY_KEEP) if person is None else ()
    page = TakePage(
        q=q, people=people, person=person, ways=ways, neighbourhoods=choices, form=form,
        key=fresh_key() if form is None else form.typed.get("idempotency_key") or fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


async def _show(request: Request, work: Work, inquiry_id: str, form: Filled[Any] | None) -> Response:
    inquiry = await work.read(inquiry_shown, inquiry_id)
    found = None
    if inquiry.is_open:
        found = await work.read(at_hand_for, inquiry.about, inquiry.community_id, lang=work.lang)
    english = work.lang == "en"
    page = InquiryPage(
        inquiry=inquiry, way=WAY_WORDS[inquiry.way][english], status=STATUS_WORDS[inquiry.status][english], found=found,
        form=form,
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)
