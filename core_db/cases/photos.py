"""Photos: decoded, turned upright, made smaller and written anew, so that no metadata or foreign bytes survive.

Work on pixels happens outside the database's door (`clean_photo`); rows only note what lies in the folder.
"""

import os
from collections.abc import Iterable
from dataclasses import field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.errors import PhotoNotYours
from core_db.cases.model import PHOTOS, Photo
from core_db.foundation.actor import Actor
from core_db.foundation.apart import Apart
from core_db.foundation.clock import Clock
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.pictures import remade, too_large

#: Where pictures are decoded: one child of each process, started by the first picture.
APART = Apart("core_db.foundation.pictures", "PIL.ImageOps", patience=15.0)


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it will be kept: JPEG bytes, their size in pixels, and their SHA-256."""

    data: bytes
    width: int
    height: int
    #: Made with the picture, beside the event loop and before the writer's turn.
    digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(self.data).digest())


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
        digest=photo.digest, created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def loose_photos(session: Session, ids: Iterable[str], *, actor: Actor) -> list[Photo]:
    """Photos that the actor uploaded and no entry shows yet."""
    found = [session.get(Photo, one) if is_id(one) else None for one in dict.fromkeys(ids)]
    his = [one for one in found if one is not None and one.account_id == actor.id and one.case_id is None]
    if len(his) < len(found):
        raise PhotoNotYours()
    return his


def attach_photos(session: Session, photos: Iterable[Photo], *, case_id: str, position: int | None) -> None:
    """Let the entry at a position show them."""
    for photo in photos:
        photo.case_id, photo.entry_position = case_id, position
    session.flush()


def photos_of(session: Session, case_id: str) -> dict[int, list[str]]:
    """Photo ids by the entry that shows them."""
    statement = select(Photo).where(PHOTOS.c.case_id == case_id).order_by(PHOTOS.c.id)
    shown: dict[int, list[str]] = {}
    for photo in session.execute(statement).scalars():
        shown.setdefault(photo.entry_position or 0, []).append(photo.id)
    return shown
