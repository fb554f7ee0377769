"""Pseudonyms: the record names nobody. Whoever destroys somebody's key makes his events nobody's, and no hash changes.

A pseudonym is a keyed hash under the installation's secret and a key of the person's own. With both it can be made
again, to show somebody his events; without either it leads nowhere.
"""

import os
from collections.abc import Collection

from sqlalchemy import select, text, update
from sqlmodel import Session

from core_db.audit.model import SUBJECTS
from core_db.foundation.actor import Actor
from core_db.foundation.sealing import Keyring, keyring_of

SCOPE = "audit-subjects"
DESTROYED = b""
#: Bytes of a key.
LENGTH = 16
_UNLESS_THERE = text(
    "INSERT INTO audit_subjects (subject_id, key) VALUES (:subject_id, :key) ON CONFLICT DO NOTHING"
)


def pseudonym(session: Session, subject_id: str) -> str:
    """The pseudonym of a person or account; its key is made when it is first needed."""
    key = _key(session, subject_id)
    if key is None:
        session.execute(_UNLESS_THERE, {"subject_id": subject_id, "key": os.urandom(LENGTH)})
        # Read back: another transaction may have been first.
        key = _key(session, subject_id)
    # Of somebody who was forgotten each event is another nobody's.
    return spelled(keyring_of(session), subject_id, key or os.urandom(LENGTH))


def spelled(keyring: Keyring, subject_id: str, key: bytes) -> str:
    """The pseudonym under this key."""
    return keyring.pseudonym(SCOPE, f"{key.hex()}|{subject_id}")


def is_pseudonym(keyring: Keyring, named: str, subject_id: str, key: bytes) -> bool:
    """Is it this person whom the record names so? Of a destroyed key nobody can say that it is not."""
    return not key or named == spelled(keyring, subject_id, bytes(key))


def name_of(session: Session, actor: Actor) -> str:
    """How the record names whoever acts: people by pseudonym, the system by what it is."""
    return pseudonym(session, actor.id) if actor.is_signed_in else actor.id


def names_of(session: Session, subject_ids: Collection[str]) -> dict[str, str]:
    """How the record names each of these; who is in no event, or was forgotten, is left out. Makes no key."""
    keyring = keyring_of(session)
    rows = session.execute(
        select(SUBJECTS.c.subject_id, SUBJECTS.c.key).where(SUBJECTS.c.subject_id.in_(list(subject_ids)))
    )
    return {row.subject_id: spelled(keyring, row.subject_id, bytes(row.key)) for row in rows if row.key}


def forget_pseudonym(session: Session, subject_id: str) -> bool:
    """Destroy the key for good: his events stay, whole and nobody's. False where there was none."""
    known = (SUBJECTS.c.subject_id == subject_id) & (SUBJECTS.c.key != DESTROYED)
    gone = session.execute(update(SUBJECTS).where(known).values(key=DESTROYED))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _key(session: Session, subject_id: str) -> bytes | None:
    key: bytes | None = session.execute(
        select(SUBJECTS.c.key).where(SUBJECTS.c.subject_id == subject_id)
    ).scalar()
    return key
