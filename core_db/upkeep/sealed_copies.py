"""A copy that is sealed for one key: whoever carries its disk away reads nothing of it.

What seals is a public key (X25519), so the machine that makes copies cannot open them; the private key lies
elsewhere. A key of its own seals each copy, piece by piece as every sealed file here (`foundation.sealed_file`), so
none can be altered, left out, doubled, moved or cut off unnoticed, and none needs memory for more than two pieces.
"""

import hashlib
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core_db.foundation.sealed_file import SealedWriter, unsealed_pieces
from core_db.upkeep.trouble import CopyTrouble

if TYPE_CHECKING:
    import tarfile

#: What a sealed copy begins with; behind it whom it is sealed for, and the half of the key that was made for it alone.
SIGN = b"shequyun-sealed-copy-1\n"
FOR_WHOM, HALF = 8, 32


class Unsealed(io.RawIOBase):
    """What a sealed copy holds, in its order. Each piece is proved before anything of it is handed out."""

    def __init__(self, raw: BinaryIO, key: X25519PrivateKey) -> None:
        self._pieces, self._opened = unsealed_pieces(raw, _key_of(raw, key)), bytearray()

    def read(self, size: int = -1, /) -> bytes:
        size = sys.maxsize if size < 0 else size
        while len(self._opened) < size and (piece := self._next()) is not None:
            self._opened += piece
        given = bytes(self._opened[:size])
        del self._opened[:size]
        return given

    def read_to_the_end(self) -> None:
        """An archive ends before its file does; that nothing was cut off is known at the end of the file."""
        while self._next() is not None:
            pass

    def _next(self) -> bytes | None:
        try:
            return next(self._pieces, None)
        except (InvalidTag, ValueError) as fault:
            raise _altered() from fault


def _key_of(raw: BinaryIO, key: X25519PrivateKey) -> str:
    head = raw.read(len(SIGN) + FOR_WHOM + HALF)
    for_whom, half = head[len(SIGN) :][:FOR_WHOM], head[len(SIGN) + FOR_WHOM :]
    if len(half) != HALF:
        raise _altered()
    if for_whom != _name(key.public_key()):
        raise CopyTrouble(
            "这份备份是为另一把密钥封的，用这把私钥打不开。",
            "this copy is sealed for another key; this private key does not open it.",
        )
    try:
        return _derived(key.exchange(X25519PublicKey.from_public_bytes(half)), head, key.public_key())
    except ValueError as fault:
        raise _altered() from fault


def _derived(shared: bytes, head: bytes, key: X25519PublicKey) -> str:
    """The key of one copy. All of its head is in it: with another head no piece opens."""
    salt = head + key.public_bytes_raw()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"shequyun|copy|1").derive(shared).hex()


@contextmanager
def sealing(raw: BinaryIO, key: X25519PublicKey | None) -> Iterator[BinaryIO | SealedWriter]:
    """What is written there goes into the file, sealed if there is a key to seal for."""
    if key is None:
        yield raw
        return
    once = X25519PrivateKey.generate()
    head = SIGN + _name(key) + once.public_key().public_bytes_raw()
    raw.write(head)
    writer = SealedWriter(raw, _derived(once.exchange(key), head, key))
    yield writer
    # Without it the copy has no end, and never opens.
    writer.end()


@contextmanager
def opened_copy(file: Path, key: Path | None) -> "Iterator[tarfile.TarFile]":
    """The archive. Whoever names a key wants a sealed one: what lies in its place may be anybody's."""
    import tarfile

    if is_sealed(file) is not bool(key):
        raise _sealed_otherwise(file, key)
    if key is None:
        with tarfile.open(file) as archive:
            yield archive
        return
    with file.open("rb") as raw:
        reader = Unsealed(raw, private_key(key))
        with tarfile.open(fileobj=reader, mode="r|*") as archive:
            yield archive
        reader.read_to_the_end()


def unpack(archive: "tarfile.TarFile", folder: Path) -> None:
    """Files below the folder: a copy holds nothing else.

    The library's own filter is no part of every Python 3.11: Debian 12 has 3.11.2.
    """
    import tarfile

    for member in archive:
        at = PurePosixPath(member.name)
        if at.is_absolute() or ".." in at.parts or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name} lies outside of a copy")
        try:
            _unpack_one(archive, member, folder / at)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as fault:
            raise tarfile.TarError(f"{member.name} is a file and a folder") from fault


def _unpack_one(archive: "tarfile.TarFile", member: "tarfile.TarInfo", at: Path) -> None:
    if member.isdir():
        at.mkdir(parents=True, exist_ok=True)
        return
    at.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None, "a file has its content"
    with content, at.open("wb") as file:
        shutil.copyfileobj(content, file)
    at.chmod(member.mode & 0o755 | 0o600)


def _sealed_otherwise(file: Path, key: Path | None) -> CopyTrouble:
    if key is None:
        return CopyTrouble(
            f"{file} 是封好的备份，请用 --key 给出私钥文件。",
            f"{file} is sealed; name the file of its private key with --key.",
        )
    return CopyTrouble(
        f"{file} 没有封过，不是用这把密钥的备份；确实要恢复它，就不要给 --key。",
        f"{file} is not sealed, so it is no copy for this key; leave --key out if you mean to put it back.",
    )


def is_sealed(file: Path) -> bool:
    with file.open("rb") as raw:
        return raw.read(len(SIGN)) == SIGN


def public_key(file: Path) -> X25519PublicKey:
    """Whom copies are sealed for."""
    # Not before a key is read: whoever serves goes without it.
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(_content(file))
    except ValueError as fault:
        raise _no_key(file, "公钥", "public key") from fault
    if not isinstance(key, X25519PublicKey):
        raise _no_key(file, "公钥", "public key")
    return _must_seal(file, key)


def _must_seal(file: Path, key: X25519PublicKey) -> X25519PublicKey:
    """Of a few public keys everybody knows the secret (points of low order): what they seal, anybody opens."""
    try:
        X25519PrivateKey.generate().exchange(key)
    except ValueError as fault:
        raise CopyTrouble(
            f"公钥 {file} 封不住任何东西（低阶点），请另做一对密钥。",
            f"the public key {file} seals nothing (a point of low order); make another pair.",
        ) from fault
    return key


def private_key(file: Path) -> X25519PrivateKey:
    """What opens them."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_content(file), password=None)
    except TypeError as fault:
        raise CopyTrouble(
            f"私钥 {file} 设有口令，请先去掉：openssl pkey -in {file} -out 新文件。",
            f"the private key {file} has a passphrase; take it off first: openssl pkey -in {file} -out NEW_FILE.",
        ) from fault
    except ValueError as fault:
        raise _no_key(file, "私钥", "private key") from fault
    if not isinstance(key, X25519PrivateKey):
        raise _no_key(file, "私钥", "private key")
    return key


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise CopyTrouble(f"没有文件 {file}。", f"there is no file {file}.")
    return file.read_bytes()


def _no_key(file: Path, zh: str, en: str) -> CopyTrouble:
    return CopyTrouble(f"{file} 不是 X25519 {zh}（PEM）。", f"{file} is no X25519 {en} in PEM.")


def _altered() -> CopyTrouble:
    return CopyTrouble(
        "这份备份被改动过，或者不完整，什么也没有恢复。",
        "this copy was altered or is not whole; nothing was put back.",
    )


def _name(key: X25519PublicKey) -> bytes:
    """By which a wrong key is told from a copy that was altered."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:FOR_WHOM]
