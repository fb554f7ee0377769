"""That plugins forget: somebody who left or took back what he agreed to, or a whole neighbourhood that removed one.

A row here is asked of the plugin again until it says that it is done; then the host deletes what is left itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.installs.model import (
    ERASURES,
    INSTALLS,
    JOB_RUNS,
    KEYS,
    MESSAGES,
    PROFILE_FIELDS,
    PULSES,
    SUBJECTS,
    PluginErasure,
)
from core_db.installs.pairs import person_behind
from core_db.installs.profile import take_back_what_it_filled_in

#: After so many tries in vain the plugin is not waited for: the host deletes what is left without it.
TRIES = 6
#: Between two tries, by how many there were.
PAUSES = tuple(timedelta(minutes=one) for one in (1, 10, 60, 360, 1_440))


def want_forgotten(
    session: Session, plugin_id: str, community_id: str, *, pair: str = "", at: datetime
) -> None:
    """Have a plugin forget the one behind a pair, or all of a neighbourhood. Asked twice it is one asking."""
    same = (ERASURES.c.plugin_id == plugin_id) & (ERASURES.c.community_id == community_id)
    waiting = same & (ERASURES.c.pair == pair) & ERASURES.c.done_at.is_(None)
    if session.execute(select(ERASURES.c.id).where(waiting)).first() is None:
        asked = PluginErasure(
            id=new_id(), plugin_id=plugin_id, community_id=community_id, pair=pair, asked_at=at, next_try=at
        )
        session.add(asked)
        session.flush()


def want_person_forgotten(session: Session, subject_ids: Sequence[str], *, at: datetime) -> None:
    """Have every plugin that knows one of these ids forget him."""
    known = select(SUBJECTS.c.plugin_id, SUBJECTS.c.community_id, SUBJECTS.c.pair).where(
        SUBJECTS.c.subject_id.in_(subject_ids)
    )
    for row in session.execute(known).all():
        want_forgotten(session, row.plugin_id, row.community_id, pair=row.pair, at=at)


def due_erasures(session: Session, *, actor: Actor, clock: Clock, limit: int = 50) -> Sequence[Any]:
    """What is to be asked of plugins now, the oldest first; for the host's job."""
    _job_alone(actor)
    open_ones = ERASURES.c.done_at.is_(None) & (ERASURES.c.next_try <= clock.now())
    return session.execute(select(ERASURES).where(open_ones).order_by(ERASURES.c.id).limit(limit)).all()


def erasure_failed(session: Session, erasure_id: str, *, actor: Actor, clock: Clock) -> bool:
    """The plugin did not manage; when it is asked again. False: it was asked often enough, go on without it."""
    _job_alone(actor)
    erasure = session.get_one(PluginErasure, erasure_id)
    erasure.attempts += 1
    erasure.next_try = clock.now() + PAUSES[min(erasure.attempts, len(PAUSES)) - 1]
    session.flush()
    return erasure.attempts < TRIES


def erasure_done(session: Session, erasure_id: str, rows: int, *, actor: Actor, clock: Clock) -> None:
    """It is forgotten: by the plugin, and whatever it left, by the host; the pair leads nowhere any more."""
    _job_alone(actor)
    erasure = session.get_one(PluginErasure, erasure_id)
    erasure.done_at, erasure.rows = clock.now(), rows
    if (person_id := _behind(session, erasure)) is not None:
        take_back_what_it_filled_in(session, erasure.plugin_id, erasure.community_id, person_id)
    its = (SUBJECTS.c.plugin_id == erasure.plugin_id) & (SUBJECTS.c.community_id == erasure.community_id)
    session.execute(delete(SUBJECTS).where(its, SUBJECTS.c.pair == erasure.pair if erasure.pair else its))
    if not erasure.pair:
        _forget_neighbourhood(session, erasure)
    session.flush()
    record(
        session, action="plugin.forgot", actor=actor, clock=clock, object=f"plugin/{erasure.plugin_id}",
        reference=f"place/{erasure.community_id}", outcome="person" if erasure.pair else "neighbourhood",
        right=None,
    )  # fmt: skip


def end_of_keeping(session: Session, *, actor: Actor, clock: Clock) -> int:
    """What removed plugins kept for a while is asked to go, once that is over; how many neighbourhoods."""
    _job_alone(actor)
    now = clock.now()
    over = INSTALLS.c.keep_until < local_date(now)
    ended = update(INSTALLS).where(over).values(keep_until=None, ran_version="")
    rows = session.execute(ended.returning(INSTALLS.c.plugin_id, INSTALLS.c.community_id)).all()
    for row in rows:
        want_forgotten(session, row.plugin_id, row.community_id, at=now)
    return len(rows)


def _behind(session: Session, erasure: PluginErasure) -> str | None:
    return person_behind(session, erasure.plugin_id, erasure.community_id, erasure.pair)


def _forget_neighbourhood(session: Session, erasure: PluginErasure) -> None:
    for table in (KEYS, MESSAGES, JOB_RUNS, PULSES, PROFILE_FIELDS):
        its = (table.c.plugin_id == erasure.plugin_id) & (table.c.community_id == erasure.community_id)
        session.execute(delete(table).where(its))


def _job_alone(actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM:
        raise NotFound()
