"""The installation's own keys: kept outside the database and outside every copy, each with its number.

They come from a file that its owner alone can read (`data_dir/secret.key`, or where SHEQUYUN_SECRET_KEY_FILE
says) or from SHEQUYUN_SECRET_KEY: one key as it is, or several as `2:secret`, one a line or divided by `;`.
The highest number seals; the others still open. A file that changed is read again, so that a running
process learns of a new key before anything is sealed with it.
"""

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from core_db.foundation.lean import dataclass
from core_db.foundation.settings import Settings

FILE = "secret.key"
#: Characters of a key, at least.
SHORTEST = 32
_NUMBERED = re.compile(r"(\d{1,5}):(.+)")


class SecretKeyMissing(RuntimeError):
    """SHEQUYUN_SECRET_KEY is demanded when the database is not the embedded one."""


class SecretKeyTooShort(RuntimeError):
    """A key that could be guessed is none: everything that is sealed hangs on it."""


class KeyFileExposed(RuntimeError):
    """Others than its owner can read the key file, so it may be theirs already."""


@dataclass(frozen=True, slots=True)
class HouseKey:
    """One key and its number; every data key says which number wrapped it."""

    id: int
    secret: bytes = field(repr=False)


def keys_in(text: str) -> tuple[HouseKey, ...]:
    """Keys as they are written down, the newest first; one without a number is number 1."""
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    found = [_NUMBERED.fullmatch(part) for part in parts]
    numbered = [HouseKey(int(one[1]), one[2].encode()) for one in found if one is not None]
    if not numbered or len(numbered) < len(parts):
        return (HouseKey(1, text.strip().encode()),)
    return tuple(sorted(numbered, key=lambda one: one.id, reverse=True))


class HouseKeys:
    """The keys in memory, the newest first."""

    def __init__(self, keys: Sequence[HouseKey]) -> None:
        self._keys = tuple(keys)

    def __iter__(self) -> Iterator[HouseKey]:
        return iter(self._read())

    @property
    def newest(self) -> HouseKey:
        """The key that seals."""
        return self._read()[0]

    @property
    def first(self) -> HouseKey:
        """The oldest key there is: what has to stay the same when keys are replaced is made of it."""
        return self._read()[-1]

    def numbered(self, number: int) -> HouseKey | None:
        return next((one for one in self._read() if one.id == number), None)

    def _read(self) -> tuple[HouseKey, ...]:
        return self._keys


class KeyFile(HouseKeys):
    """The keys in a file. Looking whether it changed costs a microsecond."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        super().__init__(())
        self._read()

    def _read(self) -> tuple[HouseKey, ...]:
        try:
            known = self.path.stat()
        except FileNotFoundError:
            # Somebody is exchanging it by hand: what is known still holds.
            if self._keys:
                return self._keys
            raise
        stamp = (known.st_mtime_ns, known.st_ino)
        if stamp != self._stamp:
            must_be_private(self.path)
            self._keys = keys_in(self.path.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._keys

    def add(self) -> HouseKey:
        """Write a new key beside the others. The file is replaced whole, or not at all."""
        key = HouseKey(self.newest.id + 1, secrets.token_hex(32).encode())
        lines = "".join(f"{one.id}:{one.secret.decode()}\n" for one in (key, *self._read()))
        part = self.path.with_name(self.path.name + ".part")
        part.unlink(missing_ok=True)
        with open(part, "x", opener=_private, encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)
        _flush(self.path.parent)
        return key


def must_be_private(path: Path) -> None:
    """Raise KeyFileExposed unless its owner alone can read a key file."""
    if path.stat().st_mode & 0o077:
        raise KeyFileExposed(f"Others can read the key file {path}: make it 0400 (chmod 400 {path}).")


def key_file(settings: Settings) -> Path:
    """Where the keys lie when they are not in the environment."""
    return settings.secret_key_file or settings.data_dir / FILE


def house_keys_of(settings: Settings) -> HouseKeys:
    """The installation's keys; made once beside an embedded database, demanded from the operator elsewhere."""
    if settings.secret_key is not None:
        return must_be_long(HouseKeys(keys_in(settings.secret_key.get_secret_value())))
    path = key_file(settings)
    if not settings.is_embedded and settings.secret_key_file is None:
        raise SecretKeyMissing(
            "Set SHEQUYUN_SECRET_KEY or SHEQUYUN_SECRET_KEY_FILE: one is demanded for a PostgreSQL database."
        )
    if settings.is_embedded:
        _make_once(path)
    elif not path.exists():
        raise SecretKeyMissing(f"There is no key file {path}, as SHEQUYUN_SECRET_KEY_FILE says.")
    return must_be_long(KeyFile(path))


def must_be_long(keys: HouseKeys) -> HouseKeys:
    """The keys, unless one of them has fewer than 32 characters: that is 128 bits where they are hexadecimal."""
    if min((len(key.secret) for key in keys), default=0) < SHORTEST:
        raise SecretKeyTooShort(
            f"A secret key has fewer than {SHORTEST} characters. Make one with: python -c "
            '"import secrets; print(secrets.token_hex(32))"'
        )
    return keys


def _make_once(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    # Created exclusively and with its final rights, so that two starting processes agree on one key. Whole
    # before it bears its name: nobody reads half a key.
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(part, "x", opener=_private, encoding="utf-8") as file:
        file.write(f"1:{secrets.token_hex(32)}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    _flush(path.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o400)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
