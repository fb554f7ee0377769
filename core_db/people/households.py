"""A household's own fields, who heads it, what its members are to the head, and the end of a place nobody lives in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import (
    Because,
    Cause,
    ChangedSince,
    FieldSpec,
    SaysSoAlready,
    Slot,
    coded,
    line,
    note_source,
    put,
    says,
    value_before,
    value_from,
)
from core_db.people.changing import note_change, tell_changed
from core_db.people.drafts import HeadDraft, HouseholdCorrection, RelationDraft
from core_db.people.errors import CannotBeUndone
from core_db.people.model import Household, Person, RegisterProposal, Residency
from core_db.people.moving import HEAD, RELATION, pass_headship, residencies_now
from core_db.people.place_fields import undo_change_of_place
from core_db.people.words import HEADS, HOUSEHOLD_KINDS
from core_db.places import (
    PLACES,
    LivedIn,
    Place,
    PlaceChange,
    PlaceEnding,
    end_place,
    inside,
    newest_place_change,
    note_in_place,
    scope_of,
)
from plugins.sdk.events import HouseholdChanged

HOUSEHOLDS, RESIDENCIES = "households", Residency.__table__  # type: ignore[attr-defined]
HOUSEHOLD_FIELDS: Mapping[str, FieldSpec] = {
    "number": FieldSpec(words=("户号", "Household number"), read=line(40)),
    "kind": replace(coded(("户别", "Kind"), HOUSEHOLD_KINDS, "户别"), may_be_empty=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHousehold:
    """A household of the actor's register, and the home it is in."""

    household: Household
    home: Place


def correct_household(
    session: Session, household_id: str, draft: HouseholdCorrection, *, actor: Actor, clock: Clock
) -> Household:
    """Put right the number or the kind of a household; verified with it, on this day."""
    kept = household_kept(session, household_id, actor=actor)
    slot = slot_of_household(kept.household, draft.field)
    value = value_from(slot.spec, draft.value, local_date(clock.now()))
    if says(session, slot, value):
        raise SaysSoAlready()
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    _change(session, kept, slot, value, because, actor=actor, clock=clock)
    return kept.household


def change_head(
    session: Session, household_id: str, draft: HeadDraft, *, actor: Actor, clock: Clock
) -> Household:
    """Have another member head a household; what the others are to him is known where he was the spouse."""
    kept = household_kept(session, household_id, actor=actor)
    household, members = kept.household, residencies_now(session, household_id=kept.household.id)
    heir = next((one for one in members if one.person_id == draft.person_id), None)
    person = session.get(Person, draft.person_id) if heir is not None else None
    if heir is None or person is None:
        raise CannotBeRead(
            {"person_id": ("请选这一户现在的一位成员。", "Choose somebody of this household.")}
        )
    if household.head_id == heir.person_id:
        raise SaysSoAlready()

    because = Because(cause=Cause.HEAD_CHANGED, source=draft.source, reason=draft.reason, batch_id=new_id())
    former = next((one for one in members if one.person_id == household.head_id), None)
    was_spouse = heir.relation == SPOUSE
    pass_headship(session, household, members, heir, person, because, actor=actor, clock=clock)
    if former is not None and was_spouse:
        _is_now(session, former, SPOUSE, because, actor=actor, at=clock.now())
    tell_changed(session, person, [HEAD], because, actor=actor, clock=clock)
    _tell(session, household, (HEAD,), because, actor=actor, clock=clock)
    return household


def correct_relation(
    session: Session, residency_id: str, draft: RelationDraft, *, actor: Actor, clock: Clock
) -> Residency:
    """Put right what somebody is to the head of his household."""
    residency = session.get(Residency, residency_id) if is_id(residency_id) else None
    if residency is None or residency.household_id is None:
        raise NotFound()
    kept = household_kept(session, residency.household_id, actor=actor)
    person = session.get(Person, residency.person_id)
    if person is None:
        raise NotFound()
    if (draft.relation in HEADS) != (kept.household.head_id == person.id):
        raise CannotBeRead({
            "relation": (
                "户主只有一位。要换户主，请用“换户主”。",
                "A household has one head. To have another, use “Change the head”.",
            )
        })  # fmt: skip
    if residency.relation == draft.relation:
        raise SaysSoAlready()
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    _is_now(session, residency, draft.relation, because, actor=actor, at=clock.now())
    tell_changed(session, person, [RELATION], because, actor=actor, clock=clock)
    _tell(session, kept.household, (RELATION,), because, actor=actor, clock=clock)
    return residency


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Whose change was taken back, a place's or that of a household in it; or it waits for a second person."""

    place_id: str
    household_id: str | None
    proposal: RegisterProposal | None = None


