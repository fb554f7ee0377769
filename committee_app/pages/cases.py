"""Cases at work: the list with filters and search, one case beside it, and every verb as a form."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from app_shell import sent_photos
from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, in_words, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.lists import LISTS, offered_to
from committee_app.narrowing import Narrowing, NarrowingFound, narrowing_of, read_narrowing
from committee_app.opened import CaseFound, OpenedCase, opened, read_case
from committee_app.reading import Narrowed, narrowed_by
from committee_app.refusals import attempt
from committee_app.rows import RowsFound, at_hand, case_rows, drawing_for, following_for, urged_first
from committee_app.verb_choices import USUAL
from committee_app.verb_forms import OF_STAFF
from core_db.cases import (
    VERBS,
    CaseFilter,
    Verb,
    VerbCase,
    case_counts,
    own_part_counts,
    place_in,
)
from core_db.cases.words import TAKING_BACK, VERB_WORDS, EntryType, Words
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import STOCK
from core_db.foundation.errors import DomainError, Stale
from core_db.foundation.lean import dataclass
from core_db.reveals import Reached, contact_masked

router = SecureRouter("/cases")

#: Whether a form asks for the condition for closing.
ASKS_CONDITION = "asks_condition"
#: How many a list shows, and how many stand beside an opened case.
LONG, BESIDE = 50, 20


class Choice(NamedTuple):
    """One of the lists to choose from, and how many cases are in it where that is known."""

    label: str
    href: str
    current: bool
    how_many: int | None


class ListShown:
    """A list of cases with the ways to narrow it and to go on."""

    def __init__(
        self, *, name: str, q: str, count: int, html: Markup, choices: tuple[Choice, ...],
        next_href: str | None, self_href: str, more: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.name, self.q, self.count, self.html, self.choices = name, q, count, html, choices
        self.next_href, self.self_href, self.more = next_href, self_href, more
        self.title = _(LISTS[name].title)
        self.what_to_do = _(LISTS[name].what_to_do) if LISTS[name].what_to_do else ""


class CaseListPage(Page, template="cases/index.html"):
    """A list of cases; several can be accepted or dispatched at once."""

    list: ListShown
    may_batch: bool
    key: str
    #: Its address, for the way back from a batch.
    here: str
    #: What it is narrowed to, and how to narrow it further.
    narrowing: Narrowing


ASKED_FOR = Words("申请延期，等批准", "Extension asked for, waits to be approved")
#: The fields of steps that hold words of somebody's own.
WRITTEN = ("text", "note", "reason", "overdue_reason")


class CasePageShown(Page, template="cases/show.html"):
    """One case with its verbs, its neighbours in the list beside it."""

    case: OpenedCase
    list: ListShown
    back_href: str
    self_href: str
    #: How to reach whoever raised it, masked; None for whoever may not know.
    contact: Reached | None
    #: Who was faster, when a stale form came back.
    overtaken: str | None = None
    #: What was written in it, where the step is not there any more.
    words_left: Sequence[str] = ()


@router.get("", access=Access.CASEWORK)
async def index(request: Request, work: WorkDep) -> Response:
    narrowed = narrowed_by(request)
    wanted, kept = _wanted(narrowed, now=work.clock.now(), limit=LONG)
    found, choices = await work.read(read_index, wanted, narrowed, query=kept, lang=work.lang)
    may_batch = bool(work.actor.places_as(COMMITTEE))
    look, picked = ("pick", frozenset(request.query_params.getlist("ids"))) if may_batch else ("plain", ())
    page = CaseListPage(
        list=_shown(request, work, narrowed, found, look=look, picked=picked), may_batch=may_batch,
        key=fresh_key(), here=urlencode(narrowed.page), narrowing=narrowing_of(choices, narrowed),
    )  # fmt: skip
    return render(request, page)


@router.get("/{case_id}", access=Access.CASEWORK)
async def show(request: Request, case_id: Id, work: WorkDep) -> Response:
    return await _show(request, work, case_id, narrowed_by(request))


async def _show(
    request: Request, work: Work, case_id: str, narrowed: Narrowed, *, refused: Mapping[str, Filled[Any]] | None = None,
    status: int = 200, overtaken: str | None = None,
) -> Response:  # fmt: skip
    found = await work.read(read_case, case_id, lang=work.lang)
    first = at_hand(work.actor, found.view, found.own_part)
    wanted = narrowed.do or (next(iter(first), None) if refused is None else None)
    case = opened(found, now=work.clock.now(), lang=work.lang, first=first, wanted=wanted, refused=refused)
    contact = await work.read(contact_masked, case_id) if work.actor.places_as(COMMITTEE) else None
    here = replace(narrowed, after="")
    wanted_beside, query = _wanted(here, now=work.clock.now(), limit=BESIDE)
    neighbours = await work.read(read_list, wanted_beside, query=query, lang=work.lang)
    beside = _shown(request, work, here, neighbours, look="plain", current=case_id)
    kept = f"?{urlencode(narrowed.kept)}" if narrowed.kept else ""
    page = CasePageShown(
        case=case, list=beside, back_href="/cases" + kept, self_href=f"/cases/{case_id}{kept}",
        contact=contact, overtaken=overtaken, words_left=_left(refused or {}, case),
    )  # fmt: skip
    return render(request, page, status=status)


def _left(refused: Mapping[str, Filled[Any]], case: OpenedCase) -> list[str]:
    """What was written in forms that the case does not offer any more; choices and codes are no words."""
    offered = {one.verb for one in case.forms}
    forms = [form for verb, form in refused.items() if verb not in offered]
    return [said for form in forms for name in WRITTEN if (said := form.typed.get(name, "").strip())]


# -- verbs ------------------------------------------------------------------------------------------


def _declare(verb: Verb, registered: VerbCase) -> None:
    """One route for a verb's form."""

    async def do(request: Request, case_id: Id, work: WorkDep, typed: TypedForm) -> Response:
        return await _do(request, work, case_id, verb, registered, typed)

    do.__name__ = f"do_{verb}".replace("-", "_")
    do.__doc__ = registered.use_case.__doc__
    router.post(f"/{{case_id}}/{verb}", access=Access.CASEWORK)(do)


