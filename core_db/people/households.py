"""A household's own fields, who heads it, what its members are to the head, and the end of a place nobody lives in."""

from datetime import datetime

import orjson
from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import (
    Because,
    Cause,
    ChangedSince,
    SaysSoAlready,
    Slot,
    note_source,
    put,
    says,
    value_before,
    value_from,
)
from core_db.people.changing import note_change, tell_changed, tell_household_changed
from core_db.people.drafts import HeadDraft, HouseholdCorrection, RelationDraft
from core_db.people.errors import CannotBeUndone
from core_db.people.household_fields import HOUSEHOLDS, slot_of_household
from core_db.people.model import Household, Person, RegisterProposal, Residency
from core_db.people.moving import HEAD, RELATION, pass_headship, residencies_now
from core_db.people.place_fields import PlaceCorrected, undo_change_of_place
from core_db.people.proposing import About, propose, refuse_second
from core_db.people.ruled import name_in_household, name_of
from core_db.people.rules import waits
from core_db.people.words import HEADS
from core_db.places import (
    ENDED,
    PLACES,
    LivedIn,
    Place,
    PlaceChange,
    PlaceEnding,
    PlaceStep,
    end_place,
    ending_of,
    inside,
    newest_of_field,
    newest_place_change,
    note_in_place,
    scope_of,
)
from core_db.places.rights import right_in

RESIDENCIES = Residency.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHousehold:
    """A household of the actor's register, and the home it is in."""

    household: Household
    home: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdCorrected:
    """What became of a correction: the household says so now, or it waits for a second person."""

    household: Household
    proposal: RegisterProposal | None = None


def correct_household(
    session: Session, household_id: str, draft: HouseholdCorrection, *, actor: Actor, clock: Clock
) -> HouseholdCorrected:
    """Put right the number or the kind of a household; verified with it, on this day."""
    kept = household_kept(session, household_id, actor=actor)
    slot = slot_of_household(kept.household, draft.field)
    value = value_from(slot.spec, draft.value, local_date(clock.now()))
    if says(session, slot, value):
        raise SaysSoAlready()
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    proposal = _change_or_propose(session, kept, slot, value, because, actor=actor, clock=clock)
    return HouseholdCorrected(household=kept.household, proposal=proposal)


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
    tell_household_changed(session, household, (HEAD,), because, actor=actor, clock=clock)
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
    tell_household_changed(session, kept.household, (RELATION,), because, actor=actor, clock=clock)
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
    proposal = _change_or_propose(session, kept, slot, value, because, actor=actor, clock=clock)
    return Undone(place_id=change.place_id, household_id=change.of_id, proposal=proposal)


def end_dwelling(
    session: Session, place_id: str, draft: PlaceEnding, *, actor: Actor, clock: Clock
) -> PlaceCorrected:
    """A home, building or estate is there no more, or that waits for a second person; refused while it is lived in."""
    step = _empty_ending(session, place_id, draft, actor=actor, clock=clock)
    place, community = step.kept.place, step.kept.place.community_id or ""
    name, successor = name_of(place.kind, ENDED), draft.successor_id or None
    if not waits(session, community, name, clock=clock):
        end_place(session, step, successor, step.because, actor=actor, clock=clock)
        return PlaceCorrected(place=place)
    newest = newest_of_field(session, place.id, community, ENDED)
    about = About(community_id=community, place_id=place.id, field=name, based_on=newest)
    refuse_second(session, about)
    said = orjson.dumps({"last_day": step.value, "successor_id": successor}).decode()
    proposal = propose(session, about, said, step.because, actor=actor, clock=clock)
    return PlaceCorrected(place=place, proposal=proposal)


def end_as_proposed(
    session: Session, proposal: RegisterProposal, said: str, because: Because, *, actor: Actor, clock: Clock
) -> Place:  # fmt: skip
    """A second person finds it right that a place is no more: with the checks of this day."""
    draft = PlaceEnding(**orjson.loads(said), source=proposal.source, reason=proposal.reason or "-")
    step = _empty_ending(session, proposal.place_id or "", draft, actor=actor, clock=clock)
    return end_place(session, step, draft.successor_id or None, because, actor=actor, clock=clock)


def change_household_as_proposed(
    session: Session, proposal: RegisterProposal, field: str, value: str | None, because: Because, *, actor: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    """A second person finds a change of a household right; refused where it says something else since."""
    kept = household_kept(session, proposal.household_id or "", actor=actor)
    if _newest(session, kept, field) != proposal.based_on:
        raise ChangedSince()
    slot = slot_of_household(kept.household, field)
    _change(session, kept, slot, value, because, actor=actor, clock=clock)


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


def _empty_ending(
    session: Session, place_id: str, draft: PlaceEnding, *, actor: Actor, clock: Clock
) -> PlaceStep:
    """The ending of a place in which nobody lives; whether anybody does is told only to whoever may keep it."""
    step = ending_of(session, place_id, draft, actor=actor, clock=clock)
    homes = select(PLACES.c.id).where(or_(PLACES.c.id == place_id, inside(place_id)))
    now = select(RESIDENCIES.c.id).where(RESIDENCIES.c.home_id.in_(homes), RESIDENCIES.c.valid_to.is_(None))
    if session.execute(now.limit(1)).first() is not None:
        raise LivedIn()
    return step


def _newest(session: Session, kept: KeptHousehold, field: str) -> str | None:
    household = kept.household
    return newest_of_field(session, kept.home.id, household.community_id, field, household.id)


def _change_or_propose(
    session: Session, kept: KeptHousehold, slot: Slot, value: str | None, because: Because, *, actor: Actor,
    clock: Clock,
) -> RegisterProposal | None:  # fmt: skip
    """Have the register say it of a household, or put it before a second person where that is needed."""
    household, name = kept.household, name_in_household(slot.field)
    if not waits(session, household.community_id, name, clock=clock):
        _change(session, kept, slot, value, because, actor=actor, clock=clock)
        return None
    about = About(
        community_id=household.community_id, place_id=kept.home.id, household_id=household.id, field=name,
        based_on=_newest(session, kept, slot.field),
    )  # fmt: skip
    refuse_second(session, about)
    return propose(session, about, value, because, actor=actor, clock=clock)


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
    record(
        session, action=f"household.{because.cause}", actor=actor, clock=clock, object=HOUSEHOLDS,
        reference=f"household/{household.id}", classes=slot.field,
        right=right_in(session, household.community_id, Permission.PEOPLE_KEEP, actor=actor),
    )  # fmt: skip
    tell_household_changed(session, household, (slot.field,), because, actor=actor, clock=clock)


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
