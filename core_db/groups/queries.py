"""Reading groups: how many first, then who, a page at a time. Others call `members_of`."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, may_at
from core_db.finding import Found
from core_db.finding.queries import MOST_REGISTERS, shown
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.groups.drafts import GroupRules
from core_db.groups.errors import GroupTooLarge
from core_db.groups.model import GROUPS, SavedGroup
from core_db.groups.selecting import (
    NOWHERE,
    Member,
    Selection,
    count_selected,
    members_in,
    place_in_line,
    selection_of,
)
from core_db.people import person_in_sight
from core_db.people.queries import doors_of
from core_db.places import PLACES, Place, PlaceKind, lies_below, scope_of

#: People on one page of a group, and groups in a list.
PAGE, MOST_GROUPS = 50, 100
#: More than anybody visits; whoever needs a whole register asks for it as one.
MOST_MEMBERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group in a list."""

    id: str
    name: str
    place_id: str
    place_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    """A group, how many belong to it now, and some of them; `next` is where to go on."""

    line: GroupLine
    rules: GroupRules
    count: int
    people: Sequence[Found]
    next: str | None


def groups_of(session: Session, *, actor: Actor, clock: Clock) -> Sequence[GroupLine]:
    """The groups of the actor's own committees, by name."""
    nodes = actor.places_as(MAY_AT[Permission.GROUP_KEEP])
    statement = _LINE.where(GROUPS.c.place_id.in_(nodes), GROUPS.c.ended_at.is_(None))
    rows = session.execute(statement.order_by(GROUPS.c.name, GROUPS.c.id).limit(MOST_GROUPS))
    return [_line(row) for row in rows]


def group_shown(
    session: Session, group_id: str, *, after: str | None = None, actor: Actor, clock: Clock
) -> GroupShown:
    """A group as its page shows it; `after` is the person with whom the page before ended."""
    group = group_in_sight(session, group_id, actor=actor)
    place = session.get_one(Place, group.place_id)
    rules, today = GroupRules.model_validate(group.rules), local_date(clock.now())
    chosen = _selection(session, rules, place, actor=actor, clock=clock)
    members = _page(session, chosen, after=after, actor=actor, clock=clock)
    people = shown(session, [one.person_id for one in members[:PAGE]], today=today)
    line = GroupLine(id=group.id, name=group.name, place_id=place.id, place_name=place.name)
    return GroupShown(
        line=line, rules=rules, count=count_selected(session, chosen), people=people,
        next=members[PAGE - 1].person_id if len(members) > PAGE else None,
    )  # fmt: skip


def count_of(session: Session, rules: GroupRules, place_id: str, *, actor: Actor, clock: Clock) -> int:
    """How many people there would be in a group of these rules, before anybody is listed."""
    place = session.get(Place, place_id) if is_id(place_id) else None
    if place is None or not may_at(actor, Permission.GROUP_KEEP, scope_of(place)):
        raise NotFound()
    return count_selected(session, _selection(session, rules, place, actor=actor, clock=clock))


def members_of(session: Session, group_id: str, *, actor: Actor, clock: Clock) -> Sequence[Member]:
    """Everybody who belongs to a group now, for whoever plans with it: person and home, stair by stair.

    In the order in which people count doors: by neighbourhood, estate, building, room. Somebody with two homes here
    stands at the first; somebody with none at the end of his neighbourhood, where the rules allow him. Nothing is
    unmasked by it. GroupTooLarge beyond `MOST_MEMBERS`; NotFound for a group of another committee.
    """
    group = group_in_sight(session, group_id, actor=actor)
    place = session.get_one(Place, group.place_id)
    chosen = _selection(session, GroupRules.model_validate(group.rules), place, actor=actor, clock=clock)
    found: list[Member] = []
    for community_id in chosen.communities:
        found += members_in(session, chosen, community_id)
        if len(found) > MOST_MEMBERS:
            raise GroupTooLarge(most=MOST_MEMBERS)
    return found


