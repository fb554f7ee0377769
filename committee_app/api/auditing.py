"""The record over the API, for the audit administrator: who looked at what in full, and what was done."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from app_shell.api import Limit, answer, cursor_of, listed
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from committee_app.auditing import kind_of, wanted
from committee_app.reading import Word
from core_db.accounts import DeedSeen, ReadSeen, deeds_done, unmasked_reads

router = ApiRouter("/audit")
#: A day of an address.
Day = date | None


class ReadShape(Shape):
    """One unmasked read, or all `looks` of one export; `subject` is a first sign, `reference` never says which one."""

    id: int
    at: datetime
    reader: str
    role: str
    acted_for: str
    office: str
    subject: str
    field: str
    purpose: str
    reference: str
    looks: int


class ReadsShape(Shape):
    items: list[ReadShape]
    next: str | None


class DeedShape(Shape):
    """One event of the record; residents stand there by the beginning of a pseudonym."""

    id: int
    at: datetime
    actor: str
    acted_for: str
    role: str
    office: str
    action: str
    subject: str
    object: str
    purpose: str
    reference: str
    outcome: str
    channel: str


class DeedsShape(Shape):
    items: list[DeedShape]
    next: str | None


@router.get("/reads", access=Access.AUDITOR, answers=ReadsShape)
async def reads(
    work: WorkDep, since: Day = None, until: Day = None, who: Word = None, place: Word = None,
    person: Word = None, case_id: Annotated[Word, Query(alias="case")] = None, after: Word = None, limit: Limit = 50,
) -> Response:  # fmt: skip
    """Who read what in full, the newest first: of one person, for one case, by one of the staff, on these days."""
    found = await work.read(
        unmasked_reads,
        wanted(work, since, until, who, place),
        person=person,
        case_id=case_id,
        before=cursor_of(after),
        limit=limit,
    )
    return answer(_page(found, limit))


@router.get("/deeds", access=Access.AUDITOR, answers=DeedsShape)
async def deeds(
    work: WorkDep,
    since: Day = None,
    until: Day = None,
    who: Word = None,
    place: Word = None,
    kind: Word = None,
    after: Word = None,
    limit: Limit = 50,
) -> Response:
    """What was done, the newest first: of one kind, by, for or about one of the staff, on these days."""
    found = await work.read(
        deeds_done,
        wanted(work, since, until, who, place),
        kind=kind_of(kind),
        before=cursor_of(after),
        limit=limit,
    )
    return answer(_page(found, limit))


def _page(found: Any, limit: int) -> dict[str, Any]:
    lines = [_line(one) for one in found]
    return listed(lines, next_after=str(found[-1].seq) if len(found) == limit else None)


def _line(one: ReadSeen | DeedSeen) -> dict[str, Any]:
    said = asdict(one)
    return {"id": said.pop("seq"), **said}
