"""Cases over the API: raise one, list them, look at one, and what a resident can do to it."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any

from fastapi import Body, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import Limit, answer, cursor_of, if_match, listed, once
from app_shell.case_shapes import CaseListShape, CaseOpened, TimelineShape
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from core_db.cases import (
    VERBS,
    CaseDraft,
    CaseFile,
    CaseFilter,
    CasePage,
    EvaluationDraft,
    HidingDraft,
    MessageDraft,
    NothingDraft,
    ReasonDraft,
    TextDraft,
    Verb,
    case_shown,
    case_timeline,
    emergency_advice,
    own_cases,
    public_cases,
    shown,
    similar_cases,
    submit_case,
)
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft
from resident_app.api.shapes import CaseRaised, SimilarShape

router = ApiRouter("/cases")

Statuses = Annotated[Sequence[CaseStatus], Query(max_length=len(CaseStatus))]
Code = Annotated[str | None, Query(max_length=64)]
CategoryCode = Annotated[str | None, Query(max_length=90)]
Text = Annotated[str, Query(max_length=1_000)]
#: The `next` of the page before.
Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$")]


@router.post("", access=Access.RESIDENT, status_code=201, answers=CaseRaised)
async def submit(request: Request, draft: CaseDraft, work: WorkDep) -> Response:
    """Raise a case. Without `category` the platform suggests one; an emergency word gets `advice`."""

    def render(session: Session, file: CaseFile) -> dict[str, Any]:
        view = shown(session, file, actor=work.actor, now=work.clock.now(), lang=work.lang)
        return view | {"advice": advice_on(draft.text, work.lang)}

    return await once(request, work, submit_case, draft, render=render, versioned=True)


@router.get("", access=Access.RESIDENT, answers=CaseListShape)
async def own(
    work: WorkDep,
    status: Statuses = (),
    category: CategoryCode = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """The cases one raised, newest first."""
    wanted = CaseFilter(status=tuple(status), category=category, after=cursor_of(after), limit=limit)
    return _page(await work.read(own_cases, wanted, lang=work.lang))


@router.get("/public", access=Access.RESIDENT, answers=CaseListShape)
async def public(
    work: WorkDep, building: Code = None, category: CategoryCode = None, status: Statuses = (), limit: Limit = 50,
    after: Cursor = None, supported: bool = False,
) -> Response:  # fmt: skip
    """The public cases of the neighbourhoods one lives in, newest first; never with the reporter.

    With `supported` those alone to which one said “me too”.
    """
    wanted = CaseFilter(
        building=building, category=category, status=tuple(status), after=cursor_of(after), limit=limit,
        supported=supported,
    )  # fmt: skip
    return _page(await work.read(public_cases, wanted, lang=work.lang))


@router.get("/similar", access=Access.RESIDENT, answers=SimilarShape)
async def similar(work: WorkDep, text: Text = "", place_id: Code = None) -> Response:
    """Open public cases that say much the same: join one instead of filing again. The likest first."""
    found = await work.read(similar_cases, text, place_id=place_id, lang=work.lang)
    return answer(listed(found, next_after=None))


@router.get("/{case_id}", access=Access.RESIDENT, answers=CaseOpened)
async def show(case_id: Id, work: WorkDep) -> Response:
    """One case; its ETag is what the changing verbs want as If-Match."""
    view = await work.read(case_shown, case_id, lang=work.lang)
    return answer(view, version=view["version"])


@router.get("/{case_id}/timeline", access=Access.RESIDENT, answers=TimelineShape)
async def timeline(case_id: Id, work: WorkDep) -> Response:
    """The history one may read, oldest first."""
    return answer(listed(await work.read(case_timeline, case_id, lang=work.lang), next_after=None))


@router.post("/{case_id}/messages", access=Access.RESIDENT, answers=CaseOpened)
async def write_message(request: Request, case_id: Id, draft: MessageDraft, work: WorkDep) -> Response:
    """Add something to a case of one's own."""
    return await _do(request, work, Verb.MESSAGES, case_id, draft)


@router.post("/{case_id}/support", access=Access.RESIDENT, answers=CaseOpened)
async def support(
    request: Request, case_id: Id, work: WorkDep, draft: Annotated[NothingDraft | None, Body()] = None
) -> Response:
    """Say as a neighbour that it concerns one too. Once."""
    return await _do(request, work, Verb.SUPPORT, case_id, draft)


@router.post("/{case_id}/urging", access=Access.RESIDENT, answers=CaseOpened)
async def urge(request: Request, case_id: Id, draft: TextDraft, work: WorkDep) -> Response:
    """Ask those who hold it to hurry: once a day, and whenever it is overdue."""
    return await _do(request, work, Verb.URGING, case_id, draft)


@router.post("/{case_id}/withdrawal", access=Access.RESIDENT, versioned=True, answers=CaseOpened)
async def withdraw(
    request: Request, case_id: Id, work: WorkDep, draft: Annotated[NothingDraft | None, Body()] = None
) -> Response:
    """Take it back, as long as nobody has taken it up."""
    return await _do(request, work, Verb.WITHDRAWAL, case_id, draft)


@router.post("/{case_id}/hiding", access=Access.RESIDENT, versioned=True, answers=CaseOpened)
async def hide(
    request: Request, case_id: Id, work: WorkDep, draft: Annotated[HidingDraft | None, Body()] = None
) -> Response:
    """Take a public case of one's own off the neighbours' board; it is handled on."""
    return await _do(request, work, Verb.HIDING, case_id, draft)


@router.post("/{case_id}/evaluation", access=Access.RESIDENT, versioned=True, answers=CaseOpened)
async def evaluate(request: Request, case_id: Id, draft: EvaluationDraft, work: WorkDep) -> Response:
    """Say whether it is fixed and how satisfied one is."""
    return await _do(request, work, Verb.EVALUATION, case_id, draft)


@router.post("/{case_id}/reopening", access=Access.RESIDENT, versioned=True, answers=CaseOpened)
async def reopen(request: Request, case_id: Id, draft: ReasonDraft, work: WorkDep) -> Response:
    """Ask that it be handled again."""
    return await _do(request, work, Verb.REOPENING, case_id, draft)


def advice_on(text: str, lang: str) -> dict[str, Any] | None:
    """Whom to call at once, when the words may mean an emergency."""
    advice = emergency_advice(text)
    if advice is None:
        return None
    return {"numbers": list(advice.numbers), "text": advice.en if lang == "en" else advice.zh}


def _page(found: CasePage) -> Response:
    return answer(listed(found.items, next_after=found.next))


async def _do(request: Request, work: Work, verb: Verb, case_id: str, draft: Draft | None) -> Response:
    """Run a verb under its key and answer with the case as it is afterwards."""

    def render(session: Session, file: CaseFile) -> dict[str, Any]:
        return shown(session, file, actor=work.actor, now=work.clock.now(), lang=work.lang)

    return await once(
        request, work, _asked(request, verb), case_id, draft, render=render, status=200, versioned=True
    )


def _asked(request: Request, verb: Verb) -> Callable[..., CaseFile]:
    """The verb's use case. The version is asked for inside, after the replay: a repeat needs none."""
    registered = VERBS[verb]

    @wraps(registered.use_case)
    def use_case(
        session: Session, case_id: str, draft: Draft | None, *, actor: Actor, clock: Clock
    ) -> CaseFile:
        known = {"version": if_match(request)} if registered.versioned else {}
        file: CaseFile = registered.use_case(session, case_id, draft, actor=actor, clock=clock, **known)
        return file

    return use_case
