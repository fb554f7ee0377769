"""Which buildings a grid or a building group covers: dated, and a building belongs to one of a layer at a time."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, func, or_, select, update
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause
from core_db.neighbourhood.drafts import CoverageDraft
from core_db.neighbourhood.errors import CoveredAlready
from core_db.neighbourhood.keeping import kept, note_step
from core_db.neighbourhood.model import COVERINGS, GRIDS, GROUPS, Covering
from core_db.neighbourhood.reading import found
from core_db.neighbourhood.words import EntryKind
from core_db.people import Household
from core_db.places import PLACES, PlaceKind, buildings_of
from core_db.places.rights import right_in
from plugins.sdk.events import CoverageChanged

HOUSEHOLDS = cast(Table, Household.__table__)  # type: ignore[attr-defined]
#: What covers buildings at all.
COVERS = (EntryKind.GRID, EntryKind.BUILDING_GROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A building, and what of this layer it belongs to now: nothing, this one, or another by its name."""

    id: str
    label: str
    is_here: bool
    elsewhere: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The buildings of a neighbourhood as a grid or a group sees them, and how many households are in its own."""

    buildings: Sequence[Covered]
    homes: int
    households: int

    @property
    def here(self) -> list[Covered]:
        return [one for one in self.buildings if one.is_here]


def cover_buildings(
    session: Session, kind: EntryKind, entry_id: str, draft: CoverageDraft, *, actor: Actor, clock: Clock
) -> Any:
    """Say which buildings belong to it from a day on; what belongs to another of the layer is refused by name."""
    row, node = kept(session, _covering(kind), entry_id, actor=actor)
    today = local_date(clock.now())
    since, layer, wanted = draft.since or today, layer_of(kind, row), set(draft.place_ids)
    if since > today:
        raise CannotBeRead({"since": ("日期不能在今天以后。", "The day cannot lie ahead.")})
    here = {one.id: one.label for one in buildings_of(session, node.id)}
    if not wanted <= here.keys():
        raise CannotBeRead({
            "place_ids": ("请选本居民区里的楼。", "Please choose buildings of this neighbourhood.")
        })  # fmt: skip
    now_here = _places(session, node.id, entry_id)
    added, left = sorted(wanted - now_here), sorted(now_here - wanted)
    taken = _taken(session, node.id, layer)
    if held := next((one for one in added if one in taken), None):
        raise CoveredAlready(place=here[held], other=taken[held])

    _leave(session, node.id, entry_id, left, today)
    for place_id in added:
        session.add(
            Covering(
                id=new_id(), community_id=node.id, of_id=entry_id, layer=layer, place_id=place_id, valid_from=since
            )
        )  # fmt: skip
    session.flush()
    if added or left:
        _tell(session, kind, entry_id, node, added, left, draft.source, here, actor=actor, clock=clock)
    return row


def coverage_of(session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock) -> Coverage:
    """The buildings of the neighbourhood, with what of this layer each belongs to."""
    row, node = found(session, _covering(kind), entry_id, actor=actor)
    mine, taken = _places(session, node.id, entry_id), _taken(session, node.id, layer_of(kind, row))
    buildings = [
        Covered(
            id=one.id,
            label=one.label,
            is_here=one.id in mine,
            elsewhere="" if one.id in mine else taken.get(one.id, ""),
        )
        for one in buildings_of(session, node.id)
    ]
    homes, households = _how_many(session, node.id, mine)
    return Coverage(buildings=buildings, homes=homes, households=households)


def covered_on(
    session: Session, place_id: str, layer: str, on: date, *, actor: Actor, clock: Clock
) -> str | None:
    """The grid or group that a building belonged to on a day."""
    nodes = select(PLACES.c.community_id).where(PLACES.c.id == place_id).scalar_subquery()
    until = or_(COVERINGS.c.valid_to.is_(None), COVERINGS.c.valid_to >= on)
    statement = select(COVERINGS.c.of_id).where(
        COVERINGS.c.place_id == place_id, COVERINGS.c.layer == layer, COVERINGS.c.valid_from <= on, until,
        COVERINGS.c.community_id == nodes,
    )  # fmt: skip
    found_id: str | None = session.execute(statement.order_by(COVERINGS.c.id.desc()).limit(1)).scalar()
    return found_id


def layer_of(kind: EntryKind, row: Any) -> str:
    """A composite and a micro grid lie over each other; a building belongs to one of each, and to one group."""
    return str(row.level) if kind is EntryKind.GRID else "group"


def _covering(kind: EntryKind) -> EntryKind:
    if kind not in COVERS:
        raise NotFound()
    return kind


def _in_force(community_id: str) -> Any:
    return (COVERINGS.c.community_id == community_id) & COVERINGS.c.valid_to.is_(None)


def _places(session: Session, community_id: str, entry_id: str) -> set[str]:
    statement = select(COVERINGS.c.place_id).where(_in_force(community_id), COVERINGS.c.of_id == entry_id)
    return set(session.execute(statement).scalars())


def _taken(session: Session, community_id: str, layer: str) -> dict[str, str]:
    """Each building of the layer with the name of what it belongs to."""
    name = func.coalesce(GRIDS.c.name, GROUPS.c.name)
    in_grid = (GRIDS.c.id == COVERINGS.c.of_id) & (GRIDS.c.community_id == community_id)
    in_group = (GROUPS.c.id == COVERINGS.c.of_id) & (GROUPS.c.community_id == community_id)
    statement = (
        select(COVERINGS.c.place_id, name)
        .outerjoin(GRIDS, in_grid)
        .outerjoin(GROUPS, in_group)
        .where(_in_force(community_id), COVERINGS.c.layer == layer)
    )
    rows: Any = session.execute(statement).all()
    return dict(rows)


def _leave(session: Session, community_id: str, entry_id: str, left: Sequence[str], today: date) -> None:
    gone = _in_force(community_id) & (COVERINGS.c.of_id == entry_id) & COVERINGS.c.place_id.in_(left)
    session.execute(update(COVERINGS).where(gone).values(valid_to=today))


def _how_many(session: Session, community_id: str, buildings: set[str]) -> tuple[int, int]:
    """The homes in the buildings, and the households that are registered in them."""
    homes = select(PLACES.c.id).where(
        PLACES.c.community_id == community_id, PLACES.c.building_id.in_(buildings), PLACES.c.kind == PlaceKind.HOME,
        PLACES.c.ended_at.is_(None),
    )  # fmt: skip
    households = select(func.count()).where(
        HOUSEHOLDS.c.community_id == community_id, HOUSEHOLDS.c.home_id.in_(homes), HOUSEHOLDS.c.ended_on.is_(None)
    )  # fmt: skip
    count = session.execute(select(func.count()).select_from(homes.subquery())).scalar_one()
    return int(count), int(session.execute(households).scalar_one())


def _tell(
    session: Session, kind: EntryKind, entry_id: str, node: Any, added: Sequence[str], left: Sequence[str], source: str,
    labels: dict[str, str], *, actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    went = "、".join(labels.get(one, "") for one in left) or None
    came = "、".join(labels[one] for one in added) or None
    because = Because(cause=Cause.CORRECTED, source=source)
    note_step(session, node, entry_id, "coverage", went, came, because, actor=actor, at=clock.now())
    right = right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)
    record(
        session, action="entry.covered", actor=actor, clock=clock, object=str(kind),
        reference=f"{kind}/{entry_id}",
        right=right,
    )  # fmt: skip
    fact = CoverageChanged(
        community_id=node.id, kind=str(kind), entry_id=entry_id, added=tuple(added), left=tuple(left)
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{node.id}"], right=right)
