"""The two families of ciphers that seal: AES-256-GCM with HMAC-SHA256, and SM4-GCM with HMAC-SM3.

Which one sealed a value stands in its first byte, so both open at any time; a setting says which one seals.
SM4 in GCM and SM3 are those of GB/T 32907 and GB/T 32905, as OpenSSL has them.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core_db.foundation.lean import dataclass

TAG = 16


class Sealing(StrEnum):
    """What an operator may set: the international family or the Chinese one (商用密码)."""

    AES = "aes"
    SM = "sm"


class SealingCipher(Protocol):
    """Ciphertext with its tag behind it; `decrypt` raises InvalidTag for whatever was altered or moved."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class Sm4Gcm:
    """SM4 in GCM, in the shape in which AES-GCM comes."""

    def __init__(self, key: bytes) -> None:
        self._key = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        work = Cipher(self._key, GCM(nonce)).encryptor()
        work.authenticate_additional_data(associated_data)
        return work.update(data) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        work = Cipher(self._key, GCM(nonce, data[-TAG:])).decryptor()
        work.authenticate_additional_data(associated_data)
        return work.update(data[:-TAG]) + work.finalize()


@dataclass(frozen=True, slots=True)
class Family:
    """A cipher, its key's length in bytes, the hash beside it, and the number that stands in what it sealed.

    `mark` stands in what keys are derived for, so that no two families ever derive the same key.
    """

    alg: int
    mark: str
    key_bytes: int
    cipher: Callable[[bytes], SealingCipher]
    hash: Callable[[], HashAlgorithm]

    def derive(self, secret: bytes, purpose: str, *, length: int | None = None) -> bytes:
        """A key of this family for one purpose, out of an installation's secret (HKDF, RFC 5869)."""
        info = f"shequyun|{self.mark}{purpose}".encode()
        kdf = HKDF(algorithm=self.hash(), length=length or self.key_bytes, salt=None, info=info)
        return kdf.derive(secret)

    def mac(self, key: bytes, value: str) -> bytes:
        """The first 16 bytes of the HMAC of a text."""
        mac = _keyed(self, key).copy()
        mac.update(value.encode())
        return mac.finalize()[:16]


@lru_cache(maxsize=256)
def _keyed(family: Family, key: bytes) -> HMAC:
    """An HMAC that has taken its key and nothing else: most of what the HMAC of a short text costs."""
    return HMAC(key, family.hash())


AES_256_GCM, SM4_GCM = 1, 2
FAMILIES = {
    Sealing.AES: Family(AES_256_GCM, "", 32, AESGCM, SHA256),
    Sealing.SM: Family(SM4_GCM, "sm|", 16, Sm4Gcm, SM3),
}
BY_ALG = {family.alg: family for family in FAMILIES.values()}
