"""For whom a resident raises a case (代办): one of his household, a child he is guardian of, and as the lead of a
building (楼组长) somebody who lives in it. Nobody else is looked for.

He types a name. It meets one person of the register among those, or it does not; the case is raised either way, under
the name as it was typed, and nobody learns here who lives where.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlmodel import Session

from core_db.accounts.bindings import account_ids_of
from core_db.accounts.leads import buildings_led
from core_db.cases.behind import Part, Party
from core_db.cases.drafts import CaseDraft
from core_db.cases.kin import of_one_family
from core_db.cases.words import Visibility
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass
from core_db.people.model import PERSONS, RESIDENCIES
from core_db.places import PLACES, PlaceKind, door_in, plain_line, room_name

#: Says for which entries of the register somebody acts: `(session, actor=…, clock=…)`.
Wards = Callable[..., Collection[str]]
_WARDS: list[Wards] = []
YOURSELF = {
    "on_behalf_of": (
        "这是您自己的名字；替自己反映，这里不用填。",
        "That is your own name; to raise it for yourself, leave this empty.",
    )
}
#: A door alone says for nobody; the case would be his own who leads the building, without a word about it.
NAMELESS = {
    "on_behalf_of": (
        "只写了门牌，没写姓名：请写上替谁反映；替自己反映，门牌也不用填。",
        "There is a door and no name: please say for whom; to raise it for yourself, leave the door empty too.",
    )
}
#: Whoever it is for did not choose to show it to his neighbours.
ANOTHERS = {
    "visibility": (
        "替别人反映的事邻居看不到：请选“只有我和办理的人”。",
        "Neighbours do not see what is raised for somebody else: choose “Only me and those who handle it”.",
    )
}


def when_asked_for_wards(wards: Wards) -> None:
    """A capability that stands above says for whom somebody acts: guardians, `core_db.mydata`."""
    _WARDS.append(wards)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisesFor:
    """What a form may help with: the names of the children somebody acts for, and that he leads a building."""

    children: Sequence[str]
    is_lead: bool


def raises_for(session: Session, *, actor: Actor, clock: Clock) -> RaisesFor:
    """Whom the actor is shown as somebody he may raise a case for: names that he gave himself, and nobody else's."""
    children = select(PERSONS.c.name).where(PERSONS.c.id.in_(_wards(session, actor=actor, clock=clock)))
    names = session.execute(children.order_by(PERSONS.c.name)).scalars().all()
    return RaisesFor(children=names, is_lead=bool(_led(session, actor=actor, clock=clock)))


def parties_of(
    session: Session, draft: CaseDraft, community_id: str, *, actor: Actor, clock: Clock
) -> list[Party]:
    """Who stands behind a case that a resident raises: he himself, or somebody and he who raises it for him."""
    if draft.on_behalf_of is None and draft.on_behalf_room is not None:
        raise CannotBeRead(NAMELESS)
    if draft.on_behalf_of is None:
        return [Party(str(Part.REQUESTER), actor.id, actor.person_id, actor.name)]
    if draft.visibility is Visibility.PUBLIC:
        raise CannotBeRead(ANOTHERS)
    if draft.on_behalf_room is None and _as_compared(draft.on_behalf_of) == _as_compared(actor.name):
        raise CannotBeRead(YOURSELF)
    proxy = Party(str(Part.PROXY), actor.id, actor.person_id, actor.name)
    person_id = person_named(session, draft, community_id, actor=actor, clock=clock)
    accounts = account_ids_of(session, person_id, community_id) if person_id is not None else []
    # Found or not he stands in it as he was typed: the proxy reads the name, and learns nothing by its form.
    named = Party(str(Part.REQUESTER), next(iter(accounts), None), person_id, _as_typed(draft))
    return [named, proxy]


def person_named(
    session: Session, draft: CaseDraft, community_id: str, *, actor: Actor, clock: Clock
) -> str | None:
    """The entry of the register that is meant; None where it is nobody's the actor may raise a case for."""
    if draft.on_behalf_room is not None:
        theirs = _behind_door(session, draft.on_behalf_room, actor=actor, clock=clock)
    else:
        wards = PERSONS.c.id.in_(_wards(session, actor=actor, clock=clock))
        theirs = or_(wards, PERSONS.c.id.in_(_of_his_household(community_id, actor, clock)))
    found = session.execute(
        select(PERSONS.c.id, PERSONS.c.name)
        .where(PERSONS.c.community_id == community_id, PERSONS.c.id.not_in(actor.himself), theirs)
        .where(PERSONS.c.merged_into_id.is_(None), PERSONS.c.died_on.is_(None))
    )
    named = [row.id for row in found if _as_compared(row.name) == _as_compared(draft.on_behalf_of or "")]
    return named[0] if len(named) == 1 else None


def _wards(session: Session, *, actor: Actor, clock: Clock) -> list[str]:
    return [one for wards in _WARDS for one in wards(session, actor=actor, clock=clock)]


def _led(session: Session, *, actor: Actor, clock: Clock) -> list[str]:
    """The buildings he leads now."""
    return [one.id for one in buildings_led(session, actor=actor, clock=clock)]


def _of_his_household(community_id: str, actor: Actor, clock: Clock) -> Select[Any]:
    """Who keeps house with him today, in a home that his account is bound to."""
    own = RESIDENCIES.alias()
    here = own.c.person_id.in_(actor.himself) & own.c.home_id.in_([bond.home_id for bond in actor.homes])
    return (
        select(RESIDENCIES.c.person_id)
        .join_from(RESIDENCIES, own, of_one_family(own, RESIDENCIES, community_id))
        .where(here, _lasts(own, clock), _lasts(RESIDENCIES, clock))
    )


def _behind_door(session: Session, typed: str, *, actor: Actor, clock: Clock) -> ColumnElement[bool]:
    """Who lives in a room of a building that the actor leads now."""
    line, building = plain_line(typed), PLACES.alias()
    door = door_in(line)
    rooms = select(PLACES.c.id).join_from(PLACES, building, PLACES.c.building_id == building.c.id)
    rooms = rooms.where(
        PLACES.c.kind == PlaceKind.HOME, PLACES.c.ended_at.is_(None),
        building.c.id.in_(_led(session, actor=actor, clock=clock)),
        PLACES.c.name == (room_name(line) if door is None else door.room),
    )  # fmt: skip
    if door is not None:
        rooms = rooms.where(building.c.name == door.building)
    there = RESIDENCIES.c.home_id.in_(rooms) & _lasts(RESIDENCIES, clock)
    live_there: ColumnElement[bool] = PERSONS.c.id.in_(select(RESIDENCIES.c.person_id).where(there))
    return live_there


def _lasts(stays: Any, clock: Clock) -> ColumnElement[bool]:
    today = local_date(clock.now())
    goes_on = or_(stays.c.valid_to.is_(None), stays.c.valid_to >= today)
    return and_(goes_on, stays.c.valid_from <= today)


def _as_typed(draft: CaseDraft) -> str:
    room = draft.on_behalf_room
    return f"{draft.on_behalf_of}（{room}）" if room else str(draft.on_behalf_of)


def _as_compared(name: str) -> str:
    return "".join(name.split()).casefold()
