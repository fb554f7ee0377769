"""What residents read of their committee: where it ends, when it is open, who serves, and their building's group."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import one_of
from core_db.neighbourhood.charters import CharterSeen, charters_now
from core_db.neighbourhood.model import COVERINGS, GROUPS
from core_db.neighbourhood.seats import SeatSeen, seats_now
from core_db.neighbourhood.words import EntryKind
from core_db.people import Organisation
from core_db.places import Community, Place

ORGANISATIONS = Organisation.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    """The building group of one's building, as its residents see it: names and the charter, nobody's number."""

    name: str
    meets_at: str
    seats: Sequence[SeatSeen]
    charter: CharterSeen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeShown:
    """A neighbourhood's committee, as its residents see it."""

    name: str
    community: Community
    seats: Sequence[SeatSeen]
    main_units: Sequence[tuple[str, str]]
    groups: Sequence[GroupShown]


def my_committees(session: Session, *, actor: Actor, clock: Clock) -> Sequence[CommitteeShown]:
    """The committees of the neighbourhoods in which the actor lives."""
    shown = []
    for community_id in actor.communities:
        place, community = session.get(Place, community_id), session.get(Community, community_id)
        if place is None or community is None:
            continue
        seats = seats_now(session, community_id, community_id, EntryKind.COMMUNITY, clock=clock)
        shown.append(
            CommitteeShown(
                name=place.label, community=community, seats=seats, main_units=_main_units(session, community_id),
                groups=_groups(session, community_id, actor=actor, clock=clock),
            )
        )  # fmt: skip
    return shown


def _main_units(session: Session, community_id: str) -> Sequence[tuple[str, str]]:
    statement = (
        select(ORGANISATIONS.c.name, ORGANISATIONS.c.address)
        .where(ORGANISATIONS.c.place_id == community_id, ORGANISATIONS.c.main_unit == "yes")
        .where(ORGANISATIONS.c.active, ORGANISATIONS.c.ended_on.is_(None))
        .order_by(ORGANISATIONS.c.name)
        .limit(50)
    )
    return [(row.name, row.address or "") for row in session.execute(statement)]


def _groups(session: Session, community_id: str, *, actor: Actor, clock: Clock) -> Sequence[GroupShown]:
    """The groups that cover a building in which he lives."""
    mine = tuple(bond.building_id for bond in actor.homes if bond.community_id == community_id)
    if not mine:
        return ()
    statement = (
        select(GROUPS.c.id, GROUPS.c.name, GROUPS.c.meets_at)
        .join(COVERINGS, (COVERINGS.c.of_id == GROUPS.c.id) & (COVERINGS.c.community_id == community_id))
        .where(GROUPS.c.community_id == community_id, one_of(COVERINGS.c.place_id, mine))
        .where(COVERINGS.c.valid_to.is_(None), GROUPS.c.ended_on.is_(None))
        .distinct()
        .order_by(GROUPS.c.name)
    )
    return [
        GroupShown(
            name=row.name, meets_at=row.meets_at or "",
            seats=seats_now(session, community_id, row.id, EntryKind.BUILDING_GROUP, clock=clock),
            charter=next(iter(charters_now(session, community_id, row.id)), None),
        )
        for row in session.execute(statement)
    ]  # fmt: skip
