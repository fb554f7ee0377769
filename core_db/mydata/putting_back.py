"""What was put right in an entry because somebody asked for it who is another: the register says again what it said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.mydata.model import CORRECTIONS, CorrectionRequest, CorrectionStatus
from core_db.people import Because, Cause, Person, RegisterChange, RegisterField, change_person
from core_db.people.changing import said_in_full, value_before
from core_db.people.model import CHANGES
from core_db.people.proposing import newest_change

#: Where a field comes from that its bearer had put right.
ASKED_FOR = "本人更正"


def accepted_since(
    session: Session, account_id: str, person_id: str, since: datetime
) -> Sequence[CorrectionRequest]:
    """What was put right in an entry because an account asked for it, the last first."""
    accepted = (CORRECTIONS.c.status == CorrectionStatus.ACCEPTED) & (CORRECTIONS.c.decided_at >= since)
    his = accepted & (CORRECTIONS.c.account_id == account_id) & (CORRECTIONS.c.person_id == person_id)
    found = select(CorrectionRequest).where(his)
    last_first = found.order_by(CORRECTIONS.c.decided_at.desc(), CORRECTIONS.c.id.desc())
    return session.execute(last_first).scalars().all()


def put_back(
    session: Session, request: CorrectionRequest, *, actor: Actor, clock: Clock
) -> tuple[RegisterField, str] | None:
    """Take out what came of a request, and with it what followed from that; says what it was.

    None where the register says something else by now, or somebody else had the same field put right since.
    """
    person, field = session.get_one(Person, request.person_id), RegisterField(request.field)
    newest = newest_change(session, person.id, field, None)
    change = session.get(RegisterChange, newest) if newest is not None else None
    said = said_in_full(session, person, field)
    if change is None or said is None or change.source != ASKED_FOR or _is_overtaken(session, request):
        return None
    at_once = (
        (CHANGES.c.person_id == person.id) & (CHANGES.c.at == change.at) & (CHANGES.c.source == ASKED_FOR)
    )
    rows = session.execute(select(RegisterChange).where(at_once)).scalars().all()
    before = {
        RegisterField(one.field): value_before(session, one)
        for one in rows
        if newest_change(session, person.id, one.field, None) == one.id
    }
    because = Because(cause=Cause.UNDONE, source=ASKED_FOR)
    change_person(session, person, before, because, actor=actor, clock=clock)
    return field, said


def _is_overtaken(session: Session, request: CorrectionRequest) -> bool:
    same = (CORRECTIONS.c.person_id == request.person_id) & (CORRECTIONS.c.field == request.field)
    later = (CORRECTIONS.c.status == CorrectionStatus.ACCEPTED) & (
        CORRECTIONS.c.decided_at > request.decided_at
    )
    return session.execute(select(CorrectionRequest).where(same, later).limit(1)).first() is not None
