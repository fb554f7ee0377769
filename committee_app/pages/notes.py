"""Hand-over notes: what waits for whoever looks, what else is not done here, and leaving one."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.posts import role_words
from core_db.access import Permission
from core_db.foundation.actor import Role
from core_db.handover_notes import (
    NoteDraft,
    NoteSeen,
    addressees,
    end_note,
    mark_note_read,
    notes_here,
    write_note_on,
)
from core_db.places import neighbourhoods_to_choose

router = SecureRouter("/notes")


class NotesPage(Page, template="notes/index.html"):
    """Mine first, then the others that are not done."""

    notes: Sequence[NoteSeen]
    to: Sequence[tuple[str, str]]
    #: The neighbourhoods one works for, where they are several.
    neighbourhoods: Sequence[tuple[str, str]]
    words: dict[Role, str]
    form: Filled[NoteDraft] | None
    key: str


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    return await _page(request, work, None)


@router.post("", access=Access.COMMITTEE)
async def write(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form, done = fill(NoteDraft, typed), None
    if form.draft is not None:
        writing = once_from_form(request, work, typed, write_note_on, form.draft, to=lambda _note: "/notes")
        done = await shown(form, writing)
    if done is None:
        return await _page(request, work, form)
    return redirect(request, done, flash=_("留言好了，对方的待办里会看到。"))


@router.post("/{note_id}/reading", access=Access.COMMITTEE)
async def read(request: Request, note_id: Id, work: WorkDep) -> Response:
    await work.write(mark_note_read, note_id)
    return redirect(request, "/notes", flash=_("记下您看过了。"))


@router.post("/{note_id}/end", access=Access.COMMITTEE)
async def end(request: Request, note_id: Id, work: WorkDep) -> Response:
    form: Filled[Any] = Filled(draft=None, typed={})  # type: ignore[arg-type]
    if await shown(form, work.write(end_note, note_id)) is None:
        return await _page(request, work, form)
    return redirect(request, "/notes", flash=_("办完了，留言已收起。"))


async def _page(request: Request, work: Work, form: Filled[NoteDraft] | None) -> Response:
    notes = sorted(await work.read(notes_here), key=lambda note: not note.for_me)
    words = role_words(work.lang)
    posts = [(f"post:{role}", words[role]) for role in (Role.WORKER, Role.SECRETARY)]
    page = NotesPage(
        notes=notes, to=[*posts, *await work.read(addressees)], words=words, form=form, key=fresh_key(),
        neighbourhoods=await work.read(neighbourhoods_to_choose, Permission.NOTE_KEEP),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)
