"""Putting together what several people said of one field of a visit, each from what he had seen of it.

Plain rules over a chain of words; it reads no clock and no table. Fields that different people changed never touch
each other, so the order in which telephones come back to the network makes no difference to them. Where two people
changed the same field, the later of the two stands beside the earlier until somebody decides: nothing is lost.
"""

from collections.abc import Sequence
from enum import StrEnum

from core_db.foundation.lean import dataclass
from core_db.foundation.unsealed import Unsealed

NOTHING = Unsealed("")


class Verdict(StrEnum):
    """What becomes of a word."""

    #: It says what stands there, or what its speaker saw and left as it was.
    SAME = "same"
    TAKEN = "taken"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Said:
    """What a field was said to be, and by whose account."""

    value: Unsealed
    by: str


def merge(chain: Sequence[Said], word: Said, *, seen: int) -> Verdict:
    """What becomes of a word about a field; `seen` is how much of its chain the speaker had seen, 0 for none."""
    base = chain[min(seen, len(chain)) - 1].value if chain and seen > 0 else NOTHING
    now = chain[-1] if chain else Said(NOTHING, "")
    if word.value in (base, now.value):
        return Verdict.SAME
    # Nobody spoke since, or it was himself, or what was said since has been taken back.
    free = seen >= len(chain) or now.by == word.by or now.value == base
    return Verdict.TAKEN if free else Verdict.DIFFERS
