"""Which cells PostgreSQL is asked at a push: each refusal once, and each way in once for each kind of reach.

Both apps decide the same on either database, and SQLite is asked every cell. What PostgreSQL has of its own are its
walls, and they know nothing of roles, only how far a session reaches. So each thing, near and far, is asked for on each
route: once by somebody of each kind of reach that is let in, and once for each answer with which anybody is refused
when it was looked for. By whom, a checksum chooses, the same at every run. `--throughout` asks PostgreSQL every cell,
too.
"""

from collections.abc import Callable, Mapping
from zlib import crc32

#: App, method, route, role, and whose thing it is.
Key = tuple[str, ...]
Wanted = Callable[[Key], bool]
#: Whose sessions reach alike (`core_db/foundation/reach.py`); whoever is not named here reaches like nobody else.
ALIKE = {
    "residents with a home": (
        "own", "household", "same building", "same community", "anonymous", "next door", "other town",
        "other district",
    ),
    "committees": ("worker", "secretary", "worker next door"),
    "firms": ("contractor", "assisting", "contractor of another"),
    "towns": ("town dispatcher", "dispatcher of the other town"),
    #: They reach no neighbourhood's rows at all.
    "administrators": ("system administrator", "security administrator", "auditor"),
    "districts": ("district dispatcher", "dispatcher of the other district"),
}  # fmt: skip
_REACH = {role: kind for kind, roles in ALIKE.items() for role in roles}


def every_cell(_key: Key) -> bool:
    return True


def one_of_each(known: Mapping[Key, str]) -> Wanted:
    """One cell of each kind, and whatever the lock does not know yet."""
    chosen: dict[tuple[str, ...], Key] = {}
    for key in sorted(known, key=_by_lot):
        chosen.setdefault(kind_of(key, known[key]), key)
    left_out = frozenset(known) - frozenset(chosen.values())
    return lambda key: key not in left_out


def kind_of(key: Key, outcome: str) -> tuple[str, ...]:
    """What is the same for PostgreSQL: nobody asks it who has not signed in, and a refusal has no reach."""
    app, method, route, role, relation = key
    # Whoever has not signed in, or has no right to a route at all, is refused before a row is looked for.
    if outcome[:3] in ("401", "403") or outcome.endswith("sign-in"):
        return app, method, route, outcome
    reach = "" if outcome[:3] >= "400" else _REACH.get(role, role)
    return app, method, route, relation, outcome, reach


def _by_lot(key: Key) -> tuple[int, Key]:
    return crc32(",".join(key).encode()), key
