"""A file on disk that only its own key opens: AES-256-GCM in pieces, so that a large one needs no memory.

A piece is bound to its number and to whether it is the last: pieces that are cut off, swapped or added do not open.
The key is made for one file and never used again, so the number of a piece serves as its nonce.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1024**2
_TAG = 16


def new_key() -> str:
    """A key for one file, as text that can be sealed."""
    return AESGCM.generate_key(256).hex()


@contextmanager
def sealed_into(target: Path, key: str) -> Iterator["SealedWriter"]:
    """Something to write to: sealed piece by piece, flushed to disk; it stands under its name when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with open(part, "wb", opener=_private) as file:
        writer = SealedWriter(file, key)
        yield writer
        writer.end()
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)


class SealedWriter(io.RawIOBase):
    """Seals what is written to it, so that it is nowhere on a disk in the clear. It cannot go back."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file, self._cipher = file, AESGCM(bytes.fromhex(key))
        self._number, self._waiting = 0, bytearray()
        #: How much was written, in the clear.
        self.size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        """An archive asks where it begins."""
        return self.size

    def write(self, data: Any) -> int:
        """Keep it until more than a piece waits: which piece is the last, is known at the end."""
        given = bytes(data)
        self._waiting += given
        self.size += len(given)
        while len(self._waiting) > PIECE:
            self._seal(PIECE, is_last=False)
        return len(given)

    def end(self) -> None:
        """What waits is the last piece."""
        self._seal(len(self._waiting), is_last=True)

    def _seal(self, length: int, *, is_last: bool) -> None:
        piece = bytes(self._waiting[:length])
        del self._waiting[:length]
        self._file.write(self._cipher.encrypt(_nonce(self._number), piece, _bound(is_last=is_last)))
        self._number += 1


def read_unsealed(path: Path, key: str) -> Iterator[bytes]:
    """The source again, piece by piece; raises `cryptography.exceptions.InvalidTag` where it was touched."""
    with path.open("rb") as file:
        yield from unsealed_pieces(file, key)


def unsealed_pieces(file: BinaryIO, key: str) -> Iterator[bytes]:
    """The same of a file that is open, from where it stands."""
    cipher = AESGCM(bytes.fromhex(key))
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
