"""Taking a table back: person by person, whatever still says what the table wrote. What was changed since stays.

Who came into the register with the table leaves it, unless something hangs on the entry by now: a home that an account
is bound to, a request, a correction. Doors that were entered stay: they are there whoever lives behind them.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlmodel import Session

from core_db.accounts.model import HomeBinding
from core_db.cases.model import PARTIES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.later import insert_rows
from core_db.people import (
    Because,
    Cause,
    Person,
    RegisterChange,
    RegisterField,
    Residency,
    change_person,
    needs_second,
)
from core_db.people.changing import REGISTERED, change_row, note_change, value_before
from core_db.people.leaving import forget_people, forget_person
from core_db.people.model import CHANGES, HOUSEHOLDS, PERSONS, RESIDENCIES
from core_db.people.moving import MOVED_IN, leave_household
from core_db.people.proposing import newest_change
from core_db.people.residing import say_of_stay
from core_db.people.stay_fields import StayField
from core_db.register_sheets.handing import tell_moved
from core_db.register_sheets.meeting import who_undid
from core_db.register_sheets.model import WITHOUT_FILE, RegisterSheet
from core_db.register_sheets.reading import EVERYTHING
from core_db.register_sheets.words import SheetStatus

#: People of one transaction.
PIECE = 100
BINDINGS: Any = HomeBinding.__table__  # type: ignore[attr-defined]


def take_sheet_back(door: Door, sheet: RegisterSheet, *, clock: Clock) -> None:
    """Take back what a table wrote; a run that was cut short goes on behind the last person it was done with."""
    after: str | None = str(sheet.counts.get("undone_to", ""))
    while after is not None:
        piece = partial(_undo_piece, sheet_id=sheet.id, after=after, clock=clock)
        after = door.write_long(piece, reach=EVERYTHING)


def _undo_piece(session: Session, *, sheet_id: str, after: str, clock: Clock) -> str | None:
    held = select(RegisterSheet).where(RegisterSheet.id == sheet_id).with_for_update()  # type: ignore[arg-type]
    sheet: Any = session.execute(held.options(WITHOUT_FILE)).scalar_one_or_none()
    if sheet is None or sheet.status is not SheetStatus.UNDOING or sheet.counts.get("undone_to", "") != after:
        return None
    actor = who_undid(sheet)
    people = _next_people(session, sheet_id, after)
    if not people:
        sheet.status = SheetStatus.UNDONE
        session.flush()
        tell_moved(session, sheet, actor=actor, clock=clock)
        return None
    counts: Counter[str] = Counter({name: n for name, n in sheet.counts.items() if name != "undone_to"})
    gone = _leave_together(session, sheet, people, actor=actor, clock=clock)
    for person_id in people:
        if person_id not in gone:
            counts["kept"] += not _undo_person(session, sheet, person_id, actor=actor, clock=clock)
    counts["looked_at"] += len(people)
    sheet.counts = {**counts, "undone_to": people[-1]}
    session.flush()
    return people[-1]


def _next_people(session: Session, sheet_id: str, after: str) -> list[str]:
    statement = (
        select(CHANGES.c.person_id)
        .where(CHANGES.c.batch_id == sheet_id, CHANGES.c.person_id > after)
        .distinct()
        .order_by(CHANGES.c.person_id)
        .limit(PIECE)
    )
    return [*session.execute(statement).scalars()]


def _undo_person(
    session: Session, sheet: RegisterSheet, person_id: str, *, actor: Actor, clock: Clock
) -> bool:
    """Whether all that the table said of somebody is taken back."""
    mine = select(RegisterChange).where(CHANGES.c.batch_id == sheet.id, CHANGES.c.person_id == person_id)
    changes: Sequence[Any] = session.execute(mine.order_by(CHANGES.c.id.desc())).scalars().all()
    person: Any = session.get(Person, person_id)
    because = Because(cause=Cause.UNDONE, source=sheet.source, batch_id=f"undo:{sheet.id}")
    if any(one.field == REGISTERED for one in changes):
        return _leave_register(session, sheet, person, because, actor=actor, clock=clock)
    waiting = needs_second(session, sheet.community_id, on=local_date(clock.now()))
    undone = [
        _undo_change(session, person, one, because, waiting, actor=actor, clock=clock) for one in changes
    ]
    return all(undone)


def _undo_change(
    session: Session, person: Any, change: RegisterChange, because: Because, waiting: frozenset[str], *, actor: Actor,
    clock: Clock,
) -> bool:  # fmt: skip
    """One change; a field that needs a second person by now is left to two people."""
    if newest_change(session, person.id, change.field, change.of_id) != change.id or change.field in waiting:
        return False
    if change.field == MOVED_IN:
        return _never_moved_in(session, person, change, because, actor=actor, clock=clock)
    value = value_before(session, change)
    if change.field in list(StayField):
        return _said_of_stay_before(session, person, change, because, actor=actor, clock=clock)
    change_person(session, person, {RegisterField(change.field): value}, because, actor=actor, clock=clock)
    return True


def _said_of_stay_before(
    session: Session, person: Any, change: RegisterChange, because: Because, *, actor: Actor, clock: Clock
) -> bool:
    stay: Any = session.get(Residency, change.of_id)
    if stay is None:
        return False
    field = StayField(change.field)
    say_of_stay(session, person, stay, field, change.before, because, actor=actor, clock=clock)
    return True


def _never_moved_in(
    session: Session, person: Any, change: RegisterChange, because: Because, *, actor: Actor, clock: Clock
) -> bool:
    stay: Any = session.get(Residency, change.of_id)
    if stay is None or stay.valid_to is not None:
        return False
    note_change(
        session, person, MOVED_IN, change.after, None, because, actor=actor, at=clock.now(), of_id=stay.id
    )
    session.delete(stay)
    session.flush()
    leave_household(
        session, stay, person, because, last_day=local_date(clock.now()), actor=actor, clock=clock
    )
    return True


def _leave_together(
    session: Session, sheet: RegisterSheet, people: Sequence[str], *, actor: Actor, clock: Clock
) -> frozenset[str]:
    """Those who came with the table, by whole households: they leave together, and their households have never been.

    Most people of a first register are such; one by one they would take ten times as long.
    """
    brought = select(CHANGES.c.person_id).where(
        CHANGES.c.batch_id == sheet.id, CHANGES.c.person_id.in_(people), CHANGES.c.field == REGISTERED
    )
    came = {*session.execute(brought).scalars()} - _in_use(session, people, sheet.id)
    stays = session.execute(
        select(RESIDENCIES.c.person_id, RESIDENCIES.c.household_id).where(RESIDENCIES.c.person_id.in_(came))
    ).all()
    households = {one.household_id for one in stays if one.household_id is not None}
    others = select(RESIDENCIES.c.household_id).where(
        RESIDENCIES.c.household_id.in_(households), RESIDENCIES.c.person_id.not_in(came)
    )
    shared = {*session.execute(others).scalars()}
    leave = sorted(came - {one.person_id for one in stays if one.household_id in shared})
    if not leave:
        return frozenset()
    because = Because(cause=Cause.UNDONE, source=sheet.source, batch_id=f"undo:{sheet.id}")
    now = clock.now()
    lines = [change_row(one, sheet.community_id, REGISTERED, because, actor=actor, at=now) for one in leave]
    insert_rows(session, CHANGES, lines)
    forget_people(session, leave)
    _drop_empty_households(session, sorted(households - shared))
    return frozenset(leave)


def _leave_register(
    session: Session, sheet: RegisterSheet, person: Any, because: Because, *, actor: Actor, clock: Clock
) -> bool:
    """Somebody whom the table brought: the row stays for what points to it, and says nothing of him any more."""
    if person is None or _in_use(session, [person.id], sheet.id):
        return False
    stays = session.execute(select(Residency).where(RESIDENCIES.c.person_id == person.id)).scalars().all()
    for stay in stays:
        session.delete(stay)
        session.flush()
        leave_household(
            session, stay, person, because, last_day=local_date(clock.now()), actor=actor, clock=clock
        )
    note_change(session, person, REGISTERED, None, None, because, actor=actor, at=clock.now())
    session.flush()
    forget_person(session, person.id)
    _drop_empty_households(session, [one.household_id for one in stays])
    return True


def _in_use(session: Session, ids: Sequence[str], sheet_id: str) -> set[str]:
    """Those on whose entries something hangs that the table did not write, or that stand behind another's."""
    # What is written about somebody while another of his family leaves, who heads it now, is of the same table.
    own = (sheet_id, f"undo:{sheet_id}")
    other = or_(CHANGES.c.batch_id.is_(None), CHANGES.c.batch_id.not_in(own))
    ways = (
        select(CHANGES.c.person_id).where(CHANGES.c.person_id.in_(ids), other),
        select(BINDINGS.c.person_id).where(BINDINGS.c.person_id.in_(ids)),
        select(PARTIES.c.person_id).where(PARTIES.c.person_id.in_(ids)),
        select(PERSONS.c.merged_into_id).where(PERSONS.c.merged_into_id.in_(ids)),
        select(PERSONS.c.id).where(PERSONS.c.id.in_(ids), PERSONS.c.merged_into_id.is_not(None)),
    )
    return {one for way in ways for one in session.execute(way).scalars()}


def _drop_empty_households(session: Session, ids: Sequence[str | None]) -> None:
    """Households that were of the table's people alone have never been."""
    lived_in = exists().where(RESIDENCIES.c.household_id == HOUSEHOLDS.c.id)
    session.execute(delete(HOUSEHOLDS).where(HOUSEHOLDS.c.id.in_([one for one in ids if one]), ~lived_in))
