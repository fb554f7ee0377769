"""Somebody's own page: every field masked by its class, with its source and its day, his homes and his household."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Cause, masked, side_masked, source_of
from core_db.people.changing import slot_of
from core_db.people.fields import FIELDS, RegisterField
from core_db.people.model import CHANGES, Household, Person, Residency
from core_db.people.standing import standing
from core_db.people.status import codes_of, residence_status
from core_db.people.words.status import ResidenceStatus
from core_db.places import PLACES, Place, scope_of

HOUSEHOLDS = cast(Table, Household.__table__)  # type: ignore[attr-defined]
PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
RESIDENCIES = cast(Table, Residency.__table__)  # type: ignore[attr-defined]
#: Lines of a history, times in homes and members of a household that one page shows.
MOST_CHANGES, MOST_STAYS, MOST_MEMBERS = 50, 50, 60
#: Steps that are set right by another step, or taken back with the event of life they belong to.
NEVER_UNDONE = frozenset(
    (
        "registered",
        "moved_in",
        "head",
        "relation",
        "household_ended",
        "merged",
        "parted",
        "number_proves_nothing",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSeen:
    """A field as the page shows it: masked by its class, where it comes from, when it was verified."""

    field: RegisterField
    value: str
    source: str
    verified_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaySeen:
    """A time in a home."""

    id: str
    home_id: str
    household_id: str | None
    label: str
    role: str
    relation: str | None
    permit: str | None
    came_for: str | None
    valid_from: date
    valid_to: date | None
    is_over: bool
    #: Somebody else keeps house in this home now: they may part, or join.
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a household."""

    person_id: str
    name: str
    relation: str | None
    is_head: bool
    #: The year that the mask of a birthday shows: it tells two of one name apart.
    birth_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """Somebody as his own page shows him: what is sealed is masked, and empty where nothing is known."""

    id: str
    name: str
    sex: str
    community_id: str
    phone: str
    id_number: str
    birth: str
    died_on: date | None
    source: str
    verified_on: date | None
    fields: Sequence[FieldSeen]
    stays: Sequence[StaySeen]
    members: Sequence[Member]
    status: ResidenceStatus
    doors: Sequence[tuple[str, str]]
    home_ids: Sequence[str]
    building_ids: Sequence[str]

    def masked(self, field: str) -> str:
        """A field as the page shows it; empty where the register has none."""
        return next((one.value for one in self.fields if one.field == field), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeen:
    """A line of a history: before and after, masked by the class of the field."""

    id: str
    field: str
    before: str
    after: str
    cause: str
    source: str
    reason: str | None
    at: datetime
    by_name: str
    by_role: str
    approved_name: str | None
    may_undo: bool


def person_file(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> PersonFile:
    """Somebody of a register the actor may look people up in, masked; NotFound for anybody else."""
    person = person_in_sight(session, person_id, actor=actor)
    today = local_date(clock.now())
    stays = _stays(session, person.id, today=today)
    now = [one for one in stays if not one.is_over]
    homes = list(dict.fromkeys(one.home_id for one in now))
    buildings = session.execute(select(PLACES.c.building_id).where(PLACES.c.id.in_(homes))).scalars()
    fields = fields_seen(session, person)
    said = {one.field: one.value for one in fields}
    return PersonFile(
        id=person.id, name=person.name, sex=person.sex, community_id=person.community_id,
        phone=said.get(RegisterField.PHONE, ""), id_number=said.get(RegisterField.ID_NUMBER, ""),
        birth=said.get(RegisterField.BIRTH, ""), died_on=person.died_on, source=person.source,
        verified_on=person.verified_on, fields=fields, stays=stays, members=_members(session, person.community_id, now),
        status=_status(session, person, lives_here=bool(now)), doors=[(one.home_id, one.label) for one in now],
        home_ids=homes, building_ids=sorted({one for one in buildings if one}),
    )  # fmt: skip


def history_of(
    session: Session, person_id: str, *, before: str | None = None, actor: Actor, clock: Clock
) -> Sequence[ChangeSeen]:
    """What the register has said of somebody, the newest first, masked; `before` goes on after a line."""
    person = person_in_sight(session, person_id, actor=actor)
    statement = select(CHANGES).where(
        CHANGES.c.person_id == person.id, CHANGES.c.community_id == person.community_id
    )
    if before:
        statement = statement.where(CHANGES.c.id < before)
    rows = session.execute(statement.order_by(CHANGES.c.id.desc()).limit(MOST_CHANGES)).all()
    on_top = _on_top(rows) if before is None else frozenset()
    return [_change(session, row, is_newest=row.id in on_top) for row in rows]


def _on_top(rows: Sequence[Any]) -> frozenset[str]:
    """Of each thing the newest line, and the newest that stands: what may be taken back."""
    piles: dict[tuple[str, str | None], list[Any]] = {}
    for row in rows:
        piles.setdefault((row.field, row.of_id), []).append(row)
    return frozenset(
        one for pile in piles.values() for one in (pile[0].id, *standing(pile)[:1]) if one
    )  # fmt: skip


def person_in_sight(session: Session, person_id: str, *, actor: Actor) -> Person:
    """Somebody of a register the actor may look people up in; NotFound for anybody else."""
    person = session.get(Person, person_id) if is_id(person_id) else None
    community = session.get(Place, person.community_id) if person is not None else None
    if (
        person is None
        or community is None
        or not may_at(actor, Permission.PEOPLE_LOOK_UP, scope_of(community))
    ):
        raise NotFound()
    return person


def fields_seen(session: Session, person: Person) -> list[FieldSeen]:
    """Every field; an empty one says so, for who looks what is still to be asked."""
    found = []
    for field in FIELDS:
        source, verified_on = source_of(person, field)
        value = masked(session, slot_of(person, field))
        found.append(FieldSeen(field=field, value=value, source=source, verified_on=verified_on))
    return found


def _stays(session: Session, person_id: str, *, today: date) -> list[StaySeen]:
    rows = session.execute(
        select(
            RESIDENCIES.c.id, RESIDENCIES.c.home_id, RESIDENCIES.c.household_id, PLACES.c.label, RESIDENCIES.c.role,
            RESIDENCIES.c.relation, RESIDENCIES.c.permit, RESIDENCIES.c.came_for, RESIDENCIES.c.valid_from,
            RESIDENCIES.c.valid_to, _keeps_house_beside(person_id).label("is_shared"),
        )
        .join(PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
        .where(RESIDENCIES.c.person_id == person_id)
        .order_by(PLACES.c.sort, RESIDENCIES.c.valid_from.desc())
        .limit(MOST_STAYS)
    )  # fmt: skip
    return [
        StaySeen(**row._mapping, is_over=row.valid_to is not None and row.valid_to < today) for row in rows
    ]


def _keeps_house_beside(person_id: str) -> ColumnElement[bool]:
    other = RESIDENCIES.alias()
    beside = (other.c.home_id == RESIDENCIES.c.home_id) & (other.c.person_id != person_id)
    now = other.c.valid_to.is_(None) & other.c.household_id.is_not(None)
    return select(other.c.id).where(beside, now).correlate(RESIDENCIES).exists()


def _members(session: Session, community_id: str, now: Sequence[StaySeen]) -> list[Member]:
    """Who keeps house with him, himself among them."""
    households = {one.household_id for one in now if one.household_id}
    rows = session.execute(
        select(
            RESIDENCIES.c.person_id,
            PERSONS.c.name,
            PERSONS.c.birth_year,
            RESIDENCIES.c.relation,
            HOUSEHOLDS.c.head_id,
        )
        .join(PERSONS, PERSONS.c.id == RESIDENCIES.c.person_id)
        .join(HOUSEHOLDS, HOUSEHOLDS.c.id == RESIDENCIES.c.household_id)
        .where(RESIDENCIES.c.household_id.in_(households), RESIDENCIES.c.valid_to.is_(None))
        .where(HOUSEHOLDS.c.community_id == community_id, PERSONS.c.merged_into_id.is_(None))
        .order_by(RESIDENCIES.c.relation.is_(None), RESIDENCIES.c.relation, RESIDENCIES.c.id)
        .limit(MOST_MEMBERS)
    )
    return [
        Member(
            person_id=row.person_id,
            name=row.name,
            relation=row.relation,
            is_head=row.head_id == row.person_id,
            birth_year=row.birth_year,
        )
        for row in rows
    ]


def _status(session: Session, person: Person, *, lives_here: bool) -> ResidenceStatus:
    if person.hukou_code is None:
        return ResidenceStatus.UNKNOWN
    return residence_status(
        lives_here=lives_here, hukou_code=person.hukou_code, own_codes=codes_of(session, person.community_id)
    )


def _change(session: Session, row: Any, *, is_newest: bool) -> ChangeSeen:
    may_undo = is_newest and (row.field not in NEVER_UNDONE or _was_put_right(row))
    if row.cause == Cause.UNDONE and row.field in ("household", "moved_out"):
        # An event of life that was taken back is done again, not half of it taken back once more.
        may_undo = False
    return ChangeSeen(
        id=row.id, field=row.field, before=_side(session, row, "before"), after=_side(session, row, "after"),
        cause=row.cause, source=row.source, reason=row.reason, at=row.at, by_name=row.by_name, by_role=row.by_role,
        approved_name=row.approved_name, may_undo=may_undo,
    )  # fmt: skip


def _was_put_right(row: Any) -> bool:
    """A relation or a head that somebody corrected by itself, not what followed from an event of life."""
    return row.cause in (Cause.CORRECTED, Cause.HEAD_CHANGED) and row.field in ("head", "relation")


def _side(session: Session, row: Any, side: str) -> str:
    spec = FIELDS[RegisterField(row.field)] if row.field in list(RegisterField) else None
    return side_masked(session, CHANGES.name, row, side, spec)
