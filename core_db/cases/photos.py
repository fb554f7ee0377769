"""Photos: decoded, turned upright, made smaller and written anew, so that no metadata or foreign bytes survive.

Work on pixels happens outside the database's door (`clean_photo`); rows only note what lies in the folder.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.errors import PhotoNotYours
from core_db.cases.model import PHOTOS, Photo
from core_db.foundation.actor import Actor
from core_db.foundation.apart import Apart
from core_db.foundation.clock import Clock
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.pictures import remade, too_large

#: Where pictures are decoded: one child of each process, started by the first picture.
APART = Apart("core_db.foundation.pictures", patience=15.0)


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it will be kept: JPEG bytes and their size in pixels."""

    data: bytes
    width: int
    height: int


def clean_photo(data: bytes, *, most_bytes: int, most_pixels: int) -> CleanPhoto:
    """The picture anew, without metadata; refuses what is no picture or too large before decoding it.

    May take as long as `APART` has patience: never call it in the event loop.
    """
    if len(data) > most_bytes:
        raise too_large(most_bytes, most_pixels)
    return CleanPhoto(*APART.run(remade, data, most_bytes, most_pixels))


def photo_path(folder: Path, photo_id: str) -> Path:
    """Where a photo's bytes lie; the id was checked, so the path cannot leave the folder."""
    return folder / "photos" / photo_id[-2:] / f"{photo_id}.jpg"


def keep_photo(folder: Path, photo: CleanPhoto) -> str:
    """Write the bytes to disk, flushed, and return the new photo's id. Its row is written by `upload_photo`."""
    photo_id = new_id()
    path = photo_path(folder, photo_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(photo.data)
        file.flush()
        os.fsync(file.fileno())
    return photo_id


def upload_photo(session: Session, photo_id: str, photo: CleanPhoto, *, actor: Actor, clock: Clock) -> Photo:
    """Note a photo that was kept; it belongs to nobody's case until an entry shows it."""
    row = Photo(
        id=photo_id, account_id=actor.id, width=photo.width, height=photo.height, size=len(photo.data),
        created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def attach_photos(
    session: Session, ids: Iterable[str], *, case_id: str, position: int | None, actor: Actor
) -> None:
    """Let the entry at a position show photos that its author uploaded."""
    for photo_id in dict.fromkeys(ids):
        photo = session.get(Photo, photo_id) if is_id(photo_id) else None
        if photo is None or photo.account_id != actor.id or photo.case_id is not None:
            raise PhotoNotYours()
        photo.case_id, photo.entry_position = case_id, position
        session.flush()


def photos_of(session: Session, case_id: str) -> dict[int, list[str]]:
    """Photo ids by the entry that shows them."""
    statement = select(Photo).where(PHOTOS.c.case_id == case_id).order_by(PHOTOS.c.id)
    shown: dict[int, list[str]] = {}
    for photo in session.execute(statement).scalars():
        shown.setdefault(photo.entry_position or 0, []).append(photo.id)
    return shown
