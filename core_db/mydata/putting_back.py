"""What was put right in an entry because somebody asked for it who is another: the register says again what it said."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import takewhile

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.mydata.model import CORRECTIONS, CorrectionRequest, CorrectionStatus
from core_db.people import Because, Cause, Person, RegisterChange, RegisterField, change_person
from core_db.people.changing import said_in_full, value_before
from core_db.people.model import CHANGES

#: Where a field comes from that its bearer had put right.
ASKED_FOR = "本人更正"
_ASKED = (CHANGES.c.cause == Cause.ASKED) & (CHANGES.c.source == ASKED_FOR)


def accepted_since(
    session: Session, account_id: str, person_id: str, since: datetime
) -> Sequence[CorrectionRequest]:
    """What was put right in an entry because an account asked for it."""
    accepted = (CORRECTIONS.c.status == CorrectionStatus.ACCEPTED) & (CORRECTIONS.c.decided_at >= since)
    his = accepted & (CORRECTIONS.c.account_id == account_id) & (CORRECTIONS.c.person_id == person_id)
    return session.execute(select(CorrectionRequest).where(his).order_by(CORRECTIONS.c.id)).scalars().all()


def put_back(
    session: Session, requests: Sequence[CorrectionRequest], *, actor: Actor, clock: Clock
) -> dict[RegisterField, str]:
    """Take out of an entry what came of all of somebody's requests, and what followed from it; says what they asked.

    What the register says otherwise by now stays, and so does what somebody else had put right since. All of them at
    once: of one after the other each would be taken for what the one before it had put back.
    """
    if not requests:
        return {}
    person = session.get_one(Person, requests[0].person_id)
    his = {row.id: row for one in requests for row in _came_of(session, one)}
    first = {field: _first_of_his(session, person.id, field, his) for field in _fields(his.values())}
    stands = {field: row for field, row in first.items() if row is not None}
    said = {field: said_in_full(session, person, field) for field in stands}
    before = {field: value_before(session, row) for field, row in stands.items()}
    because = Because(cause=Cause.UNDONE, source=ASKED_FOR)
    change_person(session, person, before, because, actor=actor, clock=clock)
    asked = {RegisterField(one.field) for one in requests}
    return {field: value for field, value in said.items() if field in asked and value is not None}


def _came_of(session: Session, request: CorrectionRequest) -> Sequence[RegisterChange]:
    """The lines of the history that a request led to; none where somebody else had the same put right since."""
    its = _ASKED & (CHANGES.c.person_id == request.person_id)
    meanwhile = (CHANGES.c.at >= request.asked_at) & (CHANGES.c.at <= request.decided_at)
    of_field = select(RegisterChange).where(its, meanwhile, CHANGES.c.field == request.field)
    newest = session.execute(of_field.order_by(CHANGES.c.id.desc()).limit(1)).scalars().first()
    if newest is None or _is_overtaken(session, request):
        return ()
    return session.execute(select(RegisterChange).where(its, CHANGES.c.at == newest.at)).scalars().all()


def _fields(rows: Iterable[RegisterChange]) -> list[RegisterField]:
    return list(dict.fromkeys(RegisterField(one.field) for one in rows))


def _first_of_his(
    session: Session, person_id: str, field: RegisterField, his: Collection[str]
) -> RegisterChange | None:
    """The first of his lines above which nobody else's stands: what was there before it stands again."""
    lines = (CHANGES.c.person_id == person_id) & (CHANGES.c.field == str(field)) & CHANGES.c.of_id.is_(None)
    newest_first = session.execute(select(RegisterChange).where(lines).order_by(CHANGES.c.id.desc()))
    found = list(takewhile(lambda row: row.id in his, newest_first.scalars()))
    return found[-1] if found else None


def _is_overtaken(session: Session, request: CorrectionRequest) -> bool:
    """By somebody else: what he asked himself once more is his, too."""
    same = (CORRECTIONS.c.person_id == request.person_id) & (CORRECTIONS.c.field == request.field)
    later = (CORRECTIONS.c.status == CorrectionStatus.ACCEPTED) & (
        CORRECTIONS.c.decided_at > request.decided_at
    )
    others = CORRECTIONS.c.account_id != request.account_id
    return session.execute(select(CorrectionRequest).where(same, later, others).limit(1)).first() is not None
