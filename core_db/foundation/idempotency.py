"""Once is once: an answer to a POST is kept in its own transaction and given again, byte for byte.

Kept 24 hours per account and route. Where something sealed was made or opened on the way, what is kept is sealed too,
for the answer may hold it in the clear; it opens for this very POST alone.
The same key with another body is a mistake of the caller (422).
After draft-ietf-httpapi-idempotency-key-header.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Integer, LargeBinary, Table, bindparam, delete, select
from sqlmodel import Field, Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import KeyUsedForAnother
from core_db.foundation.fields import F0, F1, FieldClass, digest_column, held
from core_db.foundation.later import Later, later
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import (
    SealedPlace,
    has_met_something_sealed,
    keyring_of,
    meets_nothing_sealed_yet,
)
from core_db.foundation.tables import Table as TableModel
from core_db.foundation.tables import moment_column, text_column

KEPT_FOR = timedelta(hours=24)
#: Whose key seals answers with personal data in them: no neighbourhood's.
SEALED_IN = "answers"
#: No text begins with a byte before the blank.
_FIRST_OF_A_TEXT = 0x20


class IdempotencyRecord(TableModel, table=True):
    """One answered POST: who and where, what was asked (as a digest), what was answered."""

    __tablename__ = "idempotency_records"

    account_id: str = Field(sa_column=text_column(F0, primary_key=True))
    route: str = Field(sa_column=text_column(F0, primary_key=True))
    key: str = Field(sa_column=text_column(F0, primary_key=True))
    asked: bytes = Field(sa_column=digest_column(F1))
    status: int = Field(sa_column=SqlColumn(Integer, nullable=False, **held(F0)))
    etag: str | None = Field(default=None, sa_column_kwargs=held(F0))
    body: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F1)))
    at: datetime = Field(sa_column=moment_column(index=True))


RECORDS = cast(Table, IdempotencyRecord.__table__)  # type: ignore[attr-defined]
_MINE = (
    (RECORDS.c.account_id == bindparam("its_account"))
    & (RECORDS.c.route == bindparam("its_route"))
    & (RECORDS.c.key == bindparam("its_key"))
)
_KEPT = select(RECORDS).where(_MINE)
_DROP = delete(RECORDS).where(_MINE)
#: Two of the same key in one group collide here; both are then run alone, and the second finds the first.
_KEEP = Later(80, table=RECORDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as bytes, so that a replay is identical."""

    status: int
    body: bytes
    etag: str | None = None
    #: It holds personal data whatever was met on the way to it.
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose POST, where, under which key, and the digest of its body."""

    account_id: str
    route: str
    key: str
    digest: bytes


def once(session: Session, asked: Asked, answer: Callable[[], Answer], *, now: datetime) -> Answer:
    """The kept answer to this very POST, or a new one, kept in the same transaction."""
    # In a hurry nobody looks: an answer that is there already collides with the new one, and then all look.
    kept = None if session.info.get("quickly") else session.connection().execute(_KEPT, _mine(asked)).first()
    if kept is not None and kept.at > now - KEPT_FOR:
        if kept.asked != asked.digest:
            raise KeyUsedForAnother()
        return Answer(status=kept.status, body=_opened(session, asked, kept.body), etag=kept.etag)
    if kept is not None:
        session.connection().execute(_DROP, _mine(asked))
    meets_nothing_sealed_yet(session)
    given = answer()
    hides = given.is_personal or has_met_something_sealed(session)
    body = _sealed(session, asked, given.body) if hides else given.body
    later(
        session,
        _KEEP,
        {
            "account_id": asked.account_id, "route": asked.route, "key": asked.key, "asked": asked.digest,
            "status": given.status, "etag": given.etag, "body": body, "at": now,
        },
    )  # fmt: skip
    return given


def was_answered(session: Session, asked: Asked, *, actor: Actor, clock: Clock) -> bool:
    """Whether there is a kept answer under this key, whatever it was given to."""
    kept = session.connection().execute(_KEPT, _mine(asked)).first()
    return kept is not None and kept.at > clock.now() - KEPT_FOR


def _mine(asked: Asked) -> dict[str, str]:
    return {"its_account": asked.account_id, "its_route": asked.route, "its_key": asked.key}


def _sealed(session: Session, asked: Asked, body: bytes) -> bytes:
    return keyring_of(session).seal(session, body.decode(), _place_of(asked), FieldClass.F2)


def _opened(session: Session, asked: Asked, kept: bytes) -> bytes:
    """The answer again. What is sealed begins with the number of its cipher, as no JSON and no path does."""
    if not kept or kept[0] >= _FIRST_OF_A_TEXT:
        return kept
    return keyring_of(session).unseal(session, kept, _place_of(asked)).in_the_clear().encode()


def _place_of(asked: Asked) -> SealedPlace:
    row = f"{asked.account_id} {asked.route} {asked.key}"
    return SealedPlace(table=RECORDS.name, column="body", row_id=row, community_id=SEALED_IN)


def forget_old_answers(session: Session, *, now: datetime) -> int:
    """Drop answers kept for longer than a day; returns how many."""
    result = session.execute(delete(RECORDS).where(RECORDS.c.at < now - KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]
