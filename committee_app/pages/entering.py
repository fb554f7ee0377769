"""Entering a case for somebody: find the person, write down what he says; the rest the platform knows."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from app_shell import sent_photos
from app_shell.api import once_from_form
from app_shell.asked_fields import FieldAsked, fields_asked, fields_typed
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, in_words, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import LONGEST_WORD, Word
from committee_app.refusals import attempt
from committee_app.roles import committee_of
from core_db.access import Permission
from core_db.cases import AskedField, OnBehalfDraft, reference_of, submit_on_behalf
from core_db.cases.words import CHANNEL_WORDS, Channel
from core_db.finding import Found, find_people
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import clean_text
from core_db.foundation.errors import DomainError
from core_db.inquiries import BecameCaseDraft, inquiry_shown, make_case_of_inquiry
from core_db.inquiries.words import Way
from core_db.places import buildings_of, neighbourhoods_to_choose

router = SecureRouter("/enter")

#: As what a question comes that was asked so.
_CHANNEL_OF = {Way.COUNTER: "desk", Way.PHONE: "phone", Way.LETTER: "desk", Way.VISIT: "visit"}
#: The buttons that look for the person: nothing is entered by them.
LOOKING = ("find", "choose", "change")


class EnterPage(Page, template="cases/enter.html"):
    """The form for a case of somebody who called or came; the person's number is masked."""

    q: str
    people: Sequence[Found]
    person: Found | None
    places: Sequence[tuple[str, str]]
    #: One works for several neighbourhoods, and nobody is named whose it would be.
    must_say_where: bool
    channels: Sequence[dict[str, str]]
    #: What the fields are called, beside them and above all where one is left empty.
    labels: Mapping[str, str]
    form: Filled[OnBehalfDraft] | None
    key: str
    #: What can be asked for here and not everywhere, what of it was chosen, and what is asked for besides in that.
    own: Sequence[tuple[str, str]]
    category: tuple[str, str] | None
    asked: Sequence[FieldAsked]


@router.get("", access=Access.COMMITTEE)
async def new(
    request: Request, work: WorkDep, q: Word = None, person: Word = None, text: Word = None, place: Word = None,
    inquiry: Word = None, category: Word = None,
) -> Response:  # fmt: skip
    """`text` and `place` are what another page has filled in: an inspection that failed.

    `inquiry`: a question at the counter that becomes a case; who asked and what he said stand there already.
    """
    if inquiry is not None:
        asked = await work.read(inquiry_shown, inquiry)
        said: dict[str, str | None] = {
            "text": asked.about,
            "channel": _CHANNEL_OF[asked.way],
            "inquiry": asked.id,
            # Where it was asked, if nobody is named whose home it would be.
            "place_id": None if asked.person_id else asked.community_id,
        }
        return await _page(
            request, work, q=asked.person_name or "", person_id=asked.person_id, form=_known(said)
        )
    words: dict[str, str | None] = {"text": text, "place_id": place or "", "channel": str(Channel.VISIT)}
    form = _known(words) if text else _known({"category": category}) if category else None
    return await _page(request, work, q=q or "", person_id=person, form=form)


@router.post("", access=Access.COMMITTEE)
async def enter(request: Request, work: WorkDep, typed: TypedForm) -> Response:
    if any(button in typed for button in LOOKING):
        return await _look(request, work, typed)
    form = fill(OnBehalfDraft, typed, fields=fields_typed(typed))
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
    if typed.get("inquiry"):
        became = BecameCaseDraft(case=to.rsplit("/", 1)[-1])
        await attempt(work.write(make_case_of_inquiry, typed["inquiry"], became))
    return redirect(request, to, flash=_("已录入。可以马上受理。"))


def _known(words: Mapping[str, str | None]) -> Filled[OnBehalfDraft]:
    """The form with what is known already."""
    typed = Typed(FormData([(name, said) for name, said in words.items() if said is not None]))
    return Filled(draft=None, typed=typed)


async def _look(request: Request, work: Work, typed: Typed) -> Response:
    """Somebody is looked for, chosen or exchanged: what was typed about the matter stays."""
    chosen, q = typed.get("choose"), "" if "change" in typed else typed.get("q", "")
    known = typed.without("place_id") if chosen and not typed.get("place_id") else typed
    form: Filled[OnBehalfDraft] = Filled(draft=None, typed=known)
    return await _page(request, work, q=clean_text(q)[:LONGEST_WORD], person_id=chosen, form=form)


def _labels() -> dict[str, str]:
    return {
        "channel": _("怎么来的"), "text": _("说了什么"), "place_id": _("在哪里"), "place_note": _("具体位置"),
        "photos": _("照片"), "anonymous": _("匿名：办理时不显示是谁"), "on_behalf_of": _("是谁"),
    }  # fmt: skip


async def _page(
    request: Request, work: Work, *, q: str, person_id: str | None, form: Filled[OnBehalfDraft] | None,
    status: int = 200,
) -> Response:  # fmt: skip
    people = await work.read(find_people, q) if q else ()
    person = next((one for one in people if one.id == person_id), None)
    several = await work.read(neighbourhoods_to_choose, Permission.CASE_ON_BEHALF)
    places = [*several, *await work.read(_buildings, dict(several))]
    if person is not None and person.home_id:
        places.insert(0, (person.home_id, person.home))
    channels = [
        {"value": str(one), "label": CHANNEL_WORDS[one].within(work.lang)}
        for one in (Channel.PHONE, Channel.DESK, Channel.VISIT)
    ]
    own = await work.read(_own_forms, lang=work.lang)
    picked = form.typed.get("category", "") if form is not None else ""
    category = next((one for one in own if one[0] == picked), None)
    asked = fields_asked(own[category], work.lang) if category else []
    page = EnterPage(
        q=q, people=people, person=person, places=places, channels=channels, form=form, own=list(own),
        category=category, asked=asked,
        must_say_where=bool(several) and person is None,
        labels=_labels() | {one.name: one.label for one in asked},
        key=fresh_key() if form is None else form.typed.get("idempotency_key") or fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


def _buildings(
    session: Session, several: Mapping[str, str], *, actor: Actor, clock: Clock  # noqa: ARG001 - a query
) -> Sequence[tuple[str, str]]:  # fmt: skip
    """Of several neighbourhoods each building with the name of its own: two are called alike."""
    return [
        (one.id, f"{several[place]} {one.label}" if place in several else one.label)
        for place in committee_of(actor)
        for one in buildings_of(session, place)
    ]


def _own_forms(
    session: Session, *, lang: str, actor: Actor, clock: Clock  # noqa: ARG001 - a query
) -> Mapping[tuple[str, str], Sequence[AskedField]]:  # fmt: skip
    """The categories that plugins bring or ask more in, code and name, each with what it asks for."""
    reference, here = reference_of(session), committee_of(actor)
    return {
        (one.code, one.name(lang)): reference.fields_of(one.code, *here)
        for one in reference.with_own_form(*here)
    }
