"""Deliveries: each listener gets each fact it asked for, in order for one subject, until it has taken it.

A `Listener` acts inside: its work and the note that it is done are one commit, so it happens exactly once.
A `Messenger` acts outside (a message, a webhook): it may act again when it died before its note was kept.
Who fails is tried again by the schedule and keeps only his own facts about that subject waiting.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlmodel import Session

from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import Fact, facts_after, newest_position
from core_db.foundation.reach import Across, across
from core_db.relay.model import DELIVERIES, PROGRESS
from core_db.relay.trying import NEVER_CAME_BACK, PAUSES, attempted, in_short, next_try

#: How many facts are written down in one go, and how many are handled in one commit.
PIECE, TOGETHER = 500, 16
#: How long a messenger may be on his way before another one is sent.
ON_THE_WAY = timedelta(minutes=2)
EVERYTHING = across(Across.RELAY)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Somebody with an effect in the database. `types` as clients know them: `case.accepted`, `case.*`."""

    name: str
    types: tuple[str, ...]
    handle: Callable[[Session, Fact, Clock], None]


def _any(_fact: Fact) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Messenger:
    """Somebody with an effect outside; called without a transaction, and perhaps twice for one fact.

    `wants` says of a fact of its types whether it is for him at all; of others no row is written. It is tried
    again `retries` times at most, by the schedule of all.
    """

    name: str
    types: tuple[str, ...]
    carry: Callable[[Fact], None]
    wants: Callable[[Fact], bool] = _any
    retries: int = len(PAUSES)


Recipient = Listener | Messenger


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery whose turn it is; `attempts` counts this one too."""

    listener: str
    position: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was read past a recipient's mark: where that stood, up to where was read, and what of it is his."""

    heard: int | None
    until: int
    his: tuple[Fact, ...] = ()


def deliver_once(
    door: Door, recipients: Sequence[Recipient], *, clock: Clock, seen: dict[str, int] | None = None
) -> int:
    """Write down what is owed and try what is due, until nothing is; returns how many tries were made.

    `seen` is what a process keeps for itself: up to which position it knows that a recipient is owed nothing. With
    it the mark is moved in long steps; without it, at once.
    """
    at_most, seen = (1, {}) if seen is None else (PIECE, seen)
    return sum(_serve(door, one, clock=clock, seen=seen, at_most=at_most) for one in recipients)


def is_for(recipient: Recipient, fact: Fact) -> bool:
    """Whether a fact is owed to somebody at all."""
    if not _is_named(fact.short_type, recipient.types):
        return False
    return isinstance(recipient, Listener) or recipient.wants(fact)


@lru_cache(maxsize=2048)
def _is_named(kind: str, types: tuple[str, ...]) -> bool:
    return any(fnmatchcase(kind, wanted) for wanted in types)


def begin_listening(session: Session, name: str) -> None:
    """A new listener hears what happens from now on; one who is known goes on where it stopped."""
    if _heard_until(session, name) is None:
        session.execute(insert(PROGRESS), {"listener": name, "position": newest_position(session)})


def retire_listener(session: Session, name: str) -> None:
    """Forget one who will not listen again, so that no fact is kept for it."""
    session.execute(delete(DELIVERIES).where(DELIVERIES.c.listener == name))
    session.execute(delete(PROGRESS).where(PROGRESS.c.listener == name))


def deliver_again(session: Session, name: str, *, clock: Clock, position: int | None = None) -> int:
    """Have what was given up tried anew, all of it or one fact; how many that are."""
    given_up = (DELIVERIES.c.listener == name) & DELIVERIES.c.dead_at.is_not(None)
    if position is not None:
        given_up &= DELIVERIES.c.position == position
    anew = update(DELIVERIES).where(given_up).values(dead_at=None, attempts=0, next_try=clock.now())
    return len(session.execute(anew.returning(DELIVERIES.c.position)).all())


