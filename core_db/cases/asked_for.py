"""What a list of cases is asked for must be there: who mistypes a category or a place is told, and not shown nothing.

A place or an organisation one may not see is refused in the words of one that is not there.
"""

from collections.abc import Callable
from functools import partial

from sqlmodel import Session

from core_db.cases.reference import reference_of
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.errors import CannotBeRead
from core_db.people.handlers import handles_near
from core_db.places.queries import is_in_sight

LONGEST_PAGE = 100
_NO_CATEGORY = ("没有这个类别。", "There is no such category.")
_NO_PLACE = ("没有这个地方，或者不归您看。", "There is no such place, or it is not yours to see.")
_NO_HANDLER = ("没有这个单位，或者不归您看。", "There is no such organisation, or it is not yours to see.")
_TOO_LONG = (f"一页最多 {LONGEST_PAGE} 条。", f"A page has 1 to {LONGEST_PAGE} items.")


def refuse_what_is_not(
    session: Session, *, actor: Actor, limit: int, category: str | None, places: dict[str, str | None],
    handler: str | None,
) -> None:  # fmt: skip
    """CannotBeRead beside each parameter that names nothing; `places` by the name of their parameter."""
    is_there = partial(_is_there, session, actor)
    faults = {name: _NO_PLACE for name, one in places.items() if one and not is_there(is_in_sight, one)}
    if category and not reference_of(session).knows(category):
        faults["category"] = _NO_CATEGORY
    if handler and not is_there(handles_near, handler):
        faults["handler"] = _NO_HANDLER
    if not 1 <= limit <= LONGEST_PAGE:
        faults["limit"] = _TOO_LONG
    if faults:
        raise CannotBeRead(faults)


def _is_there(session: Session, actor: Actor, sees: Callable[..., bool], named: str) -> bool:
    """The base itself looks for whatever it has at hand."""
    return actor.kind is ActorKind.SYSTEM or sees(session, named, actor=actor)
