"""Sealed fields: personal data at rest is ciphertext bound to its table, column, row and neighbourhood.

One binary column holds `alg(1) | key id(2) | nonce(12) | ciphertext | tag(16)`. Data keys are wrapped by the
installation's keys, which are never in the database or its backup. Exact look-up goes over a blind index
(HMAC, 16 bytes): per neighbourhood for the register, one per district for account phones.

A data key is one of a neighbourhood and a field class, in an epoch: the newest seals, all open. Which one is
newest is asked in the transaction that seals, so that a new epoch is everybody's at once.
"""

import logging
import os
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Integer, LargeBinary, Row, UniqueConstraint, event, insert, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Field, Session

from core_db.foundation.ciphers import BY_ALG, FAMILIES, Family, Sealing, SealingCipher
from core_db.foundation.clock import Clock, SystemClock
from core_db.foundation.errors import DomainError
from core_db.foundation.fields import F0, F5, FieldClass, held
from core_db.foundation.house_keys import HouseKey, HouseKeys, house_keys_of
from core_db.foundation.lean import dataclass
from core_db.foundation.settings import Settings
from core_db.foundation.tables import Table, moment_column, text_column
from core_db.foundation.unsealed import HIDDEN, Unsealed

LOG = logging.getLogger("shequyun.sealing")
SYSTEM = SystemClock()
#: Stars as we write them, as a Chinese keyboard does, and as other programs draw them.
_MASKED = re.compile(r"[0-9Xx+\s-]*[*＊•●]{2,}[0-9Xx*＊•●\s-]*")

#: What no value of a sealed field has and every mask has: signs in a row, or one at the end (`王*`).
_SHOWN_MASKED = re.compile(r"[*＊•●]{2}|[*＊]\s*$")
#: Every sign that people's machines make of a star.
_STARS = str.maketrans(dict.fromkeys("＊•●", "*"))
#: Where a session notes that something sealed was made or opened in it.
_MET = "met something sealed"


class DataKey(Table, table=True):
    """A data key, wrapped by one of the installation's; one per neighbourhood, field class and epoch."""

    __tablename__ = "data_keys"
    __table_args__ = (UniqueConstraint("community_id", "field_class", "epoch"),)

    id: int | None = Field(default=None, sa_column=SqlColumn(Integer, primary_key=True, **held(F0)))
    community_id: str = Field(sa_column=text_column(F0))
    field_class: str = Field(sa_column=text_column(F0))
    epoch: int = Field(default=1, sa_column_kwargs=held(F0))
    wrapped: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F5, digest=True)))
    #: The number of the installation's key that wrapped it, and the family it belongs to.
    wrapped_by: int = Field(default=1, sa_column_kwargs=held(F0))
    alg: int = Field(default=1, sa_column_kwargs=held(F0))
    made_at: datetime = Field(sa_column=moment_column())


DATA_KEYS = cast(SqlTable, DataKey.__table__)  # type: ignore[attr-defined]


class SealBroken(DomainError):
    """A sealed value does not open: it was moved, altered, or belongs to another key."""

    code, status = "seal-broken", 500
    zh = "加密的内容打不开：密钥不对，或者数据被改动过（{what}）。请联系系统管理员。"
    en = "Something sealed does not open: the key is a different one, or the data was altered ({what}). Please tell the operator."  # noqa: E501


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


class OpenKey(NamedTuple):
    """A data key ready for use: its id, its family's number, and its cipher."""

    id: int
    alg: int
    cipher: SealingCipher


