"""Putting right what the register says of somebody, verifying it, and taking a change back.

Where a field needs a second person (`core_db.people.proposing`), the change waits; nobody types it twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import (
    Because,
    Cause,
    ChangedSince,
    SaysSoAlready,
    note_source,
    source_of,
    verify_all,
)
from core_db.people.changing import change_person, note_change, says, value_before
from core_db.people.commands import person_with_id_number, refuse_unknown_division
from core_db.people.drafts import PersonCorrection
from core_db.people.errors import CannotBeUndone, LivesThere, PersonExists
from core_db.people.fields import FIELDS, RegisterField
from core_db.people.identity import identity_from
from core_db.people.model import CHANGES, Household, Person, RegisterChange, RegisterProposal, Residency
from core_db.people.moving import (
    HEAD,
    HOUSEHOLD,
    HOUSEHOLD_ENDED,
    MOVED_OUT,
    RELATION,
    residencies_now,
    residency_in,
)
from core_db.people.proposing import About, propose, propose_field, refuse_second
from core_db.people.ruled import LifeEvent
from core_db.people.rules import waits
from core_db.people.standing import changed_since, may_be_lifted
from core_db.people.stay_fields import StayField, column_of_stay
from core_db.people.words import SEX_WORDS, Sex
from core_db.places import Place, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import PersonVerified

#: Whose changes are taken back together: an event of life has consequences.
EVENTS_OF_LIFE = frozenset({Cause.MOVED_OUT, Cause.DIED, Cause.HEAD_CHANGED, Cause.REGROUPED})
#: Steps that belong to an event of life, and are taken back with all of it alone.
_OF_EVENTS = frozenset({MOVED_OUT, HEAD, HOUSEHOLD, HOUSEHOLD_ENDED})
#: Where the event needs a second person, taking it back does.
_RULED_AS = {
    Cause.MOVED_OUT: LifeEvent.MOVED_OUT,
    Cause.DIED: LifeEvent.DIED,
    Cause.REGROUPED: LifeEvent.REGROUPED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What became of a correction: it is so now, or it waits for a second person."""

    person_id: str
    proposal: RegisterProposal | None = None


def correct_person(
    session: Session, person_id: str, draft: PersonCorrection, *, actor: Actor, clock: Clock
) -> Corrected:
    """Put right one thing that the register says of somebody; that field is verified with it, on this day."""
    person = person_kept(session, person_id, actor=actor)
    field, value = RegisterField(draft.field), draft.value_on(local_date(clock.now()))
    if says(session, person, field, value):
        raise SaysSoAlready()
    if field is RegisterField.HUKOU_CODE:
        refuse_unknown_division(session, "value", value)
    refuse_taken_number(session, person, field, value)
    _refuse_number_of_another_sex(person, field, value, today=local_date(clock.now()))
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    return _change_or_propose(session, person, field, value, because, actor=actor, clock=clock)


def correct_as_asked(
    session: Session, person_id: str, draft: PersonCorrection, *, actor: Actor, clock: Clock
) -> Person:
    """Put right what a resident said is wrong about himself: he asked and the committee checked, so they are two."""
    person = person_kept(session, person_id, actor=actor)
    field, value = RegisterField(draft.field), draft.value_on(local_date(clock.now()))
    refuse_taken_number(session, person, field, value)
    because = Because(cause=Cause.ASKED, source=draft.source, reason=draft.reason)
    change_person(session, person, {field: value}, because, actor=actor, clock=clock)
    return person


def verify_person(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> Person:
    """Somebody looked today, and all that the register says of a person is right."""
    person = person_kept(session, person_id, actor=actor)
    verify_all(person, local_date(clock.now()))
    _tell_verified(session, person, None, actor=actor, clock=clock)
    return person


def verify_field(
    session: Session, person_id: str, field: RegisterField, *, actor: Actor, clock: Clock
) -> Person:
    """Somebody looked today, and one field is right."""
    person = person_kept(session, person_id, actor=actor)
    source, _day = source_of(person, field)
    note_source(person, field, source, local_date(clock.now()))
    _tell_verified(session, person, field, actor=actor, clock=clock)
    return person


def undo_change(session: Session, change_id: str, *, actor: Actor, clock: Clock) -> Corrected:
    """Have the register say again what it said before a change; of an event of life, before all of it.

    Refused when the field was changed since. Accounts whose homes ended with the event ask for them anew.
    """
    person, change, together = _to_undo(session, change_id, actor=actor)
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id, batch_id=new_id())
    event = _RULED_AS.get(change.cause)
    if event is not None and waits(session, person.community_id, event, clock=clock):
        about = About(community_id=person.community_id, person_id=person.id, field=str(event))
        refuse_second(session, about)
        proposal = propose(session, about, None, because, actor=actor, clock=clock)
        return Corrected(person_id=person.id, proposal=proposal)
    if change.of_id is None and len(together) == 1:
        return _undo_field(session, person, change, actor=actor, clock=clock)
    return undo_event(session, change_id, because, actor=actor, clock=clock)


