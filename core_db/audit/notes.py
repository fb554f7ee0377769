"""Signed notes: the text form in which checkpoints and cosignatures travel, and the keys they are signed with.

Source: C2SP `signed-note`, `tlog-checkpoint`, `tlog-cosignature` (version 1). A note is a text that ends in a line
feed, an empty line, and lines `— name base64(key id ‖ signature)`. A public key is written `name+hex(key id)+base64`.
"""

import base64
import binascii
import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass

ED25519, COSIGNATURE = 1, 4
LONGEST = 4096
_HEAD = re.compile(r"([^\s+]+)\n([1-9]\d{0,17})\n([A-Za-z0-9+/]{43}=)\n")
_SIGNED = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class NoCheckpoint(CannotBeRead):
    def __init__(self) -> None:
        super().__init__({"checkpoint": ("这不是一份核对点。", "This is no checkpoint.")})


class NoKey(CannotBeRead):
    def __init__(self) -> None:
        super().__init__({"key": ("这不是一把验证公钥。", "This is no public key of a record.")})


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Whose signatures can be checked: his name, what kind of signature, and the key's 32 bytes."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes((self.kind,)) + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_spelled(bytes((self.kind,)) + self.raw)}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """So many leaves of a record, their root, and the lines of whoever signed that."""

    origin: str
    size: int
    root: bytes
    lines: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{_spelled(self.root)}\n"

    def __str__(self) -> str:
        return f"{self.body}\n" + "".join(f"{line}\n" for line in self.lines)

    def with_line(self, line: str) -> "Checkpoint":
        return replace(self, lines=(*self.lines, line))


def key_of(signer: Ed25519PrivateKey, role: str, *, kind: int = ED25519) -> PublicKey:
    """The public half. Its name is made of the key, so that it stays when addresses change: `shequyun/<role>/…`."""
    raw = signer.public_key().public_bytes_raw()
    return PublicKey(f"shequyun/{role}/{sha256(raw).hexdigest()[:16]}", kind, raw)


def read_key(text: str) -> PublicKey:
    """A key as it is written in a file or a setting."""
    found = _KEY.fullmatch(text.strip())
    raw = _unspelled(found[3]) if found else b""
    if found is None or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise NoKey()
    key = PublicKey(found[1], raw[0], raw[1:])
    if key.id.hex() != found[2]:
        raise NoKey()
    return key


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint as it travels; whether its signatures hold is another question."""
    body, gap, signatures = text.partition("\n\n")
    head = _HEAD.fullmatch(body + "\n")
    lines = signatures.removesuffix("\n").split("\n") if signatures else []
    if len(text) > LONGEST or not gap or head is None or not all(map(_SIGNED.fullmatch, lines)):
        raise NoCheckpoint()
    return Checkpoint(head[1], int(head[2]), _unspelled(head[3]), tuple(lines))


# -- signing ----------------------------------------------------------------------------------------


def signed(checkpoint: Checkpoint, signer: Ed25519PrivateKey, key: PublicKey) -> Checkpoint:
    """The checkpoint with the signature of the record it is of."""
    return checkpoint.with_line(_line(key, signer.sign(checkpoint.body.encode())))


def is_signed_by(checkpoint: Checkpoint, key: PublicKey) -> bool:
    """Is one of its lines this key's, and does it hold?"""
    message = checkpoint.body.encode()
    return any(key.signed(message, raw) for raw in _of(checkpoint, key, length=64))


def cosigned(
    checkpoint: Checkpoint, signer: Ed25519PrivateKey, key: PublicKey, *, at: datetime
) -> tuple[Checkpoint, str]:
    """The checkpoint with our line as a witness, who saw it at this moment; and the line alone."""
    seconds = int(at.timestamp())
    line = _line(key, seconds.to_bytes(8, "big") + signer.sign(_seen(checkpoint, seconds)))
    return checkpoint.with_line(line), line


def cosigned_at(checkpoint: Checkpoint, witness: PublicKey) -> datetime | None:
    """When this witness saw it last; None where no line of his holds."""
    moments = [int.from_bytes(raw[:8], "big") for raw in _of(checkpoint, witness, length=72)
               if witness.signed(_seen(checkpoint, int.from_bytes(raw[:8], "big")), raw[8:])]  # fmt: skip
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def _seen(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body}".encode()


def _line(key: PublicKey, signature: bytes) -> str:
    return f"— {key.name} {_spelled(key.id + signature)}"


def _of(checkpoint: Checkpoint, key: PublicKey, *, length: int) -> list[bytes]:
    """The signatures that claim to be this key's, without its id."""
    found = []
    for line in checkpoint.lines:
        match = _SIGNED.fullmatch(line)
        raw = _unspelled(match[2]) if match else b""
        if match and match[1] == key.name and raw[:4] == key.id and len(raw) == 4 + length:
            found.append(raw[4:])
    return found


def _spelled(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unspelled(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
