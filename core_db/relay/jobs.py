"""Jobs: rows written in the transaction that wants them, claimed by whichever process comes first.

A claim is counted and has an end, so a job whose process died is taken up again and one that kills every
process is given up. Work and the note that it is done are one commit. Recurring work is one row that
is put off after each run; what one run wants to say to the next, or to whoever watches, is its note.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import LEEWAY, LOCAL, Clock
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.tables import insert_into
from core_db.relay.model import JOBS, OPEN
from core_db.relay.trying import NEVER_CAME_BACK, PAUSES, in_short, next_try

#: How many jobs one call runs at most, so that whoever calls can be stopped in between.
AT_MOST = 100
EVERYTHING = across(Across.JOB)

Payload = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of work done in one transaction. With `every` it recurs, without anybody asking."""

    kind: str
    run: Callable[[Session, Payload, Clock], object]
    every: timedelta | None = None
    #: How long a run may take before another process takes it up.
    claimed_for: timedelta = timedelta(minutes=5)
    #: Somebody counts on its moment: it has a thread of its own, and no other work that takes long holds it up.
    in_time: bool = False


@dataclass(frozen=True, kw_only=True)
class LongJobKind:
    """Work too long for one transaction: it goes through the door by itself, and may be run again."""

    kind: str
    run: Callable[[Door, Payload, Clock], object]
    every: timedelta | None = None
    claimed_for: timedelta = timedelta(minutes=30)
    in_time: bool = False
    #: For what recurs daily: at which time of the day here. Without it a new kind is due at once.
    at: time | None = None


