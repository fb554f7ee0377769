"""Who looked at my data: every read of it that was not masked, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from core_db.access.words import FIELD_WORDS, PURPOSE_WORDS
from core_db.accounts.words import ROLE_WORDS
from core_db.cases import Look, who_looked
from core_db.foundation.actor import Role

router = SecureRouter("/me")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One look, in words."""

    at: datetime
    who: str
    what: str
    why: str
    case_id: str | None
    case_number: str | None


class SeenPage(Page, template="home/seen.html"):
    """Who looked, the newest first."""

    lines: Sequence[Line]


@router.get("/seen", access=Access.RESIDENT)
async def seen(request: Request, work: WorkDep) -> Response:
    looks = await work.read(who_looked)
    return render(request, SeenPage(lines=[_line(one, work.lang) for one in looks]))


def _line(look: Look, lang: str) -> Line:
    role = _said(ROLE_WORDS, Role(look.role), lang)
    return Line(
        at=look.at, who=f"{look.office} · {role}" if look.office else role, what=_said(FIELD_WORDS, look.field, lang),
        why=_said(PURPOSE_WORDS, look.purpose, lang), case_id=look.case_id, case_number=look.case_number,
    )  # fmt: skip


def _said(words: Mapping[Any, tuple[str, str]], key: str, lang: str) -> str:
    zh, en = words.get(key, (str(key), str(key)))
    return en if lang == "en" else zh
