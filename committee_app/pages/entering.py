"""Entering a case for somebody: find the person, write down what he says; the rest the platform knows."""

from collections.abc import Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell import sent_photos
from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, in_words, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.refusals import attempt
from committee_app.roles import committee_of
from core_db.cases import OnBehalfDraft, submit_on_behalf
from core_db.cases.words import CHANNEL_WORDS, Channel
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError
from core_db.people import PersonView, find_people
from core_db.places import PlaceView, buildings_of

router = SecureRouter("/enter")


class EnterPage(Page, template="cases/enter.html"):
    """The form for a case of somebody who called or came; the person's number is masked."""

    q: str
    people: Sequence[PersonView]
    person: PersonView | None
    places: Sequence[tuple[str, str]]
    channels: Sequence[dict[str, str]]
    form: Filled[OnBehalfDraft] | None
    key: str


@router.get("", access=Access.COMMITTEE)
async def new(request: Request, work: WorkDep, q: Word = None, person: Word = None) -> Response:
    return await _page(request, work, q=q or "", person_id=person, form=None)


@router.post("", access=Access.COMMITTEE)
async def enter(request: Request, work: WorkDep, typed: TypedForm) -> Response:
    form = fill(OnBehalfDraft, typed)
    files = typed.files("photos")
    if form.draft is not None and files:
        sent = await attempt(sent_photos.upload_all(request, work, files))
        if isinstance(sent, DomainError):
            form.faults |= in_words({"photos": (sent.sentence("zh"), sent.sentence("en"))})
        else:
            form.draft = form.draft.model_copy(update={"photos": tuple(sent)})
    to = None
    if form.draft is not None and not form.faults:
        writing = once_from_form(
            request, work, typed, submit_on_behalf, form.draft, to=lambda file: f"/cases/{file.case.id}"
        )
        to = await shown(form, writing)
    if to is None:
        return await _page(
            request, work, q=typed.get("q", ""), person_id=typed.get("on_behalf_of"), form=form, status=422
        )
    return redirect(request, to, flash=_("已录入。可以马上受理。"))


async def _page(
    request: Request, work: Work, *, q: str, person_id: str | None, form: Filled[OnBehalfDraft] | None,
    status: int = 200,
) -> Response:  # fmt: skip
    people = await work.read(find_people, q) if q else ()
    person = next((one for one in people if one.id == person_id), None)
    places = [(one.id, one.label) for one in await work.read(_buildings)]
    if person is not None and person.home_id:
        places.insert(0, (person.home_id, person.home))
    channels = [
        {"value": str(one), "label": CHANNEL_WORDS[one].within(work.lang)}
        for one in (Channel.PHONE, Channel.DESK, Channel.VISIT)
    ]
    page = EnterPage(
        q=q, people=people, person=person, places=places, channels=channels, form=form,
        key=fresh_key() if form is None else form.typed.get("idempotency_key") or fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


def _buildings(session: Session, *, actor: Actor, clock: Clock) -> Sequence[PlaceView]:  # noqa: ARG001 - a query
    return [one for place in committee_of(actor) for one in buildings_of(session, place)]