def undo_event(
    session: Session, change_id: str, because: Because, *, actor: Actor, clock: Clock
) -> Corrected:
    """Take all of an event of life back."""
    person, _change, together = _to_undo(session, change_id, actor=actor)
    for one in together:
        _put_back(session, one, because, actor=actor, clock=clock)
    _refuse_headless(session, together)
    return Corrected(person_id=person.id)


def _to_undo(
    session: Session, change_id: str, *, actor: Actor
) -> tuple[Person, RegisterChange, Sequence[RegisterChange]]:
    """A change with all that was done with it, each of them the newest of its kind."""
    change = session.get(RegisterChange, change_id)
    if change is None:
        raise NotFound()
    person = person_kept(session, change.person_id, actor=actor)
    if change.cause is Cause.UNDONE and change.field in _OF_EVENTS:
        # Half an event would come back. Whoever wants it again does it again.
        raise CannotBeUndone()
    together = _done_together(session, change)
    for one in together:
        if not may_be_lifted(session, one):
            raise ChangedSince()
    return person, change, together


def person_kept(session: Session, person_id: str, *, actor: Actor) -> Person:
    """Somebody whose entry the actor keeps: 404 behind the wall, 403 before it."""
    person = session.get(Person, person_id)
    community = session.get(Place, person.community_id) if person is not None else None
    if person is None or community is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(community))
    return person


def refuse_taken_number(session: Session, person: Person, field: RegisterField, value: str | None) -> None:
    """An identity number is of one person in a register."""
    if field is not RegisterField.ID_NUMBER or value is None:
        return
    known = person_with_id_number(session, person.community_id, value)
    if known is not None and known.id != person.id:
        raise PersonExists()


def _refuse_number_of_another_sex(
    person: Person, field: RegisterField, value: str | None, *, today: date
) -> None:
    """A number says its bearer's sex. Where the register says another, one of them is wrong: people decide which."""
    if field is not RegisterField.ID_NUMBER or value is None or person.sex not in (Sex.MALE, Sex.FEMALE):
        return
    said = identity_from(value, today=today).sex
    if said in (Sex.MALE, Sex.FEMALE) and said != person.sex:
        (zh, en), (zh_now, en_now) = SEX_WORDS[Sex(said)], SEX_WORDS[Sex(person.sex)]
        raise CannotBeRead({"value": (
            f"号码里的性别是{zh}，名册里是{zh_now}。请核对号码；如果性别写错了，先更正性别。",
            f"The number says {en}, the register {en_now}. Please compare; where the sex is wrong, correct that first.",
        )})  # fmt: skip


def _change_or_propose(
    session: Session, person: Person, field: RegisterField, value: str | None, because: Because, *, actor: Actor,
    clock: Clock,
) -> Corrected:  # fmt: skip
    if waits(session, person.community_id, str(field), clock=clock):
        proposal = propose_field(session, person, field, value, because, actor=actor, clock=clock)
        return Corrected(person_id=person.id, proposal=proposal)
    change_person(session, person, {field: value}, because, actor=actor, clock=clock)
    return Corrected(person_id=person.id)


def _undo_field(
    session: Session, person: Person, change: RegisterChange, *, actor: Actor, clock: Clock
) -> Corrected:
    if change.field not in list(RegisterField):
        raise CannotBeUndone()
    field, value = RegisterField(change.field), value_before(session, change)
    if value is None and not FIELDS[field].may_be_empty:
        raise CannotBeUndone()
    refuse_taken_number(session, person, field, value)
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    return _change_or_propose(session, person, field, value, because, actor=actor, clock=clock)


def _done_together(session: Session, change: RegisterChange) -> Sequence[RegisterChange]:
    """The change alone, or all of its event of life, the last first."""
    if change.batch_id is None or change.cause not in EVENTS_OF_LIFE:
        return (change,)
    same = (CHANGES.c.batch_id == change.batch_id) & (CHANGES.c.cause == change.cause)
    statement = select(RegisterChange).where(same).order_by(CHANGES.c.id.desc())
    return session.execute(statement).scalars().all()