def undo_change_kept_there(session: Session, change_id: str, *, actor: Actor, clock: Clock) -> Undone:
    """Have a place, or a household in it, be again what it was before a change; refused when it was changed since."""
    change = session.get(PlaceChange, change_id) if is_id(change_id) else None
    if change is None:
        raise NotFound()
    if change.of_id is None:
        proposal = undo_change_of_place(session, change, actor=actor, clock=clock)
        return Undone(place_id=change.place_id, household_id=None, proposal=proposal)
    kept = household_kept(session, change.of_id, actor=actor)
    if newest_place_change(session, change) != change.id:
        raise ChangedSince()
    slot, value = slot_of_household(kept.household, change.field), value_before(session, TABLE, change)
    if value is None and not slot.spec.may_be_empty:
        raise CannotBeUndone()
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    _change(session, kept, slot, value, because, actor=actor, clock=clock)
    return Undone(place_id=change.place_id, household_id=change.of_id)


def end_dwelling(session: Session, place_id: str, draft: PlaceEnding, *, actor: Actor, clock: Clock) -> Place:
    """A home, building or estate is there no more; refused while somebody is registered as living in it."""
    homes = select(PLACES.c.id).where(or_(PLACES.c.id == place_id, inside(place_id)))
    now = select(RESIDENCIES.c.id).where(RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_to.is_(None))
    # Whether anybody lives there is told only to whoever may keep the place.
    lived_in = session.execute(now.limit(1)).first() is not None
    place = end_place(session, place_id, draft, actor=actor, clock=clock)
    if lived_in:
        raise LivedIn()
    return place


# -- what these share -------------------------------------------------------------------------------

SPOUSE = "10"
TABLE = "place_changes"


def household_kept(session: Session, household_id: str, *, actor: Actor) -> KeptHousehold:
    """A household the actor keeps the register of; NotFound where he could not even see it, and for one that ended."""
    household = session.get(Household, household_id) if is_id(household_id) else None
    home = session.get(Place, household.home_id) if household is not None else None
    if household is None or home is None or household.ended_on is not None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(home))
    return KeptHousehold(household=household, home=home)


def slot_of_household(household: Household, field: str) -> Slot:
    """Where a field of a household stands; CannotBeRead for what is none."""
    spec = HOUSEHOLD_FIELDS.get(field)
    if spec is None:
        raise CannotBeRead({"field": ("这里没有这一项。", "There is no such field here.")})
    return Slot(row=household, table=HOUSEHOLDS, field=field, spec=spec, community_id=household.community_id)


def _change(
    session: Session, kept: KeptHousehold, slot: Slot, value: str | None, because: Because, *, actor: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    now, household = clock.now(), kept.household
    note_in_place(
        session, kept.home, slot, value, because, of_id=household.id, actor=actor, at=now
    )  # fmt: skip
    put(session, slot, value)
    note_source(household, slot.field, because.source, local_date(now))
    session.flush()
    record(session, action=f"household.{because.cause}", actor=actor, clock=clock, object=HOUSEHOLDS,
           reference=f"household/{household.id}", classes=slot.field)  # fmt: skip
    _tell(session, household, (slot.field,), because, actor=actor, clock=clock)


def _is_now(
    session: Session, residency: Residency, relation: str | None, because: Because, *, actor: Actor, at: datetime
) -> None:  # fmt: skip
    person = session.get(Person, residency.person_id)
    if person is None:
        raise NotFound()
    note_change(
        session,
        person,
        RELATION,
        residency.relation,
        relation,
        because,
        actor=actor,
        at=at,
        of_id=residency.id,
    )
    residency.relation = relation
    session.flush()


def _tell(
    session: Session, household: Household, fields: tuple[str, ...], because: Because, *, actor: Actor, clock: Clock
) -> None:  # fmt: skip
    fact = HouseholdChanged(
        community_id=household.community_id, household_id=household.id, home_id=household.home_id,
        cause=because.cause, fields=fields,
    )  # fmt: skip
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{household.community_id}"])
