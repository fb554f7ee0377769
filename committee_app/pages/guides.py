"""Guides and the list of stamps: reading one, writing and changing it, and on paper for whoever has no phone."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.context import shell_of
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.posters import picture_of
from committee_app.reading import Word
from core_db.guides import (
    GuideDraft,
    GuideSeen,
    StampDraft,
    StampSeen,
    change_guide,
    end_stamp,
    fitting_guides,
    guide_shown,
    guide_to_keep,
    guides_near,
    keep_guide,
    keep_stamp,
    places_to_keep_for,
    stamps_near,
)
from core_db.guides.words import KIND_WORDS, LEVEL_WORDS

router = SecureRouter()
Options = Sequence[tuple[str, str]]


class GuidesPage(Page, template="guides/index.html"):
    """The guides in force here, kind by kind; or those that fit some words."""

    q: str
    #: Each kind: its code, its name and its guides.
    lists: Sequence[tuple[str, str, Sequence[GuideSeen]]]
    may_write: bool


class GuidePage(Page, template="guides/show.html"):
    """One guide, as whoever asks is told it."""

    guide: GuideSeen
    level: str


class WritePage(Page, template="guides/write.html"):
    """A new guide, or one that is changed."""

    guide: GuideSeen | None
    places: Options
    kinds: Options
    form: Filled[GuideDraft] | None
    key: str


class LeafletPage(Page, template="guides/print.html"):
    """A guide on a sheet of A5 in large print, with a code that leads to it."""

    guide: GuideSeen
    address: str
    picture: Markup


class StampsPage(Page, template="guides/stamps.html"):
    """The list of stamps: what is given here, what is refused and where to go."""

    stamps: Sequence[StampSeen]
    places: Options
    form: Filled[StampDraft] | None
    key: str


@router.get("/guides", access=Access.CASEWORK)
async def index(request: Request, work: WorkDep, q: Word = None) -> Response:
    found = await work.read(fitting_guides, q) if q else await work.read(guides_near)
    lists = [
        (str(kind), pair[work.lang == "en"], [one for one in found if one.kind is kind])
        for kind, pair in KIND_WORDS.items()
    ]
    places = await work.read(places_to_keep_for)
    return render(request, GuidesPage(q=q or "", lists=lists, may_write=bool(places)))


@router.get("/guides/new", access=Access.CASEWORK)
async def new(request: Request, work: WorkDep) -> Response:
    return await _write_page(request, work, None, None)


@router.post("/guides", access=Access.CASEWORK)
async def create(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, to = fill(GuideDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(
            request, work, typed, keep_guide, form.draft, to=lambda guide: f"/guides/{guide.id}"
        )
        to = await shown(form, writing)
    if to is None:
        return await _write_page(request, work, None, form)
    return redirect(request, to, flash=_("指南写好了，居民也能看到。"))


@router.get("/guides/{guide_id}", access=Access.CASEWORK)
async def show(request: Request, guide_id: Id, work: WorkDep) -> Response:
    guide = await work.read(guide_shown, guide_id)
    level = LEVEL_WORDS[guide.level][work.lang == "en"]
    return render(request, GuidePage(guide=guide, level=level))


@router.get("/guides/{guide_id}/changes", access=Access.CASEWORK)
async def edit(request: Request, guide_id: Id, work: WorkDep) -> Response:
    await work.read(guide_to_keep, guide_id)
    return await _write_page(request, work, guide_id, None)


@router.post("/guides/{guide_id}/changes", access=Access.CASEWORK)
async def change(request: Request, guide_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form: Filled[Any] = fill(GuideDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(change_guide, guide_id, form.draft))
    else:
        await work.read(guide_to_keep, guide_id)
    if done is None:
        return await _write_page(request, work, guide_id, form)
    return redirect(request, f"/guides/{guide_id}", flash=_("指南改好了。"))


@router.get("/guides/{guide_id}/print", access=Access.CASEWORK)
async def leaflet(request: Request, guide_id: Id, work: WorkDep) -> Response:
    guide = await work.read(guide_shown, guide_id)
    address = f"{shell_of(request).settings.resident_url.rstrip('/')}/guides/{guide_id}"
    return render(request, LeafletPage(guide=guide, address=address, picture=picture_of(address)))


@router.get("/stamps", access=Access.CASEWORK)
async def stamps(request: Request, work: WorkDep) -> Response:
    return await _stamps_page(request, work, None)


@router.post("/stamps", access=Access.CASEWORK)
async def list_stamp(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(StampDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(request, work, typed, keep_stamp, form.draft, to=lambda _item: "/stamps")
        done = await shown(form, writing)
    if done is None:
        return await _stamps_page(request, work, form)
    return redirect(request, done, flash=_("清单里加好了。"))


@router.post("/stamps/{stamp_id}/ending", access=Access.CASEWORK)
async def take_off(request: Request, stamp_id: Id, work: WorkDep) -> Response:
    form: Filled[Any] = Filled(draft=None, typed={})  # type: ignore[arg-type]
    if await shown(form, work.write(end_stamp, stamp_id)) is None:
        return await _stamps_page(request, work, form)
    return redirect(request, "/stamps", flash=_("已从清单里去掉。"))


async def _write_page(
    request: Request, work: Work, guide_id: str | None, form: Filled[GuideDraft] | None
) -> Response:
    page = WritePage(
        guide=await work.read(guide_shown, guide_id) if guide_id else None,
        places=await work.read(places_to_keep_for),
        kinds=[(str(kind), pair[work.lang == "en"]) for kind, pair in KIND_WORDS.items()],
        form=form, key=fresh_key(),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


async def _stamps_page(request: Request, work: Work, form: Filled[StampDraft] | None) -> Response:
    page = StampsPage(
        stamps=await work.read(stamps_near),
        places=await work.read(places_to_keep_for),
        form=form,
        key=fresh_key(),
    )
    return render(request, page, status=422 if form else 200)
