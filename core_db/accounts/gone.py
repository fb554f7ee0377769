"""What somebody who left had begun: it stays in his name, and is on the desk of who holds the post of the secretary."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Table, or_, select

from core_db.accounts.sessions import DELEGATIONS, ROLES, in_force
from core_db.foundation.actor import COMMITTEE


def sits_there(who: ColumnElement[str], where: ColumnElement[str], *, now: datetime) -> ColumnElement[bool]:
    """Does an account hold a post on the committee of a place at this moment, its own or a lent one?"""
    return _holds_one(who, where, lambda dated: in_force(dated, now))


def sits_or_comes(
    who: ColumnElement[str], where: ColumnElement[str], *, now: datetime
) -> ColumnElement[bool]:
    """The same, or one that begins later: whoever is about to come has not left."""
    return _holds_one(who, where, lambda dated: or_(dated.c.valid_to.is_(None), dated.c.valid_to > now))


def _holds_one(
    who: ColumnElement[str], where: ColumnElement[str], lasts: Callable[[Table], ColumnElement[bool]]
) -> ColumnElement[bool]:
    own = select(ROLES.c.id).where(
        ROLES.c.account_id == who, ROLES.c.place_id == where, ROLES.c.role.in_(COMMITTEE), lasts(ROLES)
    )
    lent = (
        select(DELEGATIONS.c.id)
        .join_from(DELEGATIONS, ROLES, ROLES.c.id == DELEGATIONS.c.assignment_id)
        .where(
            DELEGATIONS.c.delegate_id == who, DELEGATIONS.c.place_id == where, DELEGATIONS.c.role.in_(COMMITTEE),
            lasts(DELEGATIONS), lasts(ROLES),
        )
    )  # fmt: skip
    return own.exists() | lent.exists()
