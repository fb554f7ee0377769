"""“This is wrong about me”: asked for by a resident, checked and decided by the committee within fifteen working days.

What he says is sealed like what it corrects. The committee sees it masked until it checks it against a paper; that
it looked stands in the record, and he is told.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from core_db.access import Permission, read_sealed, require_at, right_used_at
from core_db.accounts.bindings import when_mistaken, why_undone
from core_db.accounts.sessions import ACCOUNTS
from core_db.cases import reference_of
from core_db.cases.calendar import ClockUnit
from core_db.foundation.actor import COMMITTEE, Actor, Grant
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from core_db.foundation.sealing import keyring_of, masked_id_number, masked_phone
from core_db.mydata.acting import entry_of
from core_db.mydata.drafts import CorrectionDraft, DecisionReason
from core_db.mydata.errors import CorrectionAskedAlready, DecidedAlready, NotInRegister
from core_db.mydata.model import CORRECTIONS, CorrectionRequest, CorrectionStatus
from core_db.mydata.others import PERSONS
from core_db.mydata.places import wanted_place
from core_db.mydata.putting_back import ASKED_FOR, accepted_since, put_back
from core_db.mydata.subject import entries_of
from core_db.people import Person, PersonCorrection, correct_as_asked, sealed_place
from core_db.places import Place, meant_among, neighbourhoods_named, scope_of
from core_db.places.rights import right_in
from core_db.reveals.budget import spend_look
from plugins.sdk.events import CorrectionAsked, CorrectionDecided, DataRead

WORKING_DAYS = 15
PURPOSE = "registry-correction"
IN_SEVERAL = (
    "几个居村的名册里都有您，请选一个。",
    "Several neighbourhoods have you in their registers: choose one.",
)


@dataclass(frozen=True, kw_only=True)
class CorrectionSeen:
    """A request as its writer or the committee sees it; what it should be is masked."""

    id: str
    #: In whose register.
    community_id: str
    name: str
    field: str
    wanted: str
    note: str | None
    status: CorrectionStatus
    asked_at: datetime
    due_on: date
    decided_at: datetime | None
    reason: str | None
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class CorrectionUncovered:
    """What the register says and what it should say, in the clear, to be compared with a paper."""

    id: str
    field: str
    now: str
    wanted: str


def ask_for_correction(
    session: Session, draft: CorrectionDraft, *, actor: Actor, clock: Clock
) -> CorrectionRequest:
    """Say that a field of the register is wrong about oneself, and what it should be."""
    his, now = entries_of(session, actor), clock.now()
    if not his:
        raise NotInRegister()
    community_id = meant_among(draft.community_id, his, IN_SEVERAL)
    PersonCorrection(field=draft.field, value=draft.value).value_on(local_date(now))
    # Whoever moved away reaches nothing there any more, but her entry of there is still hers.
    widen(session, community_id)
    _refuse_twice(session, draft.field, community_id, actor=actor)

    due_at = reference_of(session).calendar.add(now, WORKING_DAYS, ClockUnit.WORKDAY)
    request = CorrectionRequest(
        id=new_id(), account_id=actor.id, person_id=his[community_id], community_id=community_id, field=draft.field,
        note=draft.note, status=CorrectionStatus.ASKED, asked_at=now, due_on=local_date(due_at),
    )  # fmt: skip
    place = wanted_place(request.id, request.community_id)
    request.wanted_sealed = keyring_of(session).seal(session, draft.value, place, FieldClass.F2)
    session.add(request)
    session.flush()
    fact = CorrectionAsked(community_id=request.community_id, account_id=actor.id, correction_id=request.id)
    emit(session, fact, actor=actor, at=now, audience=_audience(request), right=None)
    return request


def registers_to_choose(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """The neighbourhoods in whose registers the actor stands, with their names; none where it is one."""
    his = entries_of(session, actor)
    return neighbourhoods_named(session, his) if len(his) > 1 else []


def my_corrections(session: Session, *, actor: Actor, clock: Clock) -> list[CorrectionSeen]:
    """What one asked to have put right, the newest first."""
    mine = CORRECTIONS.c.account_id == actor.id
    return _seen(session, mine, CORRECTIONS.c.id.desc(), limit=100, actor=actor, clock=clock)


def open_corrections(
    session: Session, *, limit: int = 50, actor: Actor, clock: Clock
) -> list[CorrectionSeen]:
    """What waits for the actor's committee, the first due first."""
    waiting = visible_to(actor) & (CORRECTIONS.c.status == CorrectionStatus.ASKED)
    return _seen(session, waiting, CORRECTIONS.c.due_on, limit=limit, actor=actor, clock=clock)