async def _do(
    request: Request, work: Work, case_id: str, verb: Verb, registered: VerbCase, typed: Typed
) -> Response:
    form = fill(registered.draft, typed, **_known(verb, typed))
    photos = await _photos(request, work, form, typed)
    if form.draft is not None and photos:
        form.draft = form.draft.model_copy(update={"photos": tuple(photos)})
    _must_say_why_late(form, typed)
    if form.draft is None or form.faults:
        return await _show(request, work, case_id, Narrowed(), refused={verb: form}, status=422)
    version = {"version": _version(typed)} if registered.versioned else {}
    writing = once_from_form(
        request,
        work,
        typed,
        registered.use_case,
        case_id,
        form.draft,
        to=lambda _file: f"/cases/{case_id}",
        **version,
    )
    came_of = await attempt(shown(form, writing))
    if isinstance(came_of, Stale):
        said = came_of.sentence(work.lang)
        return await _show(
            request, work, case_id, Narrowed(), refused={verb: form}, status=412, overtaken=said
        )
    if isinstance(came_of, DomainError):
        raise came_of
    if came_of is None:
        return await _show(request, work, case_id, Narrowed(), refused={verb: form}, status=422)
    # Who handed it back or away may not see it any more: then his list says that it is done.
    still_there = await attempt(work.read(read_case, case_id, lang=work.lang))
    done = _("已完成：{what}。").format(what=_words(verb, still_there).within(work.lang))
    return redirect(request, "/" if isinstance(still_there, DomainError) else came_of, flash=done)


def _words(verb: Verb, found: CaseFound | DomainError) -> Words:
    """What was done, as its button was called: an acceptance may have been a taking back, and a firm only asks."""
    last = found.entries[-1]["type"] if isinstance(found, CaseFound) else None
    if verb is Verb.ACCEPTANCE and last == EntryType.TAKEN_BACK:
        return TAKING_BACK.label
    if verb is Verb.EXTENSION and last == EntryType.EXTENSION_ASKED:
        return ASKED_FOR
    return VERB_WORDS[verb].label


def _known(verb: Verb, typed: Typed) -> dict[str, Any]:
    """What a form says by leaving it out, a box that is not ticked, and what one field of it says for two."""
    if verb is Verb.PROGRESS:
        return {"visible_to_resident": typed.get("visible_to_resident") == "true"}
    if verb in (Verb.VERIFICATION, Verb.CLOSURE):
        # Where the form asks it, it says so: a category without a condition asks for none.
        asks = ASKS_CONDITION in typed
        return {"closing_condition_met": typed.get("closing_condition_met") == "true"} if asks else {}
    if verb is Verb.ACCEPTANCE and (category := typed.get("category")):
        code, _slash, condition = category.partition("/")
        return {"category": code, "condition": condition or USUAL}
    return {}