def _put_back(
    session: Session, change: RegisterChange, because: Because, *, actor: Actor, clock: Clock
) -> None:
    """Take one change of an event of life back."""
    person = session.get(Person, change.person_id)
    if person is None:
        raise NotFound()
    because = replace(because, undoes_id=change.id, source=change.source)
    if change.of_id is None:
        value = value_before(session, change)
        change_person(
            session, person, {RegisterField(change.field): value}, because, actor=actor, clock=clock
        )
        return
    back = _BACK.get(change.field)
    if back is None:
        raise CannotBeUndone()
    back(session, change)
    note_change(
        session, person, change.field, change.after, change.before, because, actor=actor, at=clock.now(),
        of_id=change.of_id,
    )  # fmt: skip
    session.flush()


def _residency(session: Session, change: RegisterChange) -> Any:
    return session.get(Residency, change.of_id)


def _lives_there_again(session: Session, change: RegisterChange) -> None:
    residency = _residency(session, change)
    if residency_in(session, residency.person_id, residency.home_id) is not None:
        raise LivesThere()
    residency.valid_to = date.fromisoformat(change.before) if change.before else None


def _is_related_again(session: Session, change: RegisterChange) -> None:
    _residency(session, change).relation = change.before


def _is_said_again(session: Session, change: RegisterChange) -> None:
    setattr(_residency(session, change), column_of_stay(StayField(change.field)), change.before)


def _heads_again(session: Session, change: RegisterChange) -> None:
    household = session.get(Household, change.of_id)
    if household is not None:
        household.head_id = change.before


def _exists_again(session: Session, change: RegisterChange) -> None:
    household = session.get(Household, change.of_id)
    if household is not None:
        household.ended_on = None


def _belongs_again(session: Session, change: RegisterChange) -> None:
    """He is of his old household again; the one he leaves empty ends on the day on which it began."""
    before, after = (session.get(Household, one) if one else None for one in (change.before, change.after))
    if before is None or before.ended_on is not None:
        raise CannotBeUndone()
    residency = _residency(session, change)
    is_other = changed_since(session, before.id, HEAD, change) or changed_since(
        session, residency.id, RELATION, change
    )  # fmt: skip
    if residency.valid_to is not None or is_other:
        # He has left, or would be said to be to one head what he is to another.
        raise ChangedSince()
    residency.household_id = before.id
    session.flush()
    if after is not None and not residencies_now(session, household_id=after.id):
        after.ended_on = local_date(change.at)


_BACK: Mapping[str, Callable[[Session, RegisterChange], None]] = {
    MOVED_OUT: _lives_there_again,
    RELATION: _is_related_again,
    **dict.fromkeys(map(str, StayField), _is_said_again),
    HEAD: _heads_again,
    HOUSEHOLD: _belongs_again,
    HOUSEHOLD_ENDED: _exists_again,
}


def _refuse_headless(session: Session, together: Sequence[RegisterChange]) -> None:
    """Whoever joined a household after the event is not left in it under a head who is of another again."""
    touched = {one.after for one in together if one.field == HOUSEHOLD and one.after}
    founded = {one.of_id for one in together if one.field == HEAD and one.before is None}
    for household in (session.get(Household, one) for one in sorted(touched)):
        members = residencies_now(session, household_id=household.id) if household is not None else ()
        if household is None or not members:
            continue
        is_headed = household.head_id in {one.person_id for one in members}
        if not is_headed and (household.head_id is not None or household.id in founded):
            raise ChangedSince()


def _tell_verified(
    session: Session, person: Person, field: RegisterField | None, *, actor: Actor, clock: Clock
) -> None:
    session.flush()
    right = right_in(session, person.community_id, Permission.PEOPLE_KEEP, actor=actor)
    record(
        session, action="register.verified", actor=actor, clock=clock, subject_id=person.id, object="persons",
        classes=field or "", right=right,
    )  # fmt: skip
    fact = PersonVerified(community_id=person.community_id, person_id=person.id, field=field)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{person.community_id}"], right=right)


def field_named(name: str) -> RegisterField:
    """A field by its name in an address; CannotBeRead for what is none."""
    try:
        return RegisterField(name)
    except ValueError:
        raise CannotBeRead({"field": ("名册里没有这一项。", "The register has no such field.")}) from None
