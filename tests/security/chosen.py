"""Which cells PostgreSQL is asked at a push: whatever anybody is let into, and each way of being refused once.

Both apps decide the same on either database, and SQLite is asked every cell. What PostgreSQL has of its own are its
walls. So each thing, near and far, is still asked for on each route, and refused once with each of its answers; by
whom, a checksum chooses, the same at every run. `--throughout` asks PostgreSQL every cell too.
"""

from collections.abc import Callable, Mapping
from zlib import crc32

#: App, method, route, role, and whose thing it is.
Key = tuple[str, ...]
Wanted = Callable[[Key], bool]


def every_cell(_key: Key) -> bool:
    return True


def few_of_the_refused(known: Mapping[Key, str]) -> Wanted:
    """What the lock lets in, one of each refusal, and whatever the lock does not know yet."""
    left_out = frozenset(known) - _let_in(known) - _one_of_each(known)
    return lambda key: key not in left_out


def _let_in(known: Mapping[Key, str]) -> frozenset[Key]:
    return frozenset(key for key, outcome in known.items() if not _is_refused(outcome))


def _one_of_each(known: Mapping[Key, str]) -> frozenset[Key]:
    chosen: dict[tuple[str, ...], Key] = {}
    for key in sorted(filter(lambda key: _is_refused(known[key]), known), key=_by_lot):
        chosen.setdefault(_kind(key, known[key]), key)
    return frozenset(chosen.values())


def _is_refused(outcome: str) -> bool:
    return outcome[:3] >= "400" or outcome.endswith("sign-in")


def _kind(key: Key, outcome: str) -> tuple[str, ...]:
    """Who has not signed in is turned away before anybody looks whose thing it is."""
    app, method, route, _role, relation = key
    at_the_door = outcome.startswith("401") or outcome.endswith("sign-in")
    return app, method, route, "" if at_the_door else relation, outcome


def _by_lot(key: Key) -> tuple[int, Key]:
    return crc32(",".join(key).encode()), key
