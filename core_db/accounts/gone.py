"""What somebody who left had begun: it stays in his name, and is on the desk of who holds the post of the secretary."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from core_db.accounts.sessions import DELEGATIONS, ROLES, in_force
from core_db.foundation.actor import COMMITTEE


def sits_there(who: ColumnElement[str], where: ColumnElement[str], *, now: datetime) -> ColumnElement[bool]:
    """Does an account hold a post on the committee of a place at this moment, its own or a lent one?"""
    own = select(ROLES.c.id).where(
        ROLES.c.account_id == who,
        ROLES.c.place_id == where,
        ROLES.c.role.in_(COMMITTEE),
        in_force(ROLES, now),
    )
    lent = (
        select(DELEGATIONS.c.id)
        .join_from(DELEGATIONS, ROLES, ROLES.c.id == DELEGATIONS.c.assignment_id)
        .where(
            DELEGATIONS.c.delegate_id == who, DELEGATIONS.c.place_id == where, DELEGATIONS.c.role.in_(COMMITTEE),
            in_force(DELEGATIONS, now), in_force(ROLES, now),
        )
    )  # fmt: skip
    return own.exists() | lent.exists()
