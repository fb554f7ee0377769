"""How things stand below a node: each neighbourhood of a town, each town of a district, in the order of its tree."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, select, text
from sqlmodel import Session

from core_db.cases import OPEN
from core_db.cases.indexes import ESCALATED
from core_db.cases.model import CASES
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.places import PLACES, PlaceKind

TREE = PLACES


@dataclass(frozen=True)
class NodeRow:
    """A neighbourhood or a town with its open cases."""

    id: str
    name: str
    open: int
    to_accept: int
    returned: int
    overdue: int
    escalated: int
    #: Nobody has told the resident anything within the time for that.
    late_contact: int
    is_town: bool = False


def nodes_below(
    session: Session, *, within: str | None = None, actor: Actor, clock: Clock
) -> Sequence[NodeRow]:
    """The neighbourhoods of a dispatcher's town; for the district its towns, or the neighbourhoods of one of them."""
    towns, districts = actor.places_as({Role.TOWN_DISPATCHER}), actor.places_as({Role.DISTRICT_DISPATCHER})
    by_town = bool(districts) and within is None
    level = CASES.c.town_id if by_town else CASES.c.community_id
    kind = PlaceKind.TOWN if by_town else PlaceKind.COMMUNITY
    where = [TREE.c.kind == kind, TREE.c.ended_at.is_(None)]
    where.append(TREE.c.district_id.in_(districts) if districts else TREE.c.town_id.in_(towns))
    if within is not None:
        where.append(TREE.c.town_id == within)
    sums = _sums(clock.now())
    mine = CASES.c.district_id.in_(districts) if districts else CASES.c.town_id.in_(towns)
    is_open = CASES.c.status.in_(sorted(OPEN))
    counted = select(level.label("node"), *sums).where(mine, is_open).group_by(level).subquery()
    statement = (
        select(TREE.c.id, TREE.c.name, *(func.coalesce(counted.c[one.name], 0) for one in sums))
        .join(counted, counted.c.node == TREE.c.id, isouter=True)
        .where(*where)
        .order_by(TREE.c.sort, TREE.c.id)
    )
    return [_node(row, is_town=by_town) for row in session.execute(statement)]


def _node(row: Any, *, is_town: bool) -> NodeRow:
    id_, name, open_, to_accept, returned, overdue, escalated, late_contact = row
    counts = {
        "open": open_,
        "to_accept": to_accept,
        "returned": returned,
        "overdue": overdue,
        "escalated": escalated,
        "late_contact": late_contact,
    }
    return NodeRow(id=id_, name=name, is_town=is_town, **{key: int(count) for key, count in counts.items()})


def _sums(now: Any) -> list[Any]:
    def how_many(condition: Any, name: str) -> Any:
        return func.sum(case((condition, 1), else_=0)).label(name)

    waiting = CASES.c.status.in_([CaseStatus.SUBMITTED, CaseStatus.PRE_CHECK])
    return [
        func.count().label("open"),
        how_many(waiting, "to_accept"),
        how_many(CASES.c.status == CaseStatus.RETURNED, "returned"),
        how_many(and_(CASES.c.clock_state == "running", CASES.c.due_at < now), "overdue"),
        how_many(text(ESCALATED), "escalated"),
        how_many(and_(CASES.c.contacted_at.is_(None), CASES.c.contact_due_at < now), "late_contact"),
    ]