class Keyring:
    """The installation's keys in memory, and data keys once they were opened. Safe to share between threads."""

    def __init__(self, keys: HouseKeys, sealing: Sealing = Sealing.AES, *, clock: Clock = SYSTEM) -> None:
        self.keys, self.clock = keys, clock
        self.family = FAMILIES[sealing]
        self._families = sorted(FAMILIES.values(), key=lambda family: family is not self.family)
        self._open: dict[int, OpenKey] = {}
        self._derived: dict[tuple[int, int, str], bytes] = {}

    # -- values -------------------------------------------------------------------------------------

    def seal(self, session: Session, value: str, place: SealedPlace, field_class: FieldClass) -> bytes:
        """The value as ciphertext that only opens at its place."""
        session.info[_MET] = True
        key = self._sealing_key(session, place.community_id, field_class)
        nonce = os.urandom(12)
        head = bytes((key.alg,)) + key.id.to_bytes(2, "big") + nonce
        return head + key.cipher.encrypt(nonce, value.encode(), place.bound)

    def unseal(self, session: Session, sealed: bytes, place: SealedPlace) -> Unsealed:
        """The value again. Callers either mask it at once or write an access event (see `core_db.access`)."""
        session.info[_MET] = True
        key_id = int.from_bytes(sealed[1:3], "big")
        key = self._open.get(key_id)
        if key is not None and (clear := _opened(key, sealed, place)) is not None:
            return clear
        # Not known yet; or its number was given twice, because what made the first one was undone.
        key = self.opened(self._row(session, key_id, place))
        clear = _opened(key, sealed, place)
        if clear is None:
            raise _broken(f"{place.table}.{place.column}")
        self._open[key_id] = key
        return clear

    def masked(self, session: Session, sealed: bytes, place: SealedPlace, mask: Callable[[str], str]) -> str:
        """The value as people may see it; one that does not open spoils no list, and is said aloud in the log."""
        try:
            return self.unseal(session, sealed, place).masked(mask)
        except SealBroken:
            return HIDDEN

    def blind(self, scope: str, value: str) -> bytes:
        """The blind index of a value; equal only within the scope (a neighbourhood, or `accounts`)."""
        return self._blind(self.keys.newest, self.family, scope, value)

    def blinds(self, scope: str, value: str) -> list[bytes]:
        """Every blind index a value may stand under, today's first: while keys are replaced there are several."""
        return [self._blind(key, family, scope, value) for key in self.keys for family in self._families]

    def _blind(self, key: HouseKey, family: Family, scope: str, value: str) -> bytes:
        return family.mac(self._derive(key, family, f"blind|{scope}", length=32), value)

    # -- the record ---------------------------------------------------------------------------------

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """The installation's key to sign with for this purpose: never in the database, nor in a copy of it."""
        return Ed25519PrivateKey.from_private_bytes(self._lasting(f"signing|{purpose}"))

    def pseudonym(self, scope: str, value: str) -> str:
        """A keyed hash by which the record names a value, in hexadecimal; the same whichever key seals today."""
        return FAMILIES[Sealing.AES].mac(self._lasting(f"pseudonym|{scope}"), value).hex()

    def _lasting(self, purpose: str) -> bytes:
        """32 bytes that stay while keys are replaced, as long as the first of them is kept."""
        return self._derive(self.keys.first, FAMILIES[Sealing.AES], purpose, length=32)

    # -- data keys ----------------------------------------------------------------------------------

    def opened(self, row: Row[Any]) -> OpenKey:
        """A data key out of its row."""
        return OpenKey(row.id, row.alg, BY_ALG[row.alg].cipher(self._unwrap(row)))

    def opens(self, row: Row[Any]) -> bool:
        """Is this data key wrapped by one of this installation's keys?"""
        try:
            return bool(self._unwrap(row))
        except SealBroken:
            return False

    def make(self, session: Session, community_id: str, field_class: str, *, epoch: int) -> Row[Any]:
        """A new data key in the family that is set, wrapped by the newest of the installation's keys."""
        values = {
            "community_id": community_id, "field_class": str(field_class), "epoch": epoch,
            "alg": self.family.alg, "made_at": self.clock.now(),
        }  # fmt: skip
        wrapped = self._wrap(os.urandom(self.family.key_bytes), values)
        return session.execute(insert(DATA_KEYS).values(values | wrapped).returning(DATA_KEYS)).one()

    def wrapped_anew(self, row: Row[Any]) -> dict[str, Any]:
        """What changes in a data key's row when the newest of the installation's keys wraps it."""
        return self._wrap(self._unwrap(row), dict(row._mapping))

    def _sealing_key(self, session: Session, community_id: str, field_class: FieldClass) -> OpenKey:
        # Kept for this transaction alone: another may see a newer epoch, or undo the key that this one made.
        known: dict[tuple[str, str], OpenKey] = session.info.setdefault("sealing_with", {})
        key = known.get((community_id, field_class))
        if key is None:
            row = _newest(session, community_id, field_class) or self.make(
                session, community_id, field_class, epoch=1
            )
            key = known[(community_id, field_class)] = self.opened(row)
        return key

    def _row(self, session: Session, key_id: int, place: SealedPlace) -> Row[Any]:
        row = session.execute(select(DATA_KEYS).where(DATA_KEYS.c.id == key_id)).first()
        if row is None:
            raise _broken(f"{place.table}.{place.column}: key {key_id}")
        return row

    def _wrap(self, key: bytes, row: dict[str, Any]) -> dict[str, Any]:
        nonce, by = os.urandom(12), self.keys.newest
        cipher = self._wrapping(by, BY_ALG[row["alg"]])
        return {"wrapped": nonce + cipher.encrypt(nonce, key, _bound(row)), "wrapped_by": by.id}

    def _unwrap(self, row: Row[Any]) -> bytes:
        by = self.keys.numbered(row.wrapped_by)
        if by is None:
            raise _broken(f"data key {row.id}: installation's key {row.wrapped_by}")
        try:
            cipher = self._wrapping(by, BY_ALG[row.alg])
            return cipher.decrypt(row.wrapped[:12], row.wrapped[12:], _bound(dict(row._mapping)))
        except Exception as fault:
            raise _broken(f"data key {row.id}") from fault

    def _wrapping(self, key: HouseKey, family: Family) -> SealingCipher:
        return family.cipher(self._derive(key, family, "wrapping", length=family.key_bytes))

    def _derive(self, key: HouseKey, family: Family, purpose: str, *, length: int) -> bytes:
        name = (key.id, family.alg, purpose)
        derived = self._derived.get(name)
        if derived is None:
            derived = self._derived[name] = family.derive(key.secret, purpose, length=length)
        return derived