Kind = JobKind | LongJobKind


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until the claim ends; `attempts` counts this run."""

    id: str
    kind: str
    payload: dict[str, Any]
    run_at: datetime
    attempts: int


def enqueue(
    session: Session, kind: str, payload: Payload, *, run_at: datetime, unique_key: str | None = None
) -> bool:
    """Want work done, with this transaction or not at all. False: it waits already under this key."""
    values = {
        "id": new_id(), "kind": kind, "payload": dict(payload), "run_at": run_at, "attempts": 0,
        "unique_key": unique_key,
    }  # fmt: skip
    statement = insert_into(session, JOBS).values(values)
    unless_known = statement.on_conflict_do_nothing(index_elements=["unique_key"], index_where=OPEN)
    return session.execute(unless_known.returning(JOBS.c.id)).first() is not None


def keep_recurring(session: Session, kinds: Sequence[Kind], *, clock: Clock) -> None:
    """See that each recurring kind has its one row; a new one is due at once.

    So is one put off further than it recurs: the clock was ahead when it ran last, and has been put right.
    """
    now = clock.now()
    for kind in kinds:
        if kind.every is not None:
            due = _next_at(kind, now=now) or now
            enqueue(session, kind.kind, {}, run_at=due, unique_key=_recurring(kind.kind))
            too_late = _its_row(kind.kind) & (JOBS.c.run_at > now + kind.every + LEEWAY)
            session.execute(update(JOBS).where(too_late).values(run_at=due))


def run_soon(session: Session, kind: str, *, actor: Actor, clock: Clock) -> None:
    """Have recurring work done at once, because somebody waits for it; it would come by itself a little later."""
    now = clock.now()
    waits = _its_row(kind) & JOBS.c.claimed_until.is_(None) & (JOBS.c.run_at > now)
    session.execute(update(JOBS).where(waits).values(run_at=now))


def keep_note(session: Session, kind: str, note: Payload) -> None:
    """Leave a note with recurring work, in place of the last one."""
    session.execute(update(JOBS).where(_its_row(kind)).values(payload=dict(note)))


def note_of(session: Session, kind: str) -> Payload:
    """The last note of recurring work; empty before the first."""
    note: Payload | None = session.execute(select(JOBS.c.payload).where(_its_row(kind))).scalar()
    return note or {}


def _recurring(kind: str) -> str:
    return f"recurring:{kind}"


def _its_row(kind: str) -> ColumnElement[bool]:
    return (JOBS.c.unique_key == _recurring(kind)) & OPEN


def run_due_jobs(door: Door, kinds: Sequence[Kind], *, clock: Clock) -> int:
    """Run what is due, one after another; returns how many were run."""
    known = {kind.kind: kind for kind in kinds}
    for count in range(AT_MOST):
        if not door.read_now(partial(_is_due, kinds=tuple(known), now=clock.now()), reach=EVERYTHING):
            return count
        claim = door.write_now(partial(claim_job, kinds=known, clock=clock), reach=EVERYTHING)
        if claim is None:
            return count
        _run(door, known[claim.kind], claim, clock=clock)
    return AT_MOST


def claim_job(session: Session, *, kinds: Mapping[str, Kind], clock: Clock) -> Claim | None:
    """Take the job that has waited longest. Its key is free again: who asks now, asks for another run."""
    now = clock.now()
    while (job := session.execute(_oldest_due(tuple(kinds), now=now)).first()) is not None:
        kind = kinds[job.kind]
        if kind.every is not None or job.attempts <= len(PAUSES):
            return _claim(session, job.id, kind, now=now)
        # Each try is counted before it begins: of all of them nobody came back to say what was wrong.
        given_up = {"dead_at": now, "claimed_until": None, "last_error": NEVER_CAME_BACK}
        session.execute(update(JOBS).where(JOBS.c.id == job.id).values(given_up))
    return None


def _claim(session: Session, job_id: str, kind: Kind, *, now: datetime) -> Claim:
    row = session.execute(
        update(JOBS)
        .where(JOBS.c.id == job_id)
        .values(
            attempts=JOBS.c.attempts + 1,
            claimed_until=now + kind.claimed_for,
            unique_key=JOBS.c.unique_key if kind.every is not None else None,
        )
        .returning(JOBS.c.id, JOBS.c.kind, JOBS.c.payload, JOBS.c.run_at, JOBS.c.attempts)
    ).one()
    return Claim(row.id, row.kind, row.payload, row.run_at, row.attempts)


def _due(kinds: Sequence[str], *, now: datetime) -> ColumnElement[bool]:
    free = or_(JOBS.c.claimed_until.is_(None), JOBS.c.claimed_until < now)
    still_open = JOBS.c.done_at.is_(None) & JOBS.c.dead_at.is_(None)
    return still_open & free & (JOBS.c.run_at <= now) & JOBS.c.kind.in_(kinds)


def _oldest_due(kinds: Sequence[str], *, now: datetime) -> Any:
    statement = select(JOBS.c.id, JOBS.c.kind, JOBS.c.attempts).where(_due(kinds, now=now))
    return statement.order_by(JOBS.c.run_at).limit(1).with_for_update(skip_locked=True)


def _is_due(session: Session, *, kinds: Sequence[str], now: datetime) -> bool:
    return session.execute(select(JOBS.c.id).where(_due(kinds, now=now)).limit(1)).first() is not None


# -- running ----------------------------------------------------------------------------------------


def _run(door: Door, kind: Kind, claim: Claim, *, clock: Clock) -> None:
    try:
        if isinstance(kind, LongJobKind):
            kind.run(door, claim.payload, clock)
            door.write_now(partial(_finish, kind=kind, claim=claim, clock=clock), reach=EVERYTHING)
        else:
            door.write_now(partial(_run_inside, kind=kind, claim=claim, clock=clock), reach=EVERYTHING)
    except Exception as fault:
        # The mistake is kept with the job; the next one is run all the same.
        door.write_now(
            partial(_put_off, kind=kind, claim=claim, error=in_short(fault), clock=clock), reach=EVERYTHING
        )


def _run_inside(session: Session, *, kind: JobKind, claim: Claim, clock: Clock) -> None:
    """Work and note in one commit; nothing at all when the claim has gone to another meanwhile."""
    if _finish(session, kind=kind, claim=claim, clock=clock):
        kind.run(session, claim.payload, clock)


def _finish(session: Session, *, kind: Kind, claim: Claim, clock: Clock) -> bool:
    now = clock.now()
    if kind.every is None:
        return _change(session, claim, done_at=now, claimed_until=None, last_error=None)
    run_at = _next_at(kind, now=now) or _next_run(claim.run_at, kind.every, now=now)
    return _change(
        session, claim, run_at=run_at, attempts=0, claimed_until=None,
        last_error=None,
    )  # fmt: skip


def _put_off(session: Session, *, kind: Kind, claim: Claim, error: str, clock: Clock) -> bool:
    now = clock.now()
    again = next_try(claim.attempts, now=now)
    if kind.every is not None:
        again = min(again or now + kind.every, now + kind.every)
    if again is None:
        return _change(session, claim, dead_at=now, claimed_until=None, last_error=error)
    return _change(session, claim, run_at=again, claimed_until=None, last_error=error)


def _next_at(kind: Kind, *, now: datetime) -> datetime | None:
    """The next time the clocks here show the hour of a kind that has one."""
    if isinstance(kind, JobKind) or kind.at is None:
        return None
    here = now.astimezone(LOCAL)
    today = datetime.combine(here.date(), kind.at, LOCAL)
    return (today if today > here else today + timedelta(days=1)).astimezone(UTC)


def _next_run(planned: datetime, every: timedelta, *, now: datetime) -> datetime:
    """One interval after the planned moment; what was slept through is not made up for."""
    following = planned + every
    return following if following > now else now + every


def _change(session: Session, claim: Claim, **values: Any) -> bool:
    ours = (JOBS.c.id == claim.id) & (JOBS.c.attempts == claim.attempts) & JOBS.c.claimed_until.is_not(None)
    statement = update(JOBS).where(ours).values(values).returning(JOBS.c.id)
    return session.execute(statement).first() is not None
