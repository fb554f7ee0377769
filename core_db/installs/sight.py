"""Who sees what of plugins: who works in a neighbourhood what is on there, a resident what concerns himself."""

from typing import Any

from sqlalchemy import ColumnElement

from core_db.foundation.actor import COMMITTEE, Actor


def works_at(actor: Actor, community_id: str) -> bool:
    """Whether he works for the neighbourhood's committee."""
    return community_id in actor.places_as(COMMITTEE)


def visible_to(actor: Actor, column: Any) -> ColumnElement[bool]:
    """The rows of the neighbourhoods where he works."""
    seen: ColumnElement[bool] = column.in_(actor.places_as(COMMITTEE))
    return seen