def let_pass(session: Session, name: str) -> None:
    """One who is away hears nothing of what happens meanwhile, and no fact is kept for him."""
    session.execute(
        update(PROGRESS).where(PROGRESS.c.listener == name).values(position=newest_position(session))
    )


def _serve(door: Door, recipient: Recipient, *, clock: Clock, seen: dict[str, int], at_most: int) -> int:
    while (ahead := _looked_ahead(door, recipient, seen, at_most=at_most)) is not None:
        door.write_now(partial(_write_down, recipient=recipient, ahead=ahead, clock=clock), reach=EVERYTHING)
    tries = 0
    while door.read_now(partial(_is_due, name=recipient.name, now=clock.now()), reach=EVERYTHING):
        made = _try_due(door, recipient, clock=clock)
        tries += made
        if not made:
            break
    return tries


def _try_due(door: Door, recipient: Recipient, *, clock: Clock) -> int:
    if isinstance(recipient, Listener):
        return door.write_now(partial(_handle_due, listener=recipient, clock=clock), reach=EVERYTHING)
    return _send_due(door, recipient, clock=clock)


# -- writing down what is owed ----------------------------------------------------------------------


def _heard_until(session: Session, name: str, *, alone: bool = False) -> int | None:
    statement = select(PROGRESS.c.position).where(PROGRESS.c.listener == name)
    return session.execute(statement.with_for_update() if alone else statement).scalar()


def _looked_ahead(door: Door, recipient: Recipient, seen: dict[str, int], *, at_most: int) -> Ahead | None:
    """What is to be written down, if anything. What is nobody's business is passed over without a write."""
    after = seen.get(recipient.name, 0)
    ahead = door.read_now(partial(_look_ahead, recipient=recipient, after=after), reach=EVERYTHING)
    if not ahead.his:
        seen[recipient.name] = ahead.until
    # Without a mark he is to be given one; so far behind one, facts would be kept for him which nobody needs.
    return ahead if ahead.his or ahead.heard is None or ahead.until - ahead.heard >= at_most else None


def _look_ahead(session: Session, *, recipient: Recipient, after: int) -> Ahead:
    """The next that is his, or up to where it is known that nothing is; his mark stays behind so far."""
    heard, newest = _heard_until(session, recipient.name), newest_position(session)
    if heard is None:
        return Ahead(None, after)
    after = max(heard, after)
    while after < newest and (facts := facts_after(session, after, limit=PIECE)):
        after = facts[-1].position
        if his := tuple(fact for fact in facts if is_for(recipient, fact)):
            return Ahead(heard, after, his)
    return Ahead(heard, after)


def _write_down(session: Session, *, recipient: Recipient, ahead: Ahead, clock: Clock) -> None:
    """Turn what was read into deliveries and move the mark, in one commit: none twice, none forgotten.

    Everybody waits for whoever writes, so nothing is read here again. Where the mark is no longer where it was,
    somebody else has written them down, and what follows is looked for anew.
    """
    begin_listening(session, recipient.name)
    if ahead.heard is None or _heard_until(session, recipient.name, alone=True) != ahead.heard:
        return
    if ahead.his:
        session.execute(
            insert(DELIVERIES), [_owed_row(fact, recipient, now=clock.now()) for fact in ahead.his]
        )
    mine = PROGRESS.c.listener == recipient.name
    session.execute(update(PROGRESS).where(mine).values(position=ahead.until))


def _owed_row(fact: Fact, recipient: Recipient, *, now: datetime) -> dict[str, Any]:
    return {
        "listener": recipient.name, "position": fact.position, "subject": fact.subject, "attempts": 0,
        "next_try": now,
    }  # fmt: skip


# -- trying -----------------------------------------------------------------------------------------


def _open() -> ColumnElement[bool]:
    return DELIVERIES.c.done_at.is_(None) & DELIVERIES.c.dead_at.is_(None)


