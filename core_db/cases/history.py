"""The history of cases, held in the record: no entry changes unseen, and what the law wants erased can be.

Each entry has a salted digest; once a minute the digests of what is new are put together in one event of the record.
So raising a case costs nothing for it. An erasure is an event too: of which case, when and on what ground.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime
from functools import partial
from hashlib import sha256
from hmac import compare_digest
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from core_db.audit import EVENTS, FORGETTING, KEPT_ENTRIES, moment_text, record
from core_db.cases.model import ENTRIES
from core_db.cases.said import rewritten, say_anew
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.door import Door
from core_db.foundation.ids import new_id, new_salt
from core_db.foundation.later import insert_rows
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across

EVERYTHING = across(Across.JOB)
KEEPER = system_actor("histories")
KEPT, ERASED = "history.kept", "history.erased"
#: Entries held in one transaction, and how far back one may still turn up: positions are given out before the commit.
PIECE, BACK = 500, 2_000
#: Below every position, also those that somebody made up.
BEFORE_ALL = -(2**62)
#: What an entry may have besides, and those from before have not: it counts where it is there.
HELD = ("said", "shown", "until", "for_id")
SAID = [column for column in ENTRIES.c if column.name not in ("position", *HELD)]
_said = attrgetter("position", *(column.name for column in SAID))
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Erased:
    """That words of a case were erased: an event of the record says so."""

    at: datetime
    case_id: str
    ground: str


@dataclass(kw_only=True)
class Histories:
    """What was found: entries held, those that are not what is held, cases rewritten beside them, what was erased."""

    kept: int = 0
    altered: set[int] = field(default_factory=set)
    #: Cases that do not say or show any more what was raised, though their history does.
    rewritten: set[str] = field(default_factory=set)
    erased: list[Erased] = field(default_factory=list)


def keep_histories(door: Door, *, clock: Clock, back: int | None = BACK) -> None:
    """Hold every entry written since the last time; with `back=None` also those that an import committed late.

    What is new is looked for outside the writer.
    """
    while positions := door.read_now(partial(_new, back=back), reach=EVERYTHING):
        door.write_now(partial(_keep_new, positions=positions, clock=clock), reach=EVERYTHING)


@contextmanager
def erasing(session: Session, case_id: str, ground: str, *, at: datetime) -> Iterator[None]:
    """Within it alone may words and names of this case's history be changed; the record says that they were.

    `ground` is a code: `erasure`, or the kind of record whose time is over.
    """
    session.execute(insert(FORGETTING), {"case_id": case_id, "at": at})
    yield
    session.flush()
    say_anew(session, case_id)
    changed = [
        (row, kept.version + 1)
        for row, kept in _held(session, case_id)
        if not _fits(kept.salt, kept.digest, row)
    ]
    gone = KEPT_ENTRIES.c.position.in_([row.position for row, _version in changed])
    session.execute(update(KEPT_ENTRIES).where(gone).values(salt=b""))
    _keep(session, changed, ERASED, f"case/{case_id}", ground, clock=HeldClock(at))
    session.execute(delete(FORGETTING).where(FORGETTING.c.case_id == case_id))


def examine_histories(session: Session) -> Histories:
    """Read every entry again; about 20 µs each. That the events themselves are whole, `verify_record` says."""
    found, sums = Histories(), dict[str, Any]()
    # The events first: what is held or erased while this reads stands in a later one.
    events = session.execute(_events(after=0)).all()
    _read_all(session, found, sums)
    for event in events:
        first, together = sums.pop(event.id, (_first_of(event.reference), sha256()))
        if event.action == ERASED:
            found.erased.append(Erased(event.at, event.reference.removeprefix("case/"), event.purpose))
        if together.hexdigest() != event.outcome:
            found.altered.add(first)
    later = {event.id for event in session.execute(_events(after=events[-1].seq if events else 0))}
    # What says that it stands in an event which is not there was written by another hand.
    found.altered.update(first for event_id, (first, _sum) in sums.items() if event_id not in later)
    found.altered.update(_new(session, back=None, before=_newest(session) - BACK))
    found.rewritten = {case_id for case_id, _position in rewritten(session)}
    return found


def _events(*, after: int) -> Any:
    here = (EVENTS.c.action.in_((KEPT, ERASED)), EVENTS.c.seq > after)
    return select(EVENTS).where(*here).order_by(EVENTS.c.seq)


def _new(session: Session, *, back: int | None, before: int | None = None) -> Sequence[int]:
    """The positions of entries that nothing holds yet."""
    here = select(KEPT_ENTRIES.c.position).where(KEPT_ENTRIES.c.position == ENTRIES.c.position)
    statement = select(ENTRIES.c.position).where(~here.exists()).order_by(ENTRIES.c.position).limit(PIECE)
    if back is not None:
        statement = statement.where(ENTRIES.c.position > _newest(session) - back)
    if before is not None:
        statement = statement.where(ENTRIES.c.position < before)
    return session.execute(statement).scalars().all()


def _newest(session: Session) -> int:
    return session.execute(select(func.max(KEPT_ENTRIES.c.position))).scalar() or 0


def _keep_new(session: Session, *, positions: Sequence[int], clock: Clock) -> None:
    here = ENTRIES.c.position.in_(positions)
    rows = session.execute(select(ENTRIES).where(here).order_by(ENTRIES.c.position)).all()
    where = f"{positions[0]}-{positions[-1]}"
    _keep(session, [(row, 1) for row in rows], KEPT, where, "", clock=clock)


def _keep(
    session: Session, rows: Sequence[tuple[Any, int]], deed: str, reference: str, ground: str, *, clock: Clock
) -> None:  # fmt: skip
    """Write the digests, and the event that puts them together."""
    event_id, together, kept = new_id(), sha256(), []
    for row, version in rows:
        salt = new_salt()
        digest = _digest(salt, row)
        together.update(digest)
        kept.append({
            "position": row.position, "version": version, "case_id": row.case_id, "salt": salt, "digest": digest,
            "kept_in": event_id,
        })  # fmt: skip
    if kept:
        insert_rows(session, KEPT_ENTRIES, kept)
    record(
        session, action=deed, object="case_entries", reference=reference, purpose=ground,
        outcome=together.hexdigest(), actor=KEEPER, clock=clock, id=event_id, right=None)  # fmt: skip


def _held(session: Session, case_id: str) -> Sequence[tuple[Any, Any]]:
    """The entries of a case that are held, each with its newest digest."""
    kept = select(KEPT_ENTRIES).where(KEPT_ENTRIES.c.case_id == case_id).order_by(KEPT_ENTRIES.c.version)
    newest = {one.position: one for one in session.execute(kept)}
    rows = session.execute(select(ENTRIES).where(ENTRIES.c.case_id == case_id).order_by(ENTRIES.c.position))
    return [(row, newest[row.position]) for row in rows if row.position in newest]


def _fits(salt: bytes, digest: bytes, row: Any) -> bool:
    return compare_digest(_digest(salt, row), digest)


def _digest(salt: bytes, row: Any) -> bytes:
    """SHA-256 over salt and entry; all its columns in their order, as JSON, moments as the record spells them."""
    said = [moment_text(value) if isinstance(value, datetime) else value for value in _said(row)]
    said += [f"{name}:{_spelled(value)}" for name in HELD if (value := getattr(row, name)) is not None]
    return sha256(salt + _as_json(said).encode()).digest()


def _spelled(value: bytes | datetime | str) -> str:
    if isinstance(value, str):
        return value
    return moment_text(value) if isinstance(value, datetime) else value.hex()


def _read_all(session: Session, found: Histories, sums: dict[str, Any]) -> None:
    """Compare every entry that is held with its newest digest, and put all digests together again."""
    after = BEFORE_ALL
    while rows := session.execute(_page(session, after)).all():
        for position, versions in groupby(rows, key=lambda row: row.kept_position):
            found.kept += 1
            for row in versions:
                sums.setdefault(row.kept_kept_in, (position, sha256()))[1].update(row.kept_digest)
            # The loop's last is the newest.
            if row.position is None or not _fits(row.kept_salt, row.kept_digest, row):
                found.altered.add(position)
            after = position


def _page(session: Session, after: int) -> Any:
    """The next digests, all versions of each, beside the entries as they read now."""
    kept = [column.label(f"kept_{column.name}") for column in KEPT_ENTRIES.c]
    further = KEPT_ENTRIES.c.position > after
    some = select(KEPT_ENTRIES.c.position).distinct().where(further).order_by(KEPT_ENTRIES.c.position)
    last = session.execute(
        select(func.coalesce(func.max(some.limit(PIECE).subquery().c.position), after))
    ).scalar()
    return (
        select(*kept, ENTRIES)
        .outerjoin_from(KEPT_ENTRIES, ENTRIES, ENTRIES.c.position == KEPT_ENTRIES.c.position)
        .where(further, KEPT_ENTRIES.c.position <= last)
        .order_by(KEPT_ENTRIES.c.position, KEPT_ENTRIES.c.version)
    )


def _first_of(reference: str) -> int:
    """The first position that an event of the record names; of an erasure it names the case alone."""
    first = reference.split("-", maxsplit=1)[0]
    return int(first) if first.isdigit() else 0
