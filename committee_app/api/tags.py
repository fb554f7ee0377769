"""Tags over the API: the dictionary, who bears what, giving, renewing and taking off, and what is due for review."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once, once_sealed
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.places import PlaceKind
from core_db.reveals import Evidence, EvidenceDraft, read_evidence
from core_db.tags import (
    AssignmentDraft,
    DefinitionDraft,
    RemovalDraft,
    TagAssignment,
    TagClass,
    TagDefinition,
    TagSeen,
    TagWord,
    assign_tag,
    define_tag,
    renew_tag,
    retire_tag,
    tag_dictionary,
    tags_of,
    tags_to_review,
    take_off_tag,
)

router = ApiRouter()


class WordShape(Shape):
    """A word of the dictionary; it serves its place and all below it."""

    id: str
    place_id: str
    place_name: str
    level: PlaceKind
    code: str
    name: str
    name_en: str
    kind: TagClass
    sensitive: bool
    legal_basis: str
    valid_days: int | None
    review_days: int | None
    active_from: date
    active_to: date | None
    may_retire: bool


class WordsShape(Shape):
    items: list[WordShape]
    next: str | None


class KeptWordShape(Shape):
    """A word that was put into the dictionary, or given to nobody any more from the day after `active_to` on."""

    id: str
    place_id: str
    code: str
    active_from: date
    active_to: date | None


class TagShape(Shape):
    """A tag that somebody bears; of a sensitive one `definition_id` and `name` are null, until it is uncovered."""

    id: str
    person_id: str
    person_name: str
    definition_id: str | None
    name: str | None
    source: str
    assigned_name: str
    valid_from: date
    valid_to: date | None
    review_by: date | None
    is_due: bool
    has_evidence: bool


class TagsShape(Shape):
    items: list[TagShape]
    next: str | None


class TagsOfPersonShape(Shape):
    """Somebody's tags, and those he could be given."""

    items: list[TagShape]
    next: str | None
    to_give: list[WordShape]


class GivenShape(Shape):
    """What became of a tag: until when it holds, when it is looked at again, and whether it was taken off."""

    id: str
    person_id: str
    valid_from: date
    valid_to: date | None
    review_by: date | None
    is_taken_off: bool


class EvidenceShape(Shape):
    """On what a tag was given, for this once."""

    id: str
    person_id: str
    evidence: str


@router.get("/tags", access=Access.TAGS, answers=WordsShape)
async def index(work: WorkDep) -> Response:
    """The words in force where one works: those of one's places and of all above them; the retired last."""
    return answer(listed([asdict(one) for one in await work.read(tag_dictionary)], next_after=None))


@router.post("/tags", access=Access.TAGS, status_code=201, answers=KeptWordShape)
async def define(request: Request, draft: DefinitionDraft, work: WorkDep) -> Response:
    """Put a word into the dictionary of a place. A sensitive one needs its legal basis."""
    return await once(request, work, define_tag, draft, render=_kept)


@router.post("/tags/{definition_id}/retirement", access=Access.TAGS, answers=KeptWordShape)
async def retire(request: Request, definition_id: Id, work: WorkDep) -> Response:
    """Give a tag to nobody any more from tomorrow on."""
    return await once(request, work, retire_tag, definition_id, render=_kept, status=200)


@router.get("/tags/review", access=Access.COMMITTEE, answers=TagsShape)
async def review(work: WorkDep) -> Response:
    """What is due to be looked at again, the longest overdue first."""
    return answer(listed(_tags(await work.read(tags_to_review), work.lang), next_after=None))


@router.get("/people/{person_id}/tags", access=Access.COMMITTEE, answers=TagsOfPersonShape)
async def of_person(person_id: Id, work: WorkDep) -> Response:
    """The tags somebody bears now. Sensitive ones stand there unnamed, for those alone who may know of them."""
    found = await work.read(tags_of, person_id)
    listed_now = listed(_tags(found.borne, work.lang), next_after=None)
    return answer(listed_now | {"to_give": [asdict(one) for one in found.to_give]})


@router.post("/people/{person_id}/tags", access=Access.COMMITTEE, status_code=201, answers=GivenShape)
async def assign(request: Request, person_id: Id, draft: AssignmentDraft, work: WorkDep) -> Response:
    """Give somebody a tag: where it is known from, on what, and how long."""
    return await once(request, work, assign_tag, person_id, draft, render=_given)


@router.post("/tags/given/{tag_id}/renewal", access=Access.COMMITTEE, answers=GivenShape)
async def renew(request: Request, tag_id: Id, work: WorkDep) -> Response:
    """Somebody looked, and it is still so: it holds for another of its terms."""
    return await once(request, work, renew_tag, tag_id, render=_given, status=200)


@router.post("/tags/given/{tag_id}/removal", access=Access.COMMITTEE, answers=GivenShape)
async def take_off(request: Request, tag_id: Id, draft: RemovalDraft, work: WorkDep) -> Response:
    """Somebody bears a tag no longer."""
    return await once(request, work, take_off_tag, tag_id, draft, render=_given, status=200)


@router.post("/tags/given/{tag_id}/reading", access=Access.COMMITTEE, answers=EvidenceShape)
async def read(request: Request, tag_id: Id, draft: EvidenceDraft, work: WorkDep) -> Response:
    """On what a tag that is in force was given: recorded, and told to who bears it. A sensitive one needs a reason."""
    return await once_sealed(request, work, read_evidence, tag_id, draft, render=_evidence)


def _evidence(found: Evidence) -> dict[str, Any]:
    return {"id": found.tag_id, "person_id": found.person_id, "evidence": found.text}


def _kept(_session: Session, made: TagDefinition) -> dict[str, Any]:
    return {
        "id": made.id, "place_id": made.place_id, "code": made.code, "active_from": made.active_from,
        "active_to": made.active_to,
    }  # fmt: skip


def _given(_session: Session, made: TagAssignment) -> dict[str, Any]:
    return {
        "id": made.id, "person_id": made.person_id, "valid_from": made.valid_from, "valid_to": made.valid_to,
        "review_by": made.review_by, "is_taken_off": made.removed_at is not None,
    }  # fmt: skip


def _tags(found: Sequence[TagSeen], lang: str) -> list[dict[str, Any]]:
    return [_tag(one, one.word, lang) for one in found]


def _tag(seen: TagSeen, word: TagWord | None, lang: str) -> dict[str, Any]:
    return {
        "id": seen.id, "person_id": seen.person_id, "person_name": seen.person_name,
        "definition_id": word.id if word else None, "name": word.within(lang) if word else None,
        "source": seen.source, "assigned_name": seen.assigned_name, "valid_from": seen.valid_from,
        "valid_to": seen.valid_to, "review_by": seen.review_by, "is_due": seen.is_due,
        "has_evidence": seen.has_evidence,
    }  # fmt: skip
