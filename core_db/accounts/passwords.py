"""Passwords: Argon2id with OWASP's small profile, and the same work whether or not there is such a name.

Hashing takes some 25 ms of a core: callers do it in a thread, outside the writer, a few at once.

What is chosen is judged by how many guesses it takes (zxcvbn: words, names, keyboards, dates, and what is known of
this account), because that is what a guesser does; composition only where the rule book wants it.
"""

import secrets
from collections.abc import Sequence
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core_db.accounts.errors import PasswordFormer, PasswordGuessable, PasswordPlain, PasswordShort
from core_db.accounts.profiles import AuthRules

#: 19 MiB, two passes, one lane: many people signing in at once must not be a denial of service.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))

#: Guesses a password has to withstand: with ten tries in five minutes that is a year at each of a hundred addresses.
FEWEST_GUESSES = 10**8


def hash_password(password: str) -> str:
    """What of a password is kept."""
    return _HASHER.hash(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Whether it is the password. For nobody's (None) the work is the same and the answer no."""
    matches = _HASHER.verify(password, stored if stored is not None else nobodys_hash())
    return matches and stored is not None


def refuse_weak(password: str, rules: AuthRules, *, known: Sequence[str]) -> None:
    """Refuse what the rule book refuses; `known` are words an attacker knows too: sign-in name, own name."""
    if len(password) < rules.shortest:
        raise PasswordShort(least=rules.shortest)
    if len({_kind(character) for character in password}) < rules.kinds:
        raise PasswordPlain(kinds=rules.kinds)
    if _guesses(password, known) < FEWEST_GUESSES:
        raise PasswordGuessable()


def refuse_former(password: str, former: Sequence[str]) -> None:
    """Refuse one that was in use: `former` are hashes. Takes a hashing for each."""
    if any(_HASHER.verify(password, hashed) for hashed in former):
        raise PasswordFormer()


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isupper():
        return "capital"
    return "small" if character.islower() else "other"


def _guesses(password: str, known: Sequence[str]) -> float:
    # Its lists of words take a moment to load, and a password is chosen once in a while.
    from zxcvbn import zxcvbn

    return float(zxcvbn(password, user_inputs=[*known, "shequyun", "社区云"], max_length=200)["guesses"])


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """What the password of an unknown name is compared with."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def one_time_password() -> str:
    """A password for one first sign-in, in groups that can be read out over the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _letter in range(4)) for _group in range(4))