def _due(name: str, *, now: datetime) -> Select[Any]:
    """What may be tried now: never one whose forerunner about the same subject is still open.

    The first of a subject is looked up row by row. Asked as what has none before it, PostgreSQL compares each with
    each where it knows nothing yet of a thousand that came at once.
    """
    open_ones = DELIVERIES.alias("open_ones")
    first = select(func.min(open_ones.c.position)).where(
        open_ones.c.listener == DELIVERIES.c.listener,
        open_ones.c.subject == DELIVERIES.c.subject,
        open_ones.c.done_at.is_(None),
        open_ones.c.dead_at.is_(None),
    )
    return (
        select(DELIVERIES.c.position, DELIVERIES.c.attempts)
        .where(DELIVERIES.c.listener == name, _open(), DELIVERIES.c.next_try <= now)
        .where(DELIVERIES.c.position == first.scalar_subquery())
        .order_by(DELIVERIES.c.position)
    )


def _is_due(session: Session, *, name: str, now: datetime) -> bool:
    return session.execute(_due(name, now=now).limit(1)).first() is not None


def _take(session: Session, name: str, *, limit: int, now: datetime) -> list[Owed]:
    rows = session.execute(_due(name, now=now).limit(limit).with_for_update(skip_locked=True))
    return [Owed(name, row.position, row.attempts + 1) for row in rows]


def _fact_of(session: Session, owed: Owed) -> Fact | None:
    facts = facts_after(session, owed.position - 1, limit=1)
    return facts[0] if facts and facts[0].position == owed.position else None


def _handle_due(session: Session, *, listener: Listener, clock: Clock) -> int:
    due = _take(session, listener.name, limit=TOGETHER, now=clock.now())
    for owed in due:
        error = _handle(session, listener, owed, clock=clock)
        _note(session, owed=owed, error=error, now=clock.now())
    return len(due)


def _handle(session: Session, listener: Listener, owed: Owed, *, clock: Clock) -> str | None:
    fact = _fact_of(session, owed)
    if fact is None:
        return "the fact is no longer kept"
    return attempted(session, lambda: listener.handle(session, fact, clock))


def _send_due(door: Door, messenger: Messenger, *, clock: Clock) -> int:
    out = partial(_set_out, name=messenger.name, now=clock.now(), retries=messenger.retries)
    sent = door.write_now(out, reach=EVERYTHING)
    for owed, fact in sent:
        error = _carry(messenger, fact)
        note = partial(_note, owed=owed, error=error, now=clock.now(), retries=messenger.retries)
        door.write_now(note, reach=EVERYTHING)
    return len(sent)


def _set_out(session: Session, *, name: str, now: datetime, retries: int) -> list[tuple[Owed, Fact | None]]:
    """Claim one delivery: counted before it is tried, so that one that kills us ends too."""
    while due := _take(session, name, limit=1, now=now):
        (owed,) = due
        if owed.attempts <= retries + 1:
            session.execute(_at(owed).values(attempts=owed.attempts, next_try=now + ON_THE_WAY))
            return [(owed, _fact_of(session, owed))]
        session.execute(_at(owed).values(dead_at=now, last_error=NEVER_CAME_BACK))
    return []


def _carry(messenger: Messenger, fact: Fact | None) -> str | None:
    if fact is None:
        return "the fact is no longer kept"
    try:
        messenger.carry(fact)
    except Exception as fault:
        # Whatever another's program answers is its matter; ours is to try again later.
        return in_short(fault)
    return None


def _at(owed: Owed) -> Any:
    return update(DELIVERIES).where(
        DELIVERIES.c.listener == owed.listener, DELIVERIES.c.position == owed.position, _open()
    )


def _note(
    session: Session, *, owed: Owed, error: str | None, now: datetime, retries: int = len(PAUSES)
) -> None:
    values: dict[str, Any] = {"attempts": owed.attempts, "last_error": error}
    if error is None:
        values["done_at"] = now
    else:
        again = next_try(owed.attempts, now=now) if owed.attempts <= retries else None
        values |= {"dead_at": now} if again is None else {"next_try": again}
    # One who came home so late that another was sent has nothing to say any more.
    session.execute(_at(owed).where(DELIVERIES.c.attempts <= owed.attempts).values(values))