def _must_say_why_late(form: Filled[Any], typed: Typed) -> None:
    """Programs may leave it out; a form that asks why it is late is answered."""
    if "overdue_reason" in typed and not typed["overdue_reason"].strip():
        form.faults |= in_words({"overdue_reason": STOCK["missing"]})


def _version(typed: Typed) -> int:
    said = typed.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


async def _photos(request: Request, work: Work, form: Filled[Any], typed: Typed) -> list[str]:
    """The form's photos, uploaded; what is no photo becomes a fault beside the field."""
    files = typed.files("photos")
    if form.draft is None or not files or "photos" not in type(form.draft).model_fields:
        return []
    sent = await attempt(sent_photos.upload_all(request, work, files))
    if isinstance(sent, DomainError):
        form.faults |= in_words({"photos": (sent.sentence("zh"), sent.sentence("en"))})
        return []
    return sent


for _verb in OF_STAFF:
    _declare(_verb, VERBS[_verb])


# -- lists ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ListFound:
    """What was read for a list, in one snapshot."""

    rows: RowsFound
    counts: Mapping[str, int]
    own: Mapping[tuple[str, str], int]


def read_list(
    session: Session, wanted: CaseFilter, *, query: Mapping[str, str], actor: Actor, clock: Clock, lang: str
) -> ListFound:  # fmt: skip
    """A page of the list, and how many cases are in each status."""
    following = following_for(actor)
    rows = case_rows(session, wanted, query=query, following=following, actor=actor, clock=clock, lang=lang)
    counts = case_counts(session, actor=actor, clock=clock)
    own = own_part_counts(session, actor=actor, clock=clock) if actor.organisations else {}
    return ListFound(rows=rows, counts=counts, own=own)


def read_index(
    session: Session, wanted: CaseFilter, narrowed: Narrowed, *, query: Mapping[str, str], actor: Actor, clock: Clock,
    lang: str,
) -> tuple[ListFound, NarrowingFound]:  # fmt: skip
    """The list with what it can be narrowed to."""
    choices = read_narrowing(session, narrowed, actor=actor, clock=clock, lang=lang)
    return read_list(session, wanted, query=query, actor=actor, clock=clock, lang=lang), choices


def _wanted(narrowed: Narrowed, *, now: datetime, limit: int) -> tuple[CaseFilter, Mapping[str, str]]:
    """Which cases, and what is carried along to each of them."""
    named = _named(narrowed)
    wanted = LISTS[named].filter_at(
        now, q=narrowed.q or None, building=narrowed.building or None,
        community=narrowed.community or None, town=narrowed.town or None, category=narrowed.category or None,
        handler=narrowed.handler or None, mine=narrowed.mine == "yes", limit=limit,
        **place_in(LISTS[named].order, narrowed.after),
    )  # fmt: skip
    return wanted, narrowed.kept | {"list": named}


def _named(narrowed: Narrowed) -> str:
    return narrowed.list if narrowed.list in LISTS else "all"


def _shown(
    request: Request, work: Work, narrowed: Narrowed, found: ListFound, *, look: str, current: str | None = None,
    picked: Collection[str] = (),
) -> ListShown:  # fmt: skip
    name = _named(narrowed)
    kept = narrowed.kept | {"list": name}
    rows = found.rows.items if name == "all" else urged_first(found.rows.items)
    prefix = "beside-" if current else "case-"
    onward, this_page = {**kept, "after": found.rows.next}, narrowed.page | kept
    return ListShown(
        name=name, q=narrowed.q, count=len(rows),
        html=drawing_for(request).rows(look, rows, prefix=prefix, current=current, picked=picked),
        choices=_choices(offered_to(work.actor), name, found, kept),
        next_href=f"/cases?{urlencode(onward)}" if found.rows.next else None,
        self_href=f"/cases?{urlencode(this_page)}",
        more={key: word for key, word in kept.items() if key not in ("q",)},
    )  # fmt: skip


def _choices(
    offered: Sequence[str], current: str, found: ListFound, kept: Mapping[str, str]
) -> tuple[Choice, ...]:
    narrower = {key: word for key, word in kept.items() if key != "list"}
    onward = urlencode(narrower | {"list": ""})
    return tuple(
        Choice(
            label=_(LISTS[name].title), href=f"/cases?{onward}{name}", current=name == current,
            # Counters know whole lists alone.
            how_many=None if narrower else LISTS[name].count_in(found.counts, found.own),
        )
        for name in offered
    )  # fmt: skip
