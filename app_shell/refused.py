"""A line in the log for whoever is turned away: a wrong password, a deed that is not his (OWASP ASVS 16.3).

It says what was refused, in which request and to which account; never a name, a number or what was typed.
"""

from core_db.foundation.actor import Actor
from core_db.foundation.came import Came
from core_db.foundation.errors import DomainError, NotSignedIn
from core_db.foundation.loggers import get_logger

_log = get_logger("shequyun.refused")


def note_refusal(refusal: DomainError, *, actor: Actor, came: Came) -> None:
    """Log a refusal once, however many hands it goes through. That a stranger has to sign in is none."""
    if refusal.status not in (401, 403) or isinstance(refusal, NotSignedIn) or refusal.is_noted:
        return
    refusal.is_noted = True
    _log.warning(
        "refused", kind=refusal.code, status=refusal.status, reference=came.request, topic=str(came.way),
        account=actor.id,
    )  # fmt: skip
