"""What an organisation handles: its categories, shown by their names and ticked anew."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.forms import Filled, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from core_db.cases import reference_of
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.neighbourhood import (
    EntrySeen,
    HandlingDraft,
    categories_handled,
    entry_seen,
    say_what_it_handles,
)
from core_db.neighbourhood.words import EntryKind

router = SecureRouter("/neighbourhood/organisations")


class HandlingPage(Page, template="neighbourhood/handling.html"):
    """Each class of requests with its sub-classes, those that it handles ticked."""

    entry_id: str
    name: str
    #: A class: its code, its name, and its sub-classes by code and name.
    classes: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]
    handled: Sequence[str]
    labels: Mapping[str, str]
    form: Filled[HandlingDraft] | None


@router.get("/{entry_id}/categories", access=Access.NEIGHBOURHOOD)
async def ask(request: Request, entry_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, entry_id)


@router.post("/{entry_id}/categories", access=Access.NEIGHBOURHOOD)
async def say(request: Request, entry_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(HandlingDraft, typed)
    done = await shown(form, work.write(say_what_it_handles, entry_id, form.draft)) if form.draft else None
    if done is None:
        return await _page(request, work, entry_id, form=form, status=422)
    return redirect(
        request, f"/neighbourhood/organisations/{entry_id}", flash=_("记下了。派单时按这些类别推荐。")
    )


def handled_in_words(
    session: Session, entry_id: str, *, lang: str, actor: Actor, clock: Clock
) -> Sequence[str] | None:
    """What an organisation handles, by the names of its categories; None where nothing is dispatched to it."""
    reference = reference_of(session)
    codes = categories_handled(session, entry_id, actor=actor, clock=clock)
    return None if codes is None else [reference.category(code).name(lang) for code in codes]


def _classes(
    session: Session, *, lang: str, actor: Actor, clock: Clock,  # noqa: ARG001 - a query
) -> Sequence[tuple[str, str, Sequence[tuple[str, str]]]]:  # fmt: skip
    offered = reference_of(session).offered_at(*actor.places_as(COMMITTEE))
    known = sorted(offered.values(), key=lambda one: one.code)
    return [
        (top.code, top.name(lang), [(one.code, one.name(lang)) for one in known if one.parent == top.code])
        for top in known
        if top.parent is None
    ]


async def _page(
    request: Request,
    work: Work,
    entry_id: str,
    *,
    form: Filled[HandlingDraft] | None = None,
    status: int = 200,
) -> Response:
    entry: EntrySeen = await work.read(entry_seen, EntryKind.ORGANISATION, entry_id)
    handled = await work.read(categories_handled, entry_id)
    if handled is None:
        raise NotFound()
    page = HandlingPage(
        entry_id=entry_id, name=entry.name, classes=await work.read(_classes, lang=work.lang),
        handled=handled, form=form, labels={"categories": _("办哪些类别")},
    )  # fmt: skip
    return render(request, page, status=status)
