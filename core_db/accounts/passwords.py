"""Passwords: Argon2id with OWASP's small profile, and the same work whether or not there is such a name.

Hashing takes some 25 ms of a core: callers do it in a thread, outside the writer, a few at once.
"""

import secrets
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

#: 19 MiB, two passes, one lane: many people signing in at once must not be a denial of service.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


def hash_password(password: str) -> str:
    """What of a password is kept."""
    return _HASHER.hash(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Whether it is the password. For nobody's (None) the work is the same and the answer no."""
    matches = _HASHER.verify(password, stored if stored is not None else nobodys_hash())
    return matches and stored is not None


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """What the password of an unknown name is compared with."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def one_time_password() -> str:
    """A password for one first sign-in, in groups that can be read out over the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _letter in range(4)) for _group in range(4))
