"""Which fields of the register need a second person: said for a neighbourhood or a whole district, from a day on."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.people.drafts import RuleDraft
from core_db.people.model import RULES, RegisterRule
from core_db.places import PLACES, Place, PlaceKind, place_in_sight, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import RegisterRuleSet

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSeen:
    """A line of the setting."""

    place_id: str
    place_name: str
    field: str
    needs_second: bool
    valid_from: date


def waits(session: Session, community_id: str, name: str, *, clock: Clock) -> bool:
    """Does this, one of `core_db.people.ruled`, need a second person in a neighbourhood today?"""
    return name in needs_second(session, community_id, on=local_date(clock.now()))


def needs_second(session: Session, community_id: str, *, on: date) -> frozenset[str]:
    """What needs a second person in a neighbourhood on a day: by its own rules or by its district's."""
    places = select(PLACES.c.id).where(PLACES.c.id == community_id)
    above = select(PLACES.c.district_id).where(PLACES.c.id == community_id)
    rows = session.execute(
        select(RULES.c.place_id, RULES.c.field, RULES.c.needs_second)
        .where(or_(RULES.c.place_id.in_(places), RULES.c.place_id.in_(above)), RULES.c.valid_from <= on)
        .order_by(RULES.c.valid_from)
    )
    # The newest line of a place decides; the stricter of the two places holds.
    newest = {(row.place_id, row.field): row.needs_second for row in rows}
    return frozenset(field for (_place, field), needs in newest.items() if needs)


def set_rule(session: Session, draft: RuleDraft, *, actor: Actor, clock: Clock) -> RegisterRule:
    """Have a field need a second person at a place from a day on, or need none any more."""
    place = session.get(Place, draft.place_id)
    if place is None or place.kind not in (PlaceKind.COMMUNITY, PlaceKind.DISTRICT):
        raise NotFound()
    place_in_sight(session, place.id, actor=actor, clock=clock)
    require_at(actor, Permission.REGISTER_RULE, scope_of(place))
    now = clock.now()
    if draft.valid_from < local_date(now):
        raise CannotBeRead({"valid_from": ("从今天或以后开始。", "It starts today or later.")})

    same = (
        (RULES.c.place_id == place.id)
        & (RULES.c.field == draft.field)
        & (RULES.c.valid_from == draft.valid_from)
    )
    rule = session.execute(select(RegisterRule).where(same)).scalar_one_or_none()
    if rule is None:
        rule = RegisterRule(
            id=new_id(), place_id=place.id, field=str(draft.field), valid_from=draft.valid_from, needs_second=True,
            set_by=actor.id, set_at=now,
        )  # fmt: skip
        session.add(rule)
    rule.needs_second, rule.set_by, rule.set_at = draft.needs_second, actor.id, now
    session.flush()

    right = right_in(session, place.id, Permission.REGISTER_RULE, actor=actor)
    record(
        session, action="register.rule", actor=actor, clock=clock, object=str(draft.field),
        reference=f"place/{place.id}", outcome="second" if draft.needs_second else "one",
        right=right,
    )  # fmt: skip
    fact = RegisterRuleSet(community_id=place.community_id or "", rule_id=rule.id)
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{place.id}"], right=right)
    return rule


def rules_in_sight(session: Session, *, actor: Actor, clock: Clock) -> Sequence[RuleSeen]:
    """The lines of the actor's own places and those of the district above them, the newest first."""
    nodes = actor.places_as(MAY_AT[Permission.PEOPLE_LOOK_UP] | MAY_AT[Permission.REGISTER_RULE])
    above = select(PLACES.c.district_id).where(PLACES.c.id.in_(nodes))
    statement = (
        select(
            RULES.c.place_id, PLACES.c.name.label("place_name"), RULES.c.field, RULES.c.needs_second,
            RULES.c.valid_from,
        )
        .join(PLACES, PLACES.c.id == RULES.c.place_id)
        .where(or_(RULES.c.place_id.in_(nodes), RULES.c.place_id.in_(above)))
        .order_by(RULES.c.valid_from.desc(), RULES.c.field, RULES.c.place_id)
        .limit(MOST)
    )  # fmt: skip
    return [RuleSeen(**row._mapping) for row in session.execute(statement)]


def places_to_rule(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """Where the actor may set a rule: (id, name)."""
    nodes = actor.places_as(MAY_AT[Permission.REGISTER_RULE])
    settable = PLACES.c.kind.in_((PlaceKind.COMMUNITY, PlaceKind.DISTRICT))
    rows = session.execute(select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(nodes), settable))
    return [(row.id, row.name) for row in rows]
