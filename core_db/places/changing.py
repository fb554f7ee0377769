"""Putting right what is known of a place, verifying it, ending it and taking that back: each with its history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import (
    Because,
    Cause,
    ChangedSince,
    FieldSpec,
    SaysSoAlready,
    Slot,
    note_sides,
    note_source,
    put,
    says,
    signed,
    source_of,
    value_before,
    value_from,
    verify_all,
)
from core_db.foundation.sealing import SealedPlace
from core_db.places.drafts import PlaceCorrection, PlaceEnding
from core_db.places.errors import StepStays
from core_db.places.fields import FIELDS_OF, ON_RECORD, spec_of
from core_db.places.model import (
    PLACE_CHANGES,
    PLACES,
    Building,
    Estate,
    Home,
    Place,
    PlaceChange,
    PlaceKind,
    PlaceRecord,
)
from core_db.places.queries import place_in_sight
from core_db.places.rights import right_in
from core_db.places.scopes import scope_of
from plugins.sdk.events import PlaceChanged, PlaceVerified

#: The table of what only one kind of place knows.
TABLE_OF: Any = {PlaceKind.ESTATE: Estate, PlaceKind.BUILDING: Building, PlaceKind.HOME: Home}
#: A step that is no field: the place is there no more.
ENDED = "ended"
#: Another: it is there from now on.
REGISTERED = "registered"
#: A third: it is called otherwise (`core_db.places.naming`).
NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A place with what is kept of it, to be changed."""

    place: Place
    row: Any
    record: PlaceRecord

    def slot(self, field: str) -> Slot:
        spec = spec_named(self.place.kind, field)
        on_record = field in ON_RECORD
        row = self.record if on_record else self.row
        table = PlaceRecord.__tablename__ if on_record else self.row.__tablename__
        return Slot(
            row=row, table=str(table), field=field, spec=spec, community_id=self.place.community_id or ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceStep:
    """What a field of a place is to say: checked, and not written yet, for some of it needs a second person.

    `core_db.people` writes it or has it wait; the rules of who has to agree stand with the register of people.
    """

    kept: Kept
    field: str
    value: str | None
    because: Because


def correction_of(
    session: Session, place_id: str, draft: PlaceCorrection, *, actor: Actor, clock: Clock
) -> PlaceStep:
    """One thing that is to be put right of a place."""
    kept = place_kept(session, place_id, actor=actor, clock=clock)
    slot = kept.slot(draft.field)
    value = value_from(slot.spec, draft.value, local_date(clock.now()))
    if says(session, slot, value):
        raise SaysSoAlready()
    because = Because(cause=Cause.CORRECTED, source=draft.source, reason=draft.reason)
    return PlaceStep(kept=kept, field=draft.field, value=value, because=because)


def verify_place(
    session: Session, place_id: str, field: str | None = None, *, actor: Actor, clock: Clock
) -> Place:
    """Somebody looked today, and all that is known of a place is right; or one field is."""
    kept, today = place_kept(session, place_id, actor=actor, clock=clock), local_date(clock.now())
    if field is None:
        verify_all(kept.record, today)
    else:
        spec_named(kept.place.kind, field)
        note_source(kept.record, field, source_of(kept.record, field)[0], today)
    session.flush()
    right = right_in(session, place_id, Permission.PLACES_KEEP, actor=actor)
    record(
        session, action="place.verified", actor=actor, clock=clock, object="places",
        reference=f"place/{place_id}", classes=field or "",
        right=right,
    )  # fmt: skip
    fact = PlaceVerified(community_id=kept.record.community_id, place_id=place_id, field=field)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{fact.community_id}"], right=right)
    return kept.place


def ending_of(
    session: Session, place_id: str, draft: PlaceEnding, *, actor: Actor, clock: Clock
) -> PlaceStep:
    """That a place is there no more, as it may be written: on a day that was, followed by what there is."""
    kept, today = place_kept(session, place_id, actor=actor, clock=clock), local_date(clock.now())
    last = draft.last_day or today
    if last > today:
        raise CannotBeRead({"last_day": ("日期不能在今天以后。", "The day cannot lie ahead.")})
    if draft.successor_id:
        _must_follow(session, kept.place, draft.successor_id, actor=actor, clock=clock)
    because = Because(cause=Cause.ENDED, source=draft.source, reason=draft.reason)
    return PlaceStep(kept=kept, field=ENDED, value=last.isoformat(), because=because)


def end_place(
    session: Session,
    step: PlaceStep,
    successor_id: str | None,
    because: Because,
    *,
    actor: Actor,
    clock: Clock,
) -> Place:
    """A place is there no more, nor what lies in it; nothing is deleted, and what came after it is named.

    That nobody lives there any more, whoever calls this has seen (`core_db.people.end_dwelling`).
    """
    kept, now, last = step.kept, clock.now(), date.fromisoformat(step.value or "")
    _end(session, kept, now, last, successor_id)
    _note_end(session, kept, None, last.isoformat(), because, actor=actor, at=now)
    _tell(session, kept.place, (ENDED,), because, actor=actor, clock=clock)
    return kept.place


def undoing_of(session: Session, change: PlaceChange, *, actor: Actor, clock: Clock) -> PlaceStep:
    """What a field of a place said before a change; refused when it was changed since."""
    kept = _before(session, change, actor=actor, clock=clock)
    if change.field == REGISTERED:
        raise StepStays()
    spec, value = spec_named(kept.place.kind, change.field), value_before(session, TABLE, change)
    if kept.place.ended_at is not None or (value is None and not spec.may_be_empty):
        raise StepStays()
    because = Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    return PlaceStep(kept=kept, field=change.field, value=value, because=because)


def place_ended(session: Session, change: PlaceChange, *, actor: Actor, clock: Clock) -> Kept:
    """The place of an ending that may be taken back: the newest of its kind, and nothing has come of it."""
    kept = _before(session, change, actor=actor, clock=clock)
    if kept.place.ended_at is None:
        raise StepStays()
    return kept


def undo_ending(
    session: Session, change: PlaceChange, *, because: Because | None = None, actor: Actor, clock: Clock
) -> None:
    """A place is there after all, with all that ended with it."""
    kept = place_ended(session, change, actor=actor, clock=clock)
    because = because or Because(cause=Cause.UNDONE, source=change.source, undoes_id=change.id)
    _bring_back(session, kept)
    _note_end(session, kept, change.after, None, because, actor=actor, at=clock.now())
    _tell(session, kept.place, (ENDED,), because, actor=actor, clock=clock)


def _before(session: Session, change: PlaceChange, *, actor: Actor, clock: Clock) -> Kept:
    """The place of a change that is the newest of its field."""
    kept = place_kept(session, change.place_id, actor=actor, clock=clock, ended=True)
    if newest_place_change(session, change) != change.id:
        raise ChangedSince()
    return kept


# -- what others build on ---------------------------------------------------------------------------

TABLE = PLACE_CHANGES.name


def record_place(place_id: str, community_id: str) -> SealedPlace:
    """Where the certificate of a home is sealed."""
    table = str(PlaceRecord.__tablename__)
    return SealedPlace(table=table, column="certificate_sealed", row_id=place_id, community_id=community_id)


def place_kept(session: Session, place_id: str, *, ended: bool = False, actor: Actor, clock: Clock) -> Kept:
    """A place of his own register that the actor may keep; NotFound for any other, and for one that has ended."""
    place_in_sight(session, place_id, actor=actor, clock=clock)
    place = session.get(Place, place_id)
    if place is None or place.kind not in FIELDS_OF or (place.ended_at is not None and not ended):
        raise NotFound()
    require_at(actor, Permission.PLACES_KEEP, scope_of(place))
    kept = kept_of(session, place)
    session.add(kept.record)
    session.flush()
    return kept


def kept_of(session: Session, place: Place) -> Kept:
    """What is kept of a place; where nobody said anything of it yet, a record that is nowhere yet."""
    row = session.get(TABLE_OF[place.kind], place.id)
    if row is None:
        raise NotFound()
    kept = session.get(PlaceRecord, place.id)
    return Kept(
        place=place, row=row, record=kept or PlaceRecord(id=place.id, community_id=place.community_id or "")
    )


def spec_named(kind: PlaceKind, field: str) -> FieldSpec:
    """A field by its name in an address; CannotBeRead for what is none."""
    spec = spec_of(kind, field)
    if spec is None:
        raise CannotBeRead({"field": ("这里没有这一项。", "There is no such field here.")})
    return spec


def change_place(
    session: Session,
    kept: Kept,
    field: str,
    value: str | None,
    because: Because,
    *,
    actor: Actor,
    clock: Clock,
) -> None:
    """Have the register say something else of a place, with its line of history, its source and its day."""
    slot, now = kept.slot(field), clock.now()
    note_in_place(session, kept.place, slot, value, because, actor=actor, at=now)
    put(session, slot, value)
    session.add(kept.record)
    note_source(kept.record, field, because.source, local_date(now))
    session.flush()
    _tell(session, kept.place, (field,), because, actor=actor, clock=clock)


def note_in_place(
    session: Session, place: Place, slot: Slot, value: str | None, because: Because, *, of_id: str | None = None,
    actor: Actor, at: datetime,
) -> PlaceChange:  # fmt: skip
    """A line in the history of a place; `of_id` is the household in it that it is about."""
    community = place.community_id or ""
    change = PlaceChange(
        place_id=place.id,
        of_id=of_id,
        field=slot.field,
        **signed(
            because,
            community,
            actor=actor,
            right=right_in(session, place.id, Permission.PLACES_KEEP, actor=actor),
            at=at,
        ),
    )
    note_sides(session, change, slot, value)
    session.add(change)
    return change


def newest_place_change(session: Session, change: PlaceChange) -> str | None:
    """The newest line of the history of the field that a change is of."""
    return newest_of_field(session, change.place_id, change.community_id, change.field, change.of_id)


def newest_of_field(
    session: Session, place_id: str, community_id: str | None, field: str, of_id: str | None = None
) -> str | None:
    """The newest line of the history of a field; None where it was never changed."""
    statement = select(PLACE_CHANGES.c.id).where(
        PLACE_CHANGES.c.place_id == place_id, PLACE_CHANGES.c.community_id == community_id,
        PLACE_CHANGES.c.field == field, PLACE_CHANGES.c.of_id == of_id,
    )  # fmt: skip
    found: str | None = session.execute(statement.order_by(PLACE_CHANGES.c.id.desc()).limit(1)).scalar()
    return found


def inside(place_id: str) -> Any:
    """Everything below a place: of a building its homes, of an estate its buildings and theirs."""
    buildings = select(PLACES.c.id).where(PLACES.c.parent_id == place_id)
    return or_(
        PLACES.c.parent_id == place_id, PLACES.c.building_id == place_id, PLACES.c.building_id.in_(buildings)
    )


# -- ends -------------------------------------------------------------------------------------------


def _must_follow(session: Session, place: Place, successor_id: str, *, actor: Actor, clock: Clock) -> None:
    found = place_in_sight(session, successor_id, actor=actor, clock=clock)
    if found.id == place.id or found.kind != place.kind or found.community_id != place.community_id:
        raise CannotBeRead({
            "successor_id": (
                "请选本居民区里同一级的另一处。", "Please choose another place of the same kind in this neighbourhood.",
            )
        })  # fmt: skip


def _end(session: Session, kept: Kept, now: datetime, last: date, successor_id: str | None) -> None:
    """It and all in it have ended at one moment; so is known what ended with it."""
    still = inside(kept.place.id) & PLACES.c.ended_at.is_(None)
    session.execute(update(PLACES).where(still).values(ended_at=now))
    kept.place.ended_at, kept.record.valid_to, kept.record.successor_id = now, last, successor_id
    session.flush()


def _bring_back(session: Session, kept: Kept) -> None:
    with_it = inside(kept.place.id) & (PLACES.c.ended_at == kept.place.ended_at)
    session.execute(update(PLACES).where(with_it).values(ended_at=None))
    kept.place.ended_at, kept.record.valid_to, kept.record.successor_id = None, None, None
    session.flush()


def _note_end(
    session: Session, kept: Kept, before: str | None, after: str | None, because: Because, *, actor: Actor, at: datetime
) -> None:  # fmt: skip
    right = right_in(session, kept.place.id, Permission.PLACES_KEEP, actor=actor)
    session.add(
        PlaceChange(
            place_id=kept.place.id, field=ENDED, before=before, after=after,
            **signed(because, kept.record.community_id, actor=actor, right=right, at=at),
        )
    )  # fmt: skip
    session.flush()


def _tell(
    session: Session, place: Place, fields: tuple[str, ...], because: Because, *, actor: Actor, clock: Clock
) -> None:
    right = right_in(session, place.id, Permission.PLACES_KEEP, actor=actor)
    record(
        session, action=f"place.{because.cause}", actor=actor, clock=clock, object="places",
        reference=f"place/{place.id}", classes=" ".join(fields),
        right=right,
    )  # fmt: skip
    fact = PlaceChanged(
        community_id=place.community_id or "", place_id=place.id, cause=because.cause, fields=fields
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{fact.community_id}"], right=right)