def members_on(
    session: Session, group_ids: Sequence[str], community_id: str, *, today: date
) -> Sequence[Member]:
    """Who belongs on a day to groups of a neighbourhood's committee, for what it has planned with them.

    It asks nobody's rights: whoever planned was found to keep the group. A group that has ended has nobody in it.
    """
    own = (GROUPS.c.place_id == community_id) & GROUPS.c.ended_at.is_(None)
    known = select(GROUPS.c.rules).where(own, GROUPS.c.id.in_(group_ids)).order_by(GROUPS.c.id)
    found: dict[str, Member] = {}
    for rules in session.execute(known).scalars().all():
        chosen = selection_of(session, GroupRules.model_validate(rules), [community_id], today=today)
        found |= {one.person_id: one for one in members_in(session, chosen, community_id)}
    return sorted(found.values(), key=place_in_line)


def group_in_sight(session: Session, group_id: str, *, actor: Actor) -> SavedGroup:
    """A group of a committee on which the actor sits; NotFound for any other, and for one that has ended."""
    group = session.get(SavedGroup, group_id) if is_id(group_id) else None
    place = session.get(Place, group.place_id) if group is not None else None
    if group is None or place is None or group.ended_at is not None:
        raise NotFound()
    if not may_at(actor, Permission.GROUP_KEEP, scope_of(place)):
        raise NotFound()
    return group


def places_for_groups(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """Where the actor may keep groups: (id, name)."""
    nodes = actor.places_as(MAY_AT[Permission.GROUP_KEEP])
    rows = session.execute(
        select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(nodes)).order_by(PLACES.c.sort)
    )
    return [(row.id, row.name) for row in rows]


_LINE = select(GROUPS.c.id, GROUPS.c.name, GROUPS.c.place_id, PLACES.c.name.label("place_name")).join(
    PLACES, PLACES.c.id == GROUPS.c.place_id
)


def _line(row: Row[tuple[str, str, str, str]]) -> GroupLine:
    return GroupLine(**row._mapping)


def _selection(session: Session, rules: GroupRules, place: Place, *, actor: Actor, clock: Clock) -> Selection:
    """The registers at and below the group's place that the actor may look into, as people count them."""
    below = (PLACES.c.kind == PlaceKind.COMMUNITY) & lies_below((place.id,))
    if actor.kind is not ActorKind.SYSTEM:
        below &= lies_below(actor.places_as(MAY_AT[Permission.PEOPLE_LOOK_UP]))
    ordered = select(PLACES.c.id).where(below).order_by(PLACES.c.sort, PLACES.c.id).limit(MOST_REGISTERS)
    registers = session.execute(ordered).scalars().all()
    widen(session, *registers)
    return selection_of(session, rules, registers, today=local_date(clock.now()))


def _page(
    session: Session, chosen: Selection, *, after: str | None, actor: Actor, clock: Clock
) -> list[Member]:
    """One more than a page of members, from behind somebody on."""
    last = person_in_sight(session, after, actor=actor) if after else None
    communities = list(chosen.communities)
    if last is not None and last.community_id in communities:
        communities = communities[communities.index(last.community_id) :]
    found: list[Member] = []
    for community_id in communities:
        members = members_in(session, chosen, community_id)
        if last is not None and last.community_id == community_id:
            members = _behind(session, members, last.id, today=chosen.today)
        found += members[: PAGE + 1 - len(found)]
        if len(found) > PAGE:
            break
    return found


def _behind(session: Session, members: list[Member], person_id: str, *, today: date) -> list[Member]:
    """Those who stand behind somebody, though he may have left the group since."""
    line = next((place_in_line(one) for one in members if one.person_id == person_id), None)
    if line is None:
        homes = doors_of(session, [person_id], today=today).get(person_id, [])
        sort = select(PLACES.c.sort).where(PLACES.c.id == homes[0][0]) if homes else None
        line = (str(session.execute(sort).scalar()) if sort is not None else NOWHERE, person_id)
    return [one for one in members if place_in_line(one) > line]