def correction_seen(session: Session, request_id: str, *, actor: Actor, clock: Clock) -> CorrectionSeen:
    """One request, as its writer or his committee sees it."""
    which = (CORRECTIONS.c.id == request_id) & ((CORRECTIONS.c.account_id == actor.id) | visible_to(actor))
    found = _seen(session, which, CORRECTIONS.c.id, limit=1, actor=actor, clock=clock)
    if not found:
        raise NotFound()
    return found[0]


def uncover_correction(
    session: Session, request_id: str, *, actor: Actor, clock: Clock
) -> CorrectionUncovered:
    """Both values in the clear, for who decides; recorded, and told to whom it is about."""
    request = _asked(session, request_id, actor=actor)
    person = session.get(Person, request.person_id)
    assert person is not None
    now = clock.now()
    spend_look(session, request.community_id, actor=actor, now=now)
    wanted = _wanted(session, request, actor=actor, clock=HeldClock(now))
    present = _present(session, person, request, actor=actor, clock=HeldClock(now))
    fact = DataRead(community_id=request.community_id, subject_id=person.id, purpose=PURPOSE)
    emit(session, fact, actor=actor, at=now, audience=[f"account:{request.account_id}"], right=None)
    return CorrectionUncovered(id=request.id, field=request.field, now=present, wanted=wanted)


def accept_correction(session: Session, request_id: str, *, actor: Actor, clock: Clock) -> CorrectionRequest:
    """It is so: the register says it from now on."""
    request = _asked(session, request_id, actor=actor)
    value = _wanted(session, request, actor=actor, clock=clock)
    draft = PersonCorrection.model_validate({"field": request.field, "value": value, "source": ASKED_FOR})
    person = correct_as_asked(session, request.person_id, draft, actor=actor, clock=clock)
    if request.field == "name":
        named = update(ACCOUNTS).where(ACCOUNTS.c.id == request.account_id).values(name=person.name)
        session.execute(named)
    return _decide(session, request, CorrectionStatus.ACCEPTED, None, actor=actor, clock=clock)


def refuse_correction(
    session: Session, request_id: str, draft: DecisionReason, *, actor: Actor, clock: Clock
) -> CorrectionRequest:
    """It is not so; he reads why."""
    request = _asked(session, request_id, actor=actor)
    return _decide(session, request, CorrectionStatus.REFUSED, draft.reason, actor=actor, clock=clock)


def withdraw_correction(
    session: Session, request_id: str, *, actor: Actor, clock: Clock
) -> CorrectionRequest:
    """One asked by mistake."""
    request = session.get(CorrectionRequest, request_id)
    if request is None or request.account_id != actor.id:
        raise NotFound()
    if request.status is not CorrectionStatus.ASKED:
        raise DecidedAlready()
    widen(session, request.community_id)
    return _decide(session, request, CorrectionStatus.WITHDRAWN, None, actor=actor, clock=clock)


