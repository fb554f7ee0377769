"""Photos on their way in: read from the form, made anew beside the event loop, kept, and noted."""

import asyncio
from collections.abc import Sequence

from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import UploadFile

from app_shell.context import shell_of, visit_of
from app_shell.forms import Typed
from app_shell.work import Work
from core_db.cases import CleanPhoto, clean_photo, keep_photo, upload_photo
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError
from core_db.foundation.points import Asked
from core_db.foundation.settings import Settings

Kept = tuple[str, CleanPhoto]
UPLOADED_AT = "upload.accept.v1"


async def keep(request: Request, data: bytes) -> Kept:
    """The picture anew, on disk, under its id. Refused before anything is kept when it is none."""
    settings = shell_of(request).settings
    photo = await asyncio.to_thread(_clean, settings, data)
    await _ask_about(request, photo)
    return await asyncio.to_thread(keep_photo, settings.data_dir, photo), photo


async def _ask_about(request: Request, photo: CleanPhoto) -> None:
    """Plugins that look at what is sent are asked wherever the sender lives or works; what they refuse is not kept.

    What the picture will be sent with, and so of which of his neighbourhoods it is, nobody knows yet.
    """
    visit, points = visit_of(request), shell_of(request).door.points
    if UPLOADED_AT not in points.names:
        return
    said = {"media_type": "image/jpeg", "size": len(photo.data), "digest": photo.digest.hex()}
    for place in dict.fromkeys((*visit.actor.communities, *(one.place_id for one in visit.actor.grants))):
        await points.ask(UPLOADED_AT, Asked(community_id=place, draft=said), lang=visit.lang)


async def upload_all(request: Request, work: Work, files: Sequence[UploadFile]) -> list[str]:
    """Keep the photos of a page's form and note them as the sender's; their ids."""
    kept = [await keep(request, await file.read()) for file in files]
    return await work.write(_note_all, kept) if kept else []


async def photos_in(request: Request, work: Work, typed: Typed) -> tuple[tuple[str, ...], str | None]:
    """The ids of the photos a form brings, sent now or before; or why one of them is refused."""
    before = tuple(typed.getlist("photos"))
    try:
        return before + tuple(await upload_all(request, work, typed.files("photo_files"))), None
    except DomainError as refusal:
        if refusal.status != 422:
            raise
        return before, refusal.sentence(work.lang)


def _clean(settings: Settings, data: bytes) -> CleanPhoto:
    return clean_photo(data, most_bytes=settings.photo_bytes, most_pixels=settings.photo_pixels)


def _note_all(session: Session, kept: Sequence[Kept], *, actor: Actor, clock: Clock) -> list[str]:
    return [upload_photo(session, photo_id, photo, actor=actor, clock=clock).id for photo_id, photo in kept]
