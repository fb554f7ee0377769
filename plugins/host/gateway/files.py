"""Photos for plugins: those that whoever raised a case put to it, with his consent.

Of a case that neighbours read, too: they are shown its words and no photo. What a handler or the committee took stays
with them: it is of their work, and nobody who is in it was asked.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from core_db.cases import photo_path
from core_db.cases.model import CASES, PARTIES, PHOTOS
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import is_id
from core_db.installs.sheets import PurposeSeen
from plugins.host.gateway.casework import case_is, cases_there, let_read
from plugins.host.gateway.gates import Asking
from plugins.host.gateway.noting import Answer, must_be_within_the_day, tell_of_many
from plugins.sdk.told import Photo

#: Bytes of a photo that are handed out at most; as they are kept, they are far below.
MOST = 2_000_000
FIELDS = ("files",)
SCOPES = ("case:read", "file:read")
Asked = Mapping[str, Any]


def photos(asking: Asking, asked: Asked) -> Answer:
    """What there is of a case, without a byte of it; nothing where it may not be seen."""
    purpose, before = _begin(asking, asked)
    case = asking.session.execute(select(CASES).where(cases_there(asking), case_is(asked["case"]))).first()
    found = [] if case is None else _of(asking, case, purpose)
    return _told(asking, purpose, found, before, [_photo(row) for row in found])


def photo(asking: Asking, asked: Asked) -> Answer:
    """Which photo it is, of those above; its bytes are added outside of the transaction (`with_bytes`)."""
    purpose, before = _begin(asking, asked)
    wanted = str(asked["id"]) if is_id(str(asked["id"])) else ""
    its = select(PHOTOS.c.case_id).where(PHOTOS.c.id == wanted)
    case = asking.session.execute(select(CASES).where(cases_there(asking), CASES.c.id.in_(its))).first()
    found = [] if case is None else [row for row in _of(asking, case, purpose) if row.id == wanted]
    if found and found[0].size > MOST:
        raise CannotBeRead({"id": ("这张照片太大了。", "This photo is too large.")})
    return _told(asking, purpose, found, before, {"id": wanted} if found else None)


def with_bytes(folder: Path, value: Any) -> str | None:
    """The photo as text that goes through a pipe; None where it is there no more. For a thread: it reads a file."""
    if value is None:
        return None
    try:
        return b64encode(photo_path(folder, value["id"]).read_bytes()).decode()
    except FileNotFoundError:
        return None


def _begin(asking: Asking, asked: Asked) -> tuple[PurposeSeen, int]:
    asking.must_be_open(SCOPES)
    return asking.purpose(asked["purpose"], FIELDS), must_be_within_the_day(asking)


def _of(asking: Asking, case: Row[Any], purpose: PurposeSeen) -> Sequence[Row[Any]]:
    """Those that whoever raised it put to it, once everybody who stands behind it agreed."""
    if not let_read(asking, case, purpose, ["photos.files"]):
        return []
    theirs = select(PARTIES.c.account_id).where(PARTIES.c.case_id == case.id)
    rows = select(PHOTOS).where(PHOTOS.c.case_id == case.id, PHOTOS.c.account_id.in_(theirs))
    return asking.session.execute(rows.order_by(PHOTOS.c.id)).all()


def _photo(row: Row[Any]) -> dict[str, Any]:
    return Photo(
        id=row.id, media_type="image/jpeg", size=row.size, width=row.width, height=row.height,
        on=local_date(row.created_at),
    ).model_dump(mode="json")  # fmt: skip


def _told(asking: Asking, purpose: PurposeSeen, found: Sequence[Any], before: int, value: Any) -> Answer:
    subjects = 1 if found else 0
    tell_of_many(asking, before, subjects)
    return Answer(
        value=value,
        scopes=SCOPES,
        purpose=purpose.id,
        fields=FIELDS,
        subjects=subjects,
        is_withheld=not found,
    )