def drop_mistaken(
    session: Session, account_id: str, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """What a stranger asked to have put right in an entry is not done; he reads why he is not whose it is."""
    his = (CORRECTIONS.c.account_id == account_id) & (CORRECTIONS.c.status == CorrectionStatus.ASKED)
    reason = why_undone(session, account_id)
    for request in session.execute(select(CorrectionRequest).where(his).with_for_update()).scalars().all():
        if entry_of(session, request.person_id) == person_id:
            _decide(session, request, CorrectionStatus.REFUSED, reason, actor=actor, clock=clock)
    put_back(session, accepted_since(session, account_id, person_id, since), actor=actor, clock=clock)


when_mistaken(drop_mistaken)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The requests of the neighbourhoods on whose committee the actor sits. Others do not exist for him."""
    return CORRECTIONS.c.community_id.in_(actor.places_as(COMMITTEE))


# -- finding, changing, telling ---------------------------------------------------------------------


def _refuse_twice(session: Session, field: str, community_id: str, *, actor: Actor) -> None:
    waits = CORRECTIONS.c.status == CorrectionStatus.ASKED
    same = (CORRECTIONS.c.field == field) & (CORRECTIONS.c.community_id == community_id)
    mine = CORRECTIONS.c.account_id == actor.id
    if session.execute(select(CORRECTIONS.c.id).where(mine, same, waits)).first():
        raise CorrectionAskedAlready()


def _asked(session: Session, request_id: str, *, actor: Actor) -> CorrectionRequest:
    statement = select(CorrectionRequest).where(CORRECTIONS.c.id == request_id, visible_to(actor))
    found = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound()
    request: CorrectionRequest = found
    # It may have been asked before the entry was put behind another: what is put right is what is read.
    request.person_id = entry_of(session, request.person_id)
    place = session.get(Place, request.community_id)
    assert place is not None
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(place))
    if request.status is not CorrectionStatus.ASKED:
        raise DecidedAlready()
    return request


def _decide(
    session: Session, request: CorrectionRequest, status: CorrectionStatus, reason: str | None, *, actor: Actor,
    clock: Clock,
) -> CorrectionRequest:  # fmt: skip
    now = clock.now()
    request.status, request.reason = status, reason
    request.decided_by, request.decided_at = actor.id, now
    session.flush()
    fact = CorrectionDecided(
        community_id=request.community_id,
        account_id=request.account_id,
        correction_id=request.id,
        status=status,
    )
    right = right_in(session, request.community_id, Permission.PEOPLE_KEEP, actor=actor)
    emit(session, fact, actor=actor, at=now, audience=_audience(request), right=right)
    return request


def _audience(request: CorrectionRequest) -> Sequence[str]:
    return (f"account:{request.account_id}", f"staff:{request.community_id}")


def _wanted(session: Session, request: CorrectionRequest, *, actor: Actor, clock: Clock) -> str:
    assert request.wanted_sealed is not None
    return read_sealed(
        session, request.wanted_sealed, wanted_place(request.id, request.community_id), field_class=FieldClass.F2,
        subject_id=request.person_id, purpose=PURPOSE, reference=f"correction/{request.id}", actor=actor, clock=clock,
        right=_right(session, request, actor),
    )  # fmt: skip


def _right(session: Session, request: CorrectionRequest, actor: Actor) -> Grant | None:
    """The right in which he decides."""
    return right_used_at(
        actor, Permission.PEOPLE_KEEP, scope_of(session.get_one(Place, request.community_id))
    )


def _present(
    session: Session, person: Person, request: CorrectionRequest, *, actor: Actor, clock: Clock
) -> str:
    if request.field in ("name", "sex"):
        return str(getattr(person, request.field))
    column = f"{request.field}_sealed"
    sealed = getattr(person, column)
    if sealed is None:
        return ""
    return read_sealed(
        session, sealed, sealed_place(person.id, person.community_id, column), field_class=FieldClass.F2,
        subject_id=person.id, purpose=PURPOSE, reference=f"correction/{request.id}", actor=actor, clock=clock,
        right=_right(session, request, actor),
    )  # fmt: skip


# -- masked -----------------------------------------------------------------------------------------


def _seen(
    session: Session, which: Any, order: Any, *, limit: int, actor: Actor, clock: Clock
) -> list[CorrectionSeen]:
    # Whose entry it turned out not to be reads what became of it, and not whose it is.
    entry = (PERSONS.c.id == CORRECTIONS.c.person_id) & (CORRECTIONS.c.account_id != actor.id)
    statement = select(CORRECTIONS, PERSONS.c.name).join(PERSONS, entry, isouter=True)
    rows = session.execute(statement.where(which).order_by(order, CORRECTIONS.c.id).limit(limit)).all()
    # What he asked of where he moved away from is his to read.
    widen(session, *{row.community_id for row in rows})
    today = local_date(clock.now())
    return [_one(session, row, row.name or actor.name, today) for row in rows]


def _one(session: Session, row: Any, name: str, today: date) -> CorrectionSeen:
    wanted = ""
    if row.wanted_sealed is not None:
        place = wanted_place(row.id, row.community_id)
        wanted = keyring_of(session).masked(session, row.wanted_sealed, place, partial(masked, row.field))
    is_open = row.status == CorrectionStatus.ASKED
    return CorrectionSeen(
        id=row.id, community_id=row.community_id, name=name, field=row.field, wanted=wanted, note=row.note,
        status=row.status, asked_at=row.asked_at, due_on=row.due_on, decided_at=row.decided_at, reason=row.reason,
        is_late=is_open and row.due_on < today,
    )  # fmt: skip


def masked(field: str, value: str) -> str:
    """A value of the register as it may be shown without a record."""
    if field == "phone":
        return masked_phone(value)
    if field == "id_number":
        return masked_id_number(value)
    return f"{value[:4]}-**-**" if field == "birth" else value
