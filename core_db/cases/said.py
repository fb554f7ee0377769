"""What was raised, held by the history: an entry bears salted digests of the words, the place and the photos.

The record holds the entries (see `history`), and so what they hold: whoever rewrites a case's own words in the
database is found out. It costs raising a case one hash or two, in a row that is written anyway. An erasure makes the
digests anew, with other salts, so that what was said cannot be tried out.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from core_db.cases.model import CASES, ENTRIES, PHOTOS
from core_db.foundation.ids import new_salt

#: What is never changed but by an erasure; and where it is, which a worker may put right.
WORDS, PLACE = ("number", "text", "summary"), ("place_id", "place_label", "place_note")
SALT, DIGEST = 16, 32
PIECE = 500
BEFORE_ALL = -(2**62)
#: A photo as its entry holds it: its id, and the digest of its file where that is known.
Shown = tuple[str, bytes | None]


def said_by(case: Any) -> bytes:
    """For the entry that says it: a salt, and under it the digests of words and place."""
    return _said(new_salt(), case)


def shown_by(photos: Iterable[Shown]) -> bytes | None:
    """For the entry that shows them; None where it shows none."""
    photos = sorted(photos)
    return _shown(new_salt(), photos) if photos else None


def say_anew(session: Session, case_id: str) -> None:
    """Within an erasure: what entries hold is what the case says now, and the old salts are gone."""
    case = session.execute(select(*_SAID).where(CASES.c.id == case_id)).first()
    here = (ENTRIES.c.case_id == case_id) & (ENTRIES.c.said.is_not(None) | ENTRIES.c.shown.is_not(None))
    rows = session.execute(select(ENTRIES.c.position, ENTRIES.c.said, ENTRIES.c.shown).where(here)).all()
    photos = _photos(session, [row.position for row in rows])
    for row in rows:
        anew: dict[str, bytes] = {}
        if row.said is not None and not _says(row.said, case, with_place=True):
            anew["said"] = said_by(case)
        if row.shown is not None and not _shows(row.shown, photos.get(row.position, [])):
            anew["shown"] = _shown(new_salt(), photos.get(row.position, []))
        if anew:
            session.execute(update(ENTRIES).where(ENTRIES.c.position == row.position).values(anew))


def rewritten(session: Session) -> Iterator[tuple[str, int]]:
    """Cases that do not say or show what their history holds, each with the entry that holds it."""
    after = BEFORE_ALL
    while rows := session.execute(_HOLDING, {"after": after}).all():
        after = rows[-1].position
        photos = _photos(session, [row.position for row in rows if row.shown is not None])
        newest = _newest(session, {row.case_id for row in rows})
        for row in rows:
            is_said = row.said is None or _says(row.said, row, with_place=newest[row.case_id] == row.position)
            if not is_said or not (row.shown is None or _shows(row.shown, photos.get(row.position, []))):
                yield row.case_id, row.position


_SAID = [CASES.c[name] for name in (*WORDS, *PLACE)]
_HOLDING = (
    select(ENTRIES.c.position, ENTRIES.c.case_id, ENTRIES.c.said, ENTRIES.c.shown, *_SAID)
    .outerjoin_from(ENTRIES, CASES, CASES.c.id == ENTRIES.c.case_id)
    .where(
        ENTRIES.c.said.is_not(None) | ENTRIES.c.shown.is_not(None), ENTRIES.c.position > bindparam("after")
    )
    .order_by(ENTRIES.c.position)
    .limit(PIECE)
)


def _newest(session: Session, cases: Iterable[str]) -> dict[str, int]:
    """Of each case the newest entry that holds its words: that one has the place where it is now."""
    here = ENTRIES.c.case_id.in_(list(cases)) & ENTRIES.c.said.is_not(None)
    rows = session.execute(
        select(ENTRIES.c.case_id, ENTRIES.c.position).where(here).order_by(ENTRIES.c.position)
    )
    return {row.case_id: row.position for row in rows}


def _photos(session: Session, positions: Sequence[int]) -> dict[int, list[Shown]]:
    here = PHOTOS.c.entry_position.in_(positions)
    found: dict[int, list[Shown]] = {}
    for row in session.execute(select(PHOTOS.c.entry_position, PHOTOS.c.id, PHOTOS.c.digest).where(here)):
        found.setdefault(row.entry_position, []).append((row.id, row.digest))
    return {position: sorted(shown) for position, shown in found.items()}


def _said(salt: bytes, case: Any) -> bytes:
    return salt + _digest(salt, case, WORDS) + _digest(salt, case, PLACE)


def _shown(salt: bytes, photos: Sequence[Shown]) -> bytes:
    return salt + _hash(salt, [[one, digest.hex() if digest else None] for one, digest in photos])


def _says(held: bytes, case: Any, *, with_place: bool) -> bool:
    """Words are held by each entry that holds any; the place may have been put right by a later one."""
    now = _said(held[:SALT], case)
    counted = len(now) if with_place else SALT + DIGEST
    return compare_digest(held[:counted], now[:counted])


def _shows(held: bytes, photos: Sequence[Shown]) -> bool:
    return compare_digest(held, _shown(held[:SALT], photos))


def _digest(salt: bytes, case: Any, names: Sequence[str]) -> bytes:
    return _hash(salt, [getattr(case, name, None) for name in names])


def _hash(salt: bytes, said: object) -> bytes:
    """SHA-256 over salt and a JSON list without spaces."""
    return sha256(salt + orjson.dumps(said)).digest()
