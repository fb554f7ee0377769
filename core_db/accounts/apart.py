"""Firms apart from committees: whoever works for a firm that cases go to never learns who raised them.

So he holds no post on the committee of a neighbourhood where his firm works, nor acts in one that is lent to him.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, union
from sqlmodel import Session

from core_db.accounts.bindings import scope_of
from core_db.accounts.errors import FirmApart
from core_db.accounts.sessions import ACCOUNTS, DELEGATIONS, PLACES, ROLES, in_force
from core_db.foundation.actor import COMMITTEE, Role
from core_db.places.model import Place
from core_db.places.scopes import lies_below


def keep_firms_apart(
    session: Session, account_id: str, role: Role, place: Place, *, begins: datetime, ends: datetime | None
) -> None:  # fmt: skip
    """Refuse a post, his own or lent, that would make one person firm and committee of a neighbourhood at a time."""
    if role in COMMITTEE:
        scope = scope_of(place)
        nodes = (scope.community_id, scope.town_id, scope.district_id)
        firm = (ROLES.c.role == Role.CONTRACTOR) & ROLES.c.place_id.in_(nodes)
        statements: list[Any] = [
            select(ROLES.c.id).where(ROLES.c.account_id == account_id, firm, _meets(ROLES, begins, ends))
        ]
    elif role is Role.CONTRACTOR:
        statements = [
            _sits_below(ROLES, ROLES.c.account_id == account_id, place, begins, ends),
            _sits_below(DELEGATIONS, DELEGATIONS.c.delegate_id == account_id, place, begins, ends),
        ]
    else:
        return
    # Of two posts that one is given in one moment, at places of two heights, the second sees the first: it waits here.
    session.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == account_id).with_for_update(key_share=True))
    if any(session.execute(one.limit(1)).first() is not None for one in statements):
        raise FirmApart()


def _sits_below(
    table: Table, his: ColumnElement[bool], place: Place, begins: datetime, ends: datetime | None
) -> Any:  # fmt: skip
    below = PLACES.c.id == table.c.place_id
    return (
        select(table.c.id)
        .join_from(table, PLACES, below)
        .where(his, table.c.role.in_(COMMITTEE), lies_below((place.id,)), _meets(table, begins, ends))
    )


def both_at_once(now: datetime) -> Any:
    """Who is both at this moment all the same: posts from before they were kept apart stand until somebody ends one."""
    firm: Any = ROLES.alias("firm")
    over = firm.c.place_id.in_((PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id))
    sits = [
        select(his)
        .join_from(table, PLACES, PLACES.c.id == table.c.place_id)
        .join(firm, (firm.c.account_id == his) & (firm.c.role == Role.CONTRACTOR) & over)
        .where(table.c.role.in_(COMMITTEE), in_force(table, now), in_force(firm, now))
        for table, his in ((ROLES, ROLES.c.account_id), (DELEGATIONS, DELEGATIONS.c.delegate_id))
    ]
    return union(*sits)


def _meets(table: Table, begins: datetime, ends: datetime | None) -> ColumnElement[bool]:
    """Posts that are in force at some moment between the two."""
    lasts: ColumnElement[bool] = or_(table.c.valid_to.is_(None), table.c.valid_to > begins)
    return lasts if ends is None else lasts & (table.c.valid_from < ends)
