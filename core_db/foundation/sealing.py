"""Sealed fields: personal data at rest is ciphertext bound to its table, column, row and neighbourhood.

One binary column holds `alg(1) | key id(2) | nonce(12) | ciphertext | tag(16)`. Data keys are wrapped by
the installation's key, which is never in the database or its backup. Exact look-up goes over a blind
index (HMAC-SHA256, 16 bytes): per neighbourhood for the register, one per district for account phones.
"""

import os
import threading
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Integer, LargeBinary, UniqueConstraint, func, select
from sqlmodel import Field, Session

from core_db.foundation.tables import Table, text_column

AES_256_GCM = 1


class FieldClass(StrEnum):
    """How sensitive a field is. F0 and F1 are stored readable; F2 and up are sealed; F5 is never shown."""

    F0 = "F0"
    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    F5 = "F5"


class DataKey(Table, table=True):
    """A data key, wrapped by the installation's key; one per neighbourhood, field class and epoch."""

    __tablename__ = "data_keys"
    __table_args__ = (UniqueConstraint("community_id", "field_class", "epoch"),)

    id: int | None = Field(default=None, sa_column=SqlColumn(Integer, primary_key=True))
    community_id: str = Field(sa_column=text_column())
    field_class: str = Field(sa_column=text_column())
    epoch: int = 1
    wrapped: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False))


class SealBroken(RuntimeError):
    """A sealed value does not open: it was moved, altered, or belongs to another key."""


@dataclass(frozen=True, kw_only=True)
class SealedPlace:
    """Where a sealed value lives. It opens nowhere else."""

    table: str
    column: str
    row_id: str
    community_id: str

    @property
    def bound(self) -> bytes:
        return f"{self.table}|{self.column}|{self.row_id}|{self.community_id}".encode()


class Keyring:
    """The installation's keys in memory. Safe to share between threads."""

    def __init__(self, secret: bytes) -> None:
        self._wrapping = AESGCM(_derive(secret, "wrapping"))
        self._secret = secret
        self._open: dict[int, AESGCM] = {}
        self._current: dict[tuple[str, str], int] = {}
        self._blind: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def seal(self, session: Session, value: str, place: SealedPlace, field_class: FieldClass) -> bytes:
        """The value as ciphertext that only opens at its place."""
        key_id, cipher = self._current_key(session, place.community_id, field_class)
        nonce = os.urandom(12)
        head = bytes((AES_256_GCM,)) + key_id.to_bytes(2, "big") + nonce
        return head + cipher.encrypt(nonce, value.encode(), place.bound)

    def unseal(self, session: Session, sealed: bytes, place: SealedPlace) -> str:
        """The value again. Callers either mask it at once or write an access event (see `core_db.access`)."""
        cipher = self._key(session, int.from_bytes(sealed[1:3], "big"))
        try:
            return cipher.decrypt(sealed[3:15], sealed[15:], place.bound).decode()
        except Exception as fault:
            raise SealBroken(f"{place.table}.{place.column} does not open") from fault

    def blind(self, scope: str, value: str) -> bytes:
        """The blind index of a value; equal only within the scope (a neighbourhood, or `accounts`)."""
        key = self._blind.get(scope)
        if key is None:
            key = self._blind[scope] = _derive(self._secret, f"blind|{scope}")
        mac = HMAC(key, SHA256())
        mac.update(value.encode())
        return mac.finalize()[:16]

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """The installation's key to sign with for this purpose: never in the database, nor in a copy of it."""
        return Ed25519PrivateKey.from_private_bytes(_derive(self._secret, f"signing|{purpose}"))

    def opens(self, row: DataKey) -> bool:
        """Is this data key wrapped by this installation's key?"""
        try:
            return bool(self._unwrap(row))
        except SealBroken:
            return False

    def _current_key(
        self, session: Session, community_id: str, field_class: FieldClass
    ) -> tuple[int, AESGCM]:
        with self._lock:
            key_id = self._current.get((community_id, field_class))
        if key_id is None:
            key_id = self._newest(session, community_id, field_class) or self._make(
                session, community_id, field_class
            )
        return key_id, self._key(session, key_id)

    def _newest(self, session: Session, community_id: str, field_class: FieldClass) -> int | None:
        statement = (
            select(func.max(DataKey.id))
            .where(DataKey.community_id == community_id)  # type: ignore[arg-type]
            .where(DataKey.field_class == str(field_class))  # type: ignore[arg-type]
        )
        key_id: int | None = session.execute(statement).scalar()
        if key_id is not None:
            with self._lock:
                self._current[(community_id, field_class)] = key_id
        return key_id

    def _make(self, session: Session, community_id: str, field_class: FieldClass) -> int:
        # Not remembered until it has been read back in a later transaction: this one may still be undone.
        nonce = os.urandom(12)
        bound = f"{community_id}|{field_class}|1".encode()
        wrapped = nonce + self._wrapping.encrypt(nonce, AESGCM.generate_key(256), bound)
        row = DataKey(community_id=community_id, field_class=str(field_class), wrapped=wrapped)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id

    def _key(self, session: Session, key_id: int) -> AESGCM:
        cipher = self._open.get(key_id)
        if cipher is None:
            row = session.get(DataKey, key_id)
            if row is None:
                raise SealBroken(f"data key {key_id} is missing")
            cipher = AESGCM(self._unwrap(row))
            if self._current.get((row.community_id, FieldClass(row.field_class))) == key_id:
                self._open[key_id] = cipher
        return cipher

    def _unwrap(self, row: DataKey) -> bytes:
        bound = f"{row.community_id}|{row.field_class}|{row.epoch}".encode()
        try:
            return self._wrapping.decrypt(row.wrapped[:12], row.wrapped[12:], bound)
        except Exception as fault:
            raise SealBroken(f"data key {row.id} does not open with this installation's key") from fault


def keyring_of(session: Session) -> Keyring:
    """The keyring the door put into the session."""
    keyring: Keyring = session.info["keyring"]
    return keyring


def masked_phone(phone: str) -> str:
    """`13812341234` as people may see it: `138****1234`."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"


def masked_id_number(number: str) -> str:
    """`310113********1234`."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) >= 12 else "****"


def masked_name(name: str) -> str:
    """`王小明` for those who may not read names: `王**`."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"shequyun|{purpose}".encode()).derive(secret)
