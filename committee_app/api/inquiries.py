"""The first-asker's register and the notes for the next shift over the API."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.foundation.actor import Role
from core_db.handover_notes import (
    HandOverNote,
    NoteDraft,
    end_note,
    mark_note_read,
    notes_here,
    write_note_on,
)
from core_db.inquiries import (
    INQUIRIES_SHOWN,
    AnswerDraft,
    HandOnDraft,
    Inquiry,
    InquiryDraft,
    InquirySeen,
    answer_inquiry,
    hand_on_inquiry,
    inquiries_here,
    inquiry_shown,
    my_open_inquiries,
    take_inquiry,
)
from core_db.inquiries.words import InquiryStatus, Way

router = ApiRouter()
#: The question with which the page before ended.
Behind = Annotated[str | None, Query(max_length=36)]


class InquiryShape(Shape):
    """A question with what became of it. `is_mine`: one is responsible for it."""

    id: str
    taken_at: datetime
    taken_by: str
    taken_name: str
    way: Way
    person_id: str | None
    person_name: str | None
    about: str
    status: InquiryStatus
    guide_id: str | None
    guide_title: str | None
    handed_to: str | None
    case_id: str | None
    case_number: str | None
    answer: str | None
    answered_at: datetime | None
    answered_name: str
    community_id: str
    is_mine: bool


class InquiriesShape(Shape):
    items: list[InquiryShape]
    next: str | None


class KeptInquiryShape(Shape):
    """What is kept of an answer that may be asked for again: nothing that anybody said."""

    id: str
    community_id: str
    status: InquiryStatus


class NoteShape(Shape):
    """A note for the next shift. `for_me`: it is for whoever reads it, or for a post he holds."""

    id: str
    community_id: str
    #: Where whoever reads it works for several.
    community_name: str
    text: str
    written_by: str
    written_name: str
    written_at: datetime
    to_id: str | None
    to_name: str
    to_role: Role | None
    read_at: datetime | None
    read_name: str
    done_at: datetime | None
    done_name: str
    for_me: bool
    is_mine: bool


class NotesShape(Shape):
    items: list[NoteShape]
    next: str | None


class KeptNoteShape(Shape):
    id: str
    community_id: str
    read_at: datetime | None
    done_at: datetime | None


@router.get("/inquiries", access=Access.COMMITTEE, answers=InquiriesShape)
async def index(work: WorkDep, mine: bool = False, after: Behind = None) -> Response:
    """What was asked here, the newest first; with `mine` what one has still to answer, the oldest first."""
    if mine:
        return answer(listed(_all(await work.read(my_open_inquiries)), next_after=None))
    found = await work.read(inquiries_here, after=after)
    onward = found[-1].id if len(found) == INQUIRIES_SHOWN else None
    return answer(listed(_all(found), next_after=onward))


@router.post("/inquiries", access=Access.COMMITTEE, status_code=201, answers=KeptInquiryShape)
async def take(request: Request, draft: InquiryDraft, work: WorkDep) -> Response:
    """Write down what somebody asks: from now on one is responsible for it.

    Where nobody is named, whoever works for several neighbourhoods says at which counter: `community_id`.
    """
    return await once(request, work, take_inquiry, draft, render=_kept)


@router.get("/inquiries/{inquiry_id}", access=Access.COMMITTEE, answers=InquiryShape)
async def show(inquiry_id: Id, work: WorkDep) -> Response:
    """One question."""
    return answer(asdict(await work.read(inquiry_shown, inquiry_id)))


@router.post("/inquiries/{inquiry_id}/answer", access=Access.COMMITTEE, answers=KeptInquiryShape)
async def answered(request: Request, inquiry_id: Id, draft: AnswerDraft, work: WorkDep) -> Response:
    """Answer with a guide, a sentence, or both."""
    return await once(request, work, answer_inquiry, inquiry_id, draft, render=_kept, status=200)


@router.post("/inquiries/{inquiry_id}/hand-on", access=Access.COMMITTEE, answers=KeptInquiryShape)
async def hand_on(request: Request, inquiry_id: Id, draft: HandOnDraft, work: WorkDep) -> Response:
    """Say to whom it was handed; until it is answered one stays responsible."""
    return await once(request, work, hand_on_inquiry, inquiry_id, draft, render=_kept, status=200)


@router.get("/notes", access=Access.COMMITTEE, answers=NotesShape)
async def notes(work: WorkDep) -> Response:
    """All notes of one's neighbourhood that are not done, the oldest first."""
    return answer(listed([asdict(one) for one in await work.read(notes_here)], next_after=None))


@router.post("/notes", access=Access.COMMITTEE, status_code=201, answers=KeptNoteShape)
async def write(request: Request, draft: NoteDraft, work: WorkDep) -> Response:
    """Leave a note for a colleague (`person:<account>`) or for whoever holds a post (`post:worker`).

    Where that does not tell the neighbourhood, whoever works for several says which: `community_id`.
    """
    return await once(request, work, write_note_on, draft, render=_note)


@router.post("/notes/{note_id}/reading", access=Access.COMMITTEE, answers=KeptNoteShape)
async def read(request: Request, note_id: Id, work: WorkDep) -> Response:
    """Say that one has read it."""
    return await once(request, work, mark_note_read, note_id, render=_note, status=200)


@router.post("/notes/{note_id}/end", access=Access.COMMITTEE, answers=KeptNoteShape)
async def end(request: Request, note_id: Id, work: WorkDep) -> Response:
    """Say that what it asked for is done."""
    return await once(request, work, end_note, note_id, render=_note, status=200)


def _all(found: Sequence[InquirySeen]) -> list[dict[str, Any]]:
    return [asdict(one) for one in found]


def _kept(_session: Session, made: Inquiry) -> dict[str, Any]:
    return {"id": made.id, "community_id": made.community_id, "status": made.status}


def _note(_session: Session, made: HandOverNote) -> dict[str, Any]:
    return {
        "id": made.id, "community_id": made.community_id, "read_at": made.read_at, "done_at": made.done_at,
    }  # fmt: skip
