"""Making a group, giving it other rules, and ending it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.outbox import emit
from core_db.groups.drafts import GroupDraft, GroupRules
from core_db.groups.errors import GroupExists, GroupOfSensitive
from core_db.groups.model import GROUPS, SavedGroup
from core_db.groups.queries import group_in_sight
from core_db.places import PLACES, Place, PlaceKind, lies_below, place_in_sight, scope_of
from core_db.places.rights import right_in
from core_db.tags import words_by_id
from plugins.sdk.events import GroupEnded, GroupSaved

LEVELS = (PlaceKind.COMMUNITY, PlaceKind.TOWN, PlaceKind.DISTRICT)


def save_group(session: Session, draft: GroupDraft, *, actor: Actor, clock: Clock) -> SavedGroup:
    """Give what some people have in common a name, for the committee of a place."""
    place = session.get(Place, draft.place_id) if is_id(draft.place_id) else None
    if place is None or place.kind not in LEVELS:
        raise NotFound()
    place_in_sight(session, place.id, actor=actor, clock=clock)
    require_at(actor, Permission.GROUP_KEEP, scope_of(place))
    check_rules(session, draft.rules, place, actor=actor)
    _refuse_second(session, place.id, draft.name)

    now = clock.now()
    group = SavedGroup(
        id=new_id(), place_id=place.id, name=draft.name, rules=draft.rules.model_dump(mode="json"), made_by=actor.id,
        made_at=now,
    )  # fmt: skip
    session.add(group)
    session.flush()
    _tell(session, group, place, GroupSaved, actor=actor, clock=clock)
    return group


def change_group(
    session: Session, group_id: str, draft: GroupDraft, *, actor: Actor, clock: Clock
) -> SavedGroup:  # fmt: skip
    """Have a group mean others from now on."""
    group, place = _to_keep(session, group_id, actor)
    check_rules(session, draft.rules, place, actor=actor)
    if draft.name != group.name:
        _refuse_second(session, place.id, draft.name)
    group.name, group.rules = draft.name, draft.rules.model_dump(mode="json")
    session.flush()
    _tell(session, group, place, GroupSaved, actor=actor, clock=clock)
    return group


def end_group(session: Session, group_id: str, *, actor: Actor, clock: Clock) -> SavedGroup:
    """A group is used no more; that there was one stays."""
    group, place = _to_keep(session, group_id, actor)
    group.ended_at = clock.now()
    session.flush()
    _tell(session, group, place, GroupEnded, actor=actor, clock=clock)
    return group


def check_rules(
    session: Session, rules: GroupRules, place: Place, *, actor: Actor, beside: str = "all_of"
) -> None:
    """Its tags are ordinary ones of the dictionaries that serve the place, and its places lie below it."""
    wanted = [*rules.all_of, *rules.any_of, *rules.none_of]
    words = words_by_id(session, wanted, actor=actor)
    nodes = {place.id, place.town_id, place.district_id}
    if any(one not in words or words[one].place_id not in nodes for one in wanted):
        raise CannotBeRead({beside: ("字典里没有这个标签。", "The dictionary has no such tag.")})
    if any(one.sensitive for one in words.values()):
        raise GroupOfSensitive()
    below = select(PLACES.c.id).where(PLACES.c.id.in_(rules.places), lies_below((place.id,)))
    if set(session.execute(below).scalars()) != set(rules.places):
        raise CannotBeRead({"places": ("有的地方不在这里。", "Some of these places do not lie here.")})


def _refuse_second(session: Session, place_id: str, name: str) -> None:
    same = (GROUPS.c.place_id == place_id) & (GROUPS.c.name == name) & GROUPS.c.ended_at.is_(None)
    if session.execute(select(GROUPS.c.id).where(same)).first() is not None:
        raise GroupExists()


def _to_keep(session: Session, group_id: str, actor: Actor) -> tuple[SavedGroup, Place]:
    group = group_in_sight(session, group_id, actor=actor)
    place = session.get_one(Place, group.place_id)
    require_at(actor, Permission.GROUP_KEEP, scope_of(place))
    return group, place


def _tell(
    session: Session, group: SavedGroup, place: Place, kind: Any, *, actor: Actor, clock: Clock
) -> None:
    action = "group.ended" if kind is GroupEnded else "group.saved"
    right = right_in(session, place.id, Permission.GROUP_KEEP, actor=actor)
    record(
        session,
        action=action,
        actor=actor,
        clock=clock,
        object=f"group/{group.id}",
        reference=f"place/{place.id}",
        right=right,
    )
    fact = kind(community_id=place.community_id or "", group_id=group.id)
    audience: Sequence[str] = [f"staff:{place.id}"]
    emit(session, fact, actor=actor, at=clock.now(), audience=audience, right=right)
