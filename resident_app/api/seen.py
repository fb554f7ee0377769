"""Who looked at my data, over the API; and asking about a look."""

from typing import Annotated, Any

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Number
from app_shell.work import WorkDep
from core_db.foundation.ids import LAST_NUMBER
from core_db.reveals import Look, QuestionDraft, ask_about_look, who_looked
from resident_app.api.shapes import LookList, LookShape
from resident_app.looks import LookShown, look_shown

router = ApiRouter("/me/seen")
#: A list of looks goes on after one of them: its number.
AfterLook = Annotated[int | None, Query(ge=1, le=LAST_NUMBER)]


@router.get("", access=Access.RESIDENT, answers=LookList)
async def seen(work: WorkDep, after: AfterLook = None, limit: Limit = 100) -> Response:
    """Who read my data in full, the newest first: when, which office and role, why, what, and through which case."""
    looks = await work.read(who_looked, after=after, limit=limit + 1)
    items = [_view(look_shown(one, work.lang)) for one in looks[:limit]]
    return answer(listed(items, next_after=str(looks[limit - 1].seq) if len(looks) > limit else None))


@router.post("/{look}/question", access=Access.RESIDENT, status_code=201, answers=LookShape)
async def ask(request: Request, look: Number, draft: QuestionDraft, work: WorkDep) -> Response:
    """Ask about a look: a private case that the secretary and the town have at once, due in 15 working days."""

    def render(_session: Session, asked: Look) -> dict[str, Any]:
        return _view(look_shown(asked, work.lang))

    return await once(request, work, ask_about_look, look, draft, render=render)


def _view(look: LookShown) -> dict[str, Any]:
    return {
        "id": look.seq, "at": look.at, "office": look.office, "role": look.role,
        "fields": [{"code": code, "name": name} for code, name in look.fields],
        "purpose": {"code": look.purpose, "name": look.why}, "reason": look.reason,
        "case": _case(look.case_id, look.case_number), "deferred_until": look.deferred_until,
        "question": _case(look.question_id, look.question_number),
    }  # fmt: skip


def _case(case_id: str | None, number: str | None) -> dict[str, str | None] | None:
    return {"id": case_id, "number": number} if case_id else None
