"""That whoever of the staff acts has shown lately who he is, not whoever sat down at his desk or took his token.

Signing in anew, with password and code or with a passkey, opens another session in place of the old one.
"""

from datetime import datetime, timedelta

from core_db.accounts.errors import NotFreshlySignedIn
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import LEEWAY

#: For what leaves the house in full, and for what opens an account for good.
JUST_NOW = timedelta(minutes=15)
#: For a look at one person: half a working day, so that who calls thirty people is asked once.
HALF_A_DAY = timedelta(hours=4)


def require_signed_in(actor: Actor, *, within: timedelta, now: datetime) -> None:
    """Refuse staff who signed in longer ago, or by a clock that was ahead. Jobs and plugins sign in nowhere."""
    if actor.kind is not ActorKind.STAFF:
        return
    at = actor.signed_in_at
    if at is None or not now - within <= at <= now + LEEWAY:
        raise NotFreshlySignedIn()
