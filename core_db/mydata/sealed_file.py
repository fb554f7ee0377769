"""A file on disk that only its row's key opens: AES-256-GCM in pieces, so that a large one needs no memory.

A piece is bound to its number and to whether it is the last: pieces that are cut off, swapped or added do not open.
The key is made for one file and never used again, so the number of a piece serves as its nonce.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1024**2
_TAG = 16


def new_key() -> str:
    """A key for one file, as text that can be sealed."""
    return AESGCM.generate_key(256).hex()


def write_sealed(source: BinaryIO, target: Path, key: str) -> None:
    """Write the source sealed, flushed to disk; it stands under its name only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part, cipher = target.with_suffix(".part"), AESGCM(bytes.fromhex(key))
    with open(part, "wb", opener=_private) as file:
        number, piece = 0, source.read(PIECE)
        while True:
            following = source.read(PIECE)
            file.write(cipher.encrypt(_nonce(number), piece, _bound(is_last=not following)))
            if not following:
                break
            number, piece = number + 1, following
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)


def read_unsealed(path: Path, key: str) -> Iterator[bytes]:
    """The source again, piece by piece; raises `cryptography.exceptions.InvalidTag` where it was touched."""
    cipher = AESGCM(bytes.fromhex(key))
    with path.open("rb") as file:
        number, piece = 0, file.read(PIECE + _TAG)
        while True:
            following = file.read(PIECE + _TAG)
            yield cipher.decrypt(_nonce(number), piece, _bound(is_last=not following))
            if not following:
                return
            number, piece = number + 1, following


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(*, is_last: bool) -> bytes:
    return b"last" if is_last else b"more"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