def keyring_from(settings: Settings) -> Keyring:
    """The keyring of an installation."""
    return Keyring(house_keys_of(settings), settings.sealing)


def keyring_of(session: Session) -> Keyring:
    """The keyring the door put into the session."""
    keyring: Keyring = session.info["keyring"]
    return keyring


def meets_nothing_sealed_yet(session: Session) -> None:
    """From here on it counts whether something sealed is made or opened."""
    session.info[_MET] = False


def has_met_something_sealed(session: Session) -> bool:
    """Was something sealed made or opened since? Then what is said of it may hold it in the clear."""
    return bool(session.info.get(_MET))


def masked_phone(phone: str) -> str:
    """`13812341234` as people may see it: `138****1234`; of a shorter one nothing, for that would be most of it."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def masked_id_number(number: str) -> str:
    """`310113********1234`; of a shorter one nothing."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) >= 15 else "****"


def is_masked(text: str) -> bool:
    """Is this a number as it was shown, sent back: digits with stars in their midst? It says “unchanged”, no more."""
    return _MASKED.fullmatch(text.strip()) is not None


def shows_mask(text: str) -> bool:
    """Is this what is shown of a sealed value, whatever its mask? Asked of sealed fields alone."""
    return _SHOWN_MASKED.search(text) is not None


def is_the_mask(text: str, mask: Callable[[str], str]) -> bool:
    """Can this free text be what the mask shows of some value? Words may have stars of their own (`高**厂`)."""
    said = with_stars(text)
    return not said.strip("*") or said == mask(said)


def with_stars(text: str) -> str:
    """The text with one sign for all that stand for a star."""
    return text.translate(_STARS).strip()


def masked_name(name: str) -> str:
    """`王小明` for those who may not read names: `王**`."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def _newest(session: Session, community_id: str, field_class: FieldClass) -> Row[Any] | None:
    statement = (
        select(DATA_KEYS)
        .where(DATA_KEYS.c.community_id == community_id, DATA_KEYS.c.field_class == str(field_class))
        .order_by(DATA_KEYS.c.epoch.desc())
        .limit(1)
        # Whoever destroys the key waits until what is being sealed with it can be seen.
        .with_for_update(read=True, key_share=True)
    )
    return session.execute(statement).first()


def _opened(key: OpenKey, sealed: bytes, place: SealedPlace) -> Unsealed | None:
    if sealed[0] != key.alg:
        return None
    try:
        return Unsealed(key.cipher.decrypt(sealed[3:15], sealed[15:], place.bound).decode())
    except Exception:
        return None


def _bound(row: dict[str, Any]) -> bytes:
    return f"{row['community_id']}|{row['field_class']}|{row['epoch']}".encode()


def _broken(what: str) -> SealBroken:
    """Somebody has to hear of it: it is a wrong key, or a hand in the database."""
    LOG.critical("sealed value does not open: %s", what)
    return SealBroken(what=what)


def _forget_keys(session: AnySession, _undone: object) -> None:
    session.info.pop("sealing_with", None)


event.listen(AnySession, "after_soft_rollback", cast(Callable[..., None], _forget_keys))
