"""Cases over the API: list, count, open, enter for somebody, and every verb of those who work on them."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from fastapi import Body, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, if_match, listed, once, once_sealed, respond_with
from app_shell.case_shapes import CaseListShape, TimelineShape
from app_shell.routing import Access, ApiRouter, Id
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.api.asked import DOCUMENTED, asked
from committee_app.api.shapes import CaseAtWork, DeskShape, FieldsUncoveredShape
from committee_app.desk import DeskFound, arranged, read_desk
from committee_app.lists import LISTS, ON_THE_DESK
from core_db.cases import (
    VERBS,
    CaseFile,
    OnBehalfDraft,
    Verb,
    VerbCase,
    case_counts,
    case_shown,
    case_timeline,
    cases_as_json,
    shown,
    submit_on_behalf,
)
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.reveals import FieldsDraft, FieldsUncovered, uncover_fields

router = ApiRouter("/cases")

#: What those who work on cases do; the rest belongs to residents.
OF_STAFF = tuple(
    verb for verb in Verb if verb not in (Verb.SUPPORT, Verb.WITHDRAWAL, Verb.EVALUATION, Verb.REOPENING)
)


@router.get("", access=Access.CASEWORK, answers=CaseListShape, openapi_extra=DOCUMENTED)
async def index(request: Request, work: WorkDep) -> Response:
    """The cases one works on, newest first: of one's neighbourhood, below one's node, or handed to one."""
    return respond_with(await work.read(cases_as_json, asked(request), lang=work.lang))


@router.get("/counts", access=Access.CASEWORK, answers=dict[CaseStatus, int])
async def counts(work: WorkDep) -> Response:
    """How many cases are in each status, by status."""
    return answer(await work.read(case_counts))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=CaseAtWork)
async def enter(request: Request, draft: OnBehalfDraft, work: WorkDep) -> Response:
    """Enter a case for somebody: by telephone, on a visit, or at the desk."""
    return await once(request, work, submit_on_behalf, draft, render=_as_seen_by(work), versioned=True)


@router.get("/desk", access=Access.COMMITTEE, answers=DeskShape)
async def desk(work: WorkDep) -> Response:
    """What the committee has to do now, the most pressing first; each case once, with what else it is."""
    return answer(_desk(await work.read(read_desk, ON_THE_DESK, lang=work.lang)))


def _desk(found: DeskFound) -> dict[str, Any]:
    lists_of: dict[str, list[str]] = {}
    for name, page in found.lists.items():
        for row in page.items:
            lists_of.setdefault(row.id, []).append(name)
    parts = [
        {"name": part.name, "title": _(LISTS[part.name].title), "count": part.count, "is_all": part.is_all,
         "above": part.above, "items": [
             {"id": row.id, "number": row.number, "also": [one for one in lists_of[row.id] if one != part.name]}
             for row in part.rows
         ]}
        for part in arranged(found)
    ]  # fmt: skip
    return {"parts": parts}


@router.get("/{case_id}", access=Access.CASEWORK, answers=CaseAtWork)
async def show(case_id: Id, work: WorkDep) -> Response:
    """One case; its ETag is what the changing verbs want as If-Match."""
    view = await work.read(case_shown, case_id, lang=work.lang)
    return answer(view, version=view["version"])


@router.get("/{case_id}/timeline", access=Access.CASEWORK, answers=TimelineShape)
async def timeline(case_id: Id, work: WorkDep) -> Response:
    """The history one may read, oldest first."""
    return answer(listed(await work.read(case_timeline, case_id, lang=work.lang), next_after=None))


@router.post("/{case_id}/reveal", access=Access.COMMITTEE, answers=FieldsUncoveredShape)
async def reveal(request: Request, case_id: Id, draft: FieldsDraft, work: WorkDep) -> Response:
    """Uncover what was filled in besides and is hidden; it is recorded, and whoever raised the case reads it."""
    return await once_sealed(request, work, uncover_fields, case_id, draft, render=_uncovered, lang=work.lang)


def _uncovered(found: FieldsUncovered) -> dict[str, Any]:
    fields = [one._asdict() for one in found.fields]
    return {
        "case_id": found.case_id, "purpose": found.purpose, "reference": found.reference, "fields": fields,
    }  # fmt: skip


def _as_seen_by(work: Work) -> Callable[[Session, CaseFile], dict[str, Any]]:
    """Renders a case for the caller, inside the writing transaction."""

    def render(session: Session, file: CaseFile) -> dict[str, Any]:
        return shown(session, file, actor=work.actor, now=work.clock.now(), lang=work.lang)

    return render


async def _do(request: Request, work: Work, registered: VerbCase, case_id: str, draft: Any) -> Response:
    """Run a verb under its key and answer with the case as it is afterwards."""

    @wraps(registered.use_case)
    def use_case(session: Session, case_id: str, draft: Any, *, actor: Actor, clock: Clock) -> CaseFile:
        # Asked for inside, after the replay: a repeat needs no version.
        known = {"version": if_match(request)} if registered.versioned else {}
        file: CaseFile = registered.use_case(session, case_id, draft, actor=actor, clock=clock, **known)
        return file

    return await once(
        request, work, use_case, case_id, draft, render=_as_seen_by(work), status=200, versioned=True
    )


def _declare(verb: Verb, registered: VerbCase) -> None:
    """One route for a verb, with its own body in the document."""

    async def with_words(request: Request, case_id: Id, work: WorkDep, draft: Any) -> Response:
        return await _do(request, work, registered, case_id, draft)

    async def without_words(request: Request, case_id: Id, work: WorkDep, draft: Any = None) -> Response:
        return await _do(request, work, registered, case_id, kind() if draft is None else draft)

    kind: Any = registered.draft
    needs_words = any(about.is_required() for about in kind.model_fields.values())
    endpoint: Callable[..., Any] = with_words if needs_words else without_words
    endpoint.__annotations__["draft"] = kind if needs_words else Annotated[kind | None, Body()]
    endpoint.__name__ = f"{verb}_case".replace("-", "_")
    endpoint.__doc__ = registered.use_case.__doc__
    path = f"/{{case_id}}/{verb}"
    router.post(path, access=Access.CASEWORK, versioned=registered.versioned, answers=CaseAtWork)(endpoint)


for _verb in OF_STAFF:
    _declare(_verb, VERBS[_verb])
