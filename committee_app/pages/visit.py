"""One visit: its page, what was written of it, correcting it, deciding between two words, and what comes of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.visits import answers_in
from committee_app.register_words import Options
from committee_app.visit_words import (
    NeedRow,
    VisitRow,
    WordRow,
    cards,
    choices,
    field_in_words,
    labels,
    need_row,
    visit_row,
    word_row,
)
from core_db.foundation.errors import CannotBeRead
from core_db.visits import (
    CancellingDraft,
    NeedDraft,
    OnBehalfDraft,
    SettlingDraft,
    TagDraft,
    VisitCorrection,
    VisitRead,
    VisitSeen,
    cancel_visit,
    case_from_visit,
    correct_visit,
    need_from_visit,
    needs,
    propose_tag,
    read_visit,
    settle_words,
    tag_proposals,
    visit_seen,
    words_to_propose,
)
from core_db.visits.words import (
    ANSWER_WORDS,
    CHANNEL_WORDS,
    NEED_WORDS,
    PROPOSAL_WORDS,
    PURPOSE_WORDS,
    RESULT_WORDS,
    TICK_WORDS,
    Answer,
    Tick,
)

router = SecureRouter("/visits")
SEEN = "seen-"


class VisitPage(Page, template="visits/show.html"):
    """A visit; what was written of it only on the answer to whoever asked for it."""

    visit: VisitSeen
    row: VisitRow
    ticked: Sequence[str]
    answered: Sequence[tuple[str, str]]
    differing: Sequence[str]
    needs: Sequence[NeedRow]
    proposals: Sequence[tuple[str, str]]
    #: Words of the dictionary that can be proposed for whoever was visited.
    words_to_propose: Options
    text: str | None
    words: Sequence[WordRow]
    choices: Mapping[str, Any]
    labels: Mapping[str, str]
    #: The form that came back, by what it is for.
    returned: Mapping[str, Filled[Any] | None]
    keys: Mapping[str, str]


@router.get("/{visit_id}", access=Access.COMMITTEE)
async def show(request: Request, visit_id: Id, work: WorkDep) -> Response:
    return await _page(request, work, visit_id)


@router.post("/{visit_id}/reading", access=Access.COMMITTEE)
async def read(request: Request, visit_id: Id, work: WorkDep) -> Response:
    """What was written, on the answer to this very request: no address and no notice ever holds it."""
    return await _page(request, work, visit_id, read=await work.write(read_visit, visit_id))


@router.post("/{visit_id}/correction", access=Access.COMMITTEE)
async def correct(request: Request, visit_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(VisitCorrection, typed, **_said_anew(typed))
    return await _done(request, work, visit_id, "correction", form, typed, correct_visit, said=_("已更正。"))


@router.post("/words/{word_id}/settling", access=Access.COMMITTEE)
async def settle(request: Request, word_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(SettlingDraft, typed)
    if form.draft is None:
        raise CannotBeRead({"choice": ("请选留哪一句。", "Please choose which is to stand.")})
    visit = await work.write(settle_words, word_id, form.draft)
    return redirect(request, f"/visits/{visit.id}", flash=_("已定下来，另一句留在记录里。"))


@router.post("/{visit_id}/cancelling", access=Access.COMMITTEE)
async def cancel(request: Request, visit_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(CancellingDraft, typed)
    return await _done(request, work, visit_id, "cancelling", form, typed, cancel_visit, said=_("已作废。"))


@router.post("/{visit_id}/case", access=Access.COMMITTEE)
async def raise_case(request: Request, visit_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(OnBehalfDraft, typed, channel="visit")
    return await _done(
        request, work, visit_id, "case", form, typed, case_from_visit, said=_("已录入。可以马上受理。"),
        to=lambda file: f"/cases/{file.case.id}",
    )  # fmt: skip


@router.post("/{visit_id}/need", access=Access.COMMITTEE)
async def note_need(request: Request, visit_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(NeedDraft, typed)
    return await _done(request, work, visit_id, "need", form, typed, need_from_visit, said=_("需求已记下。"))


@router.post("/{visit_id}/tag", access=Access.COMMITTEE)
async def propose(request: Request, visit_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(TagDraft, typed)
    return await _done(request, work, visit_id, "tag", form, typed, propose_tag, said=_("已提给书记。"))


def _said_anew(typed: Typed) -> dict[str, Any]:
    """What the form of a correction says beside plain fields: an emptied field is sent empty, not left out."""
    seen = {name.removeprefix(SEEN): typed[name] for name in typed if name.startswith(SEEN)}
    known: dict[str, Any] = {"seen": seen, "ticks": typed.getlist("ticks"), "answers": answers_in(typed)}
    return known | {name: typed[name] for name in ("text", "next_on") if name in typed}


async def _done(
    request: Request, work: Work, visit_id: str, kind: str, form: Filled[Any], typed: Typed,
    use_case: Callable[..., Any], *, said: str, to: Callable[[Any], str] | None = None,
) -> Response:  # fmt: skip
    """Do what a form of the page asks, once; what cannot be taken comes back to it."""
    way: str | None = None
    if form.draft is not None:
        here = to or (lambda _made: f"/visits/{visit_id}")
        writing: Awaitable[str] = once_from_form(
            request, work, typed, use_case, visit_id, form.draft, to=here
        )
        way = await shown(form, writing)
    if way is None:
        return await _page(request, work, visit_id, returned={kind: form})
    return redirect(request, way, flash=said)


async def _page(
    request: Request, work: Work, visit_id: str, *, read: VisitRead | None = None,
    returned: Mapping[str, Filled[Any]] | None = None,
) -> Response:  # fmt: skip
    found, lang = await work.read(visit_seen, visit_id), work.lang
    needed = await work.read(needs, visit_id=visit_id)
    proposed = await work.read(tag_proposals, visit_id=visit_id)
    kinds = ("correction", "cancelling", "case", "need", "tag")
    page = VisitPage(
        visit=found, row=visit_row(found.line, lang),
        ticked=[TICK_WORDS[Tick(one)].within(lang) for one in found.ticks], answered=_answered(found, lang),
        differing=[field_in_words(one, lang) for one in found.differing],
        needs=[need_row(one, lang) for one in needed],
        proposals=[(one.id, PROPOSAL_WORDS[one.state].within(lang)) for one in proposed],
        words_to_propose=[
            (one.id, one.within(lang)) for one in await work.read(words_to_propose, visit_id)
        ] if found.line.person_id else [],
        text=read.text if read else None, words=[word_row(one, lang) for one in read.words] if read else (),
        choices=_choices(lang), labels=labels(), returned={one: (returned or {}).get(one) for one in kinds},
        keys={one: fresh_key() for one in kinds},
    )  # fmt: skip
    return render(request, page, status=422 if returned else 200)


def _answered(visit: VisitSeen, lang: str) -> list[tuple[str, str]]:
    return [
        (question, ANSWER_WORDS[Answer(visit.answers[str(number)])].within(lang))
        for number, question in enumerate(visit.questions)
        if str(number) in visit.answers
    ]


def _choices(lang: str) -> dict[str, Any]:
    return {
        "results": cards(RESULT_WORDS, lang), "channels": choices(CHANNEL_WORDS, lang),
        "purposes": choices(PURPOSE_WORDS, lang), "ticks": choices(TICK_WORDS, lang),
        "needs": choices(NEED_WORDS, lang), "answers": cards(ANSWER_WORDS, lang),
    }  # fmt: skip
