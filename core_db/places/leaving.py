"""Letting go of what a history of places says, when its time is over: that there was a change stays."""

from collections.abc import Sequence

from sqlalchemy import or_, update
from sqlmodel import Session

from core_db.places.model import PLACE_CHANGES

_SAID = {"before": None, "after": None, "before_sealed": None, "after_sealed": None, "reason": None}
#: A change that still says something.
PLACE_STILL_SAID = or_(*(PLACE_CHANGES.c[name].is_not(None) for name in _SAID))


def empty_place_changes(session: Session, ids: Sequence[str]) -> None:
    """That there was a change stays; what it said goes."""
    session.execute(update(PLACE_CHANGES).where(PLACE_CHANGES.c.id.in_(ids)).values(_SAID))
