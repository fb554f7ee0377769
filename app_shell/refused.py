"""A line in the log for whoever is turned away: a wrong password, a token that does not hold, a deed or a thing that
is not his (OWASP ASVS 16.3).

It says what was refused, in which request, at which route and to which account; never a name, a number, what was
typed or of what. Of a flood so many lines a minute remain, and how many were left out is said with the next.
"""

import time
from collections.abc import Callable

from core_db.foundation.actor import Actor
from core_db.foundation.came import Came
from core_db.foundation.errors import DomainError, NotFound, NotSignedIn
from core_db.foundation.lean import dataclass
from core_db.foundation.loggers import get_logger

_log = get_logger("shequyun.refused")
#: Lines of one account and one kind in a minute; those who have none count as one.
A_MINUTE = 30
#: Of how many it is remembered how much they were refused.
KEPT_AT_MOST = 5_000


@dataclass(slots=True)
class _Flood:
    """What one account was refused in one way: lines in this minute, and refusals left out since the last line."""

    minute: int
    lines: int = 0
    unheard: int = 0


class Measure:
    """How much may still be said of whom."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._floods: dict[tuple[str, str], _Flood] = {}

    def unheard(self, account: str, kind: str) -> int | None:
        """How many were left out before this line; None where it is left out itself."""
        minute = int(self._monotonic() // 60)
        if len(self._floods) > KEPT_AT_MOST:
            self._floods.clear()
        flood = self._floods.setdefault((account, kind), _Flood(minute))
        if flood.minute != minute:
            flood.minute, flood.lines = minute, 0
        if flood.lines >= A_MINUTE:
            flood.unheard += 1
            return None
        left_out, flood.lines, flood.unheard = flood.unheard, flood.lines + 1, 0
        return left_out


_measure = Measure()


def note_refusal(refusal: DomainError, *, actor: Actor, came: Came, route: str = "") -> None:
    """Log a refusal once, however many hands it goes through. That a stranger has to sign in is none."""
    if refusal.is_noted or not _turns_away(refusal, actor, is_answer=bool(route)):
        return
    refusal.is_noted = True
    unheard = _measure.unheard(actor.id, refusal.code)
    if unheard is not None:
        more = ({"path": route} if route else {}) | ({"unheard": unheard} if unheard else {})
        _log.warning(
            "refused", kind=refusal.code, status=refusal.status, reference=came.request, topic=str(came.way),
            account=actor.id, **more,
        )  # fmt: skip


def _turns_away(refusal: DomainError, actor: Actor, *, is_answer: bool) -> bool:
    if isinstance(refusal, NotSignedIn):
        return refusal.brought_a_token
    if isinstance(refusal, NotFound):
        # What is not his reads as what is not there. Only as an answer: who looks whether there is one finds none, too.
        return is_answer and actor.is_signed_in
    return refusal.status in (401, 403)
