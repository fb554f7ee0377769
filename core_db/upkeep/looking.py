"""The look at night: is the database whole, is the record unbroken? What was found is kept for whoever watches.

SQLite's broken file ends writing (see `damage`). On PostgreSQL each table is read from end to end, and what cannot be
read is told: whoever meets it is told so, and a standby may have it whole. A record that was altered is told, and
nothing else: refusing residents' cases mends no record, and would be what whoever altered it may have wanted.
"""

from datetime import datetime, time

from sqlmodel import Session

from core_db.audit import Trouble, audit_key, verify_record
from core_db.foundation.clock import Clock
from core_db.foundation.database import reaching
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.loggers import get_logger
from core_db.foundation.reach import Across, across
from core_db.foundation.settings import Settings
from core_db.relay import keep_note, note_of
from core_db.upkeep.damage import damage_found, mark_damaged, mind_damage
from core_db.upkeep.pages import broken_indexes, broken_tables

LOOK = "look-through"
#: On the clocks of the place: when the fewest people are about.
AT_NIGHT = time(3, 10)
EVERYTHING = across(Across.UPKEEP)
log = get_logger(__name__)


@dataclass(frozen=True)
class Look:
    """What the last look found: when, and the first event of the record that is not what it was; None: all are."""

    at: datetime
    first_altered: int | None
    #: Tables and indexes of PostgreSQL that cannot be read, named to the log.
    broken: int


def look_through(door: Door, settings: Settings, *, clock: Clock) -> None:
    """Read the whole database and the whole record; end writing where SQLite's file is broken."""
    if settings.is_embedded and (found := damage_found(settings.sqlite_path)):
        mark_damaged(settings, found, clock=clock)
        log.error("database_damaged", fault="; ".join(found), count=len(found))
        mind_damage(door, settings)
        return
    broken = [] if settings.is_embedded else _broken_pages(door)
    if broken:
        log.error("database_damaged", fault="; ".join(broken), count=len(broken))
    first = door.read_now(_first_altered, reach=EVERYTHING)
    if first is not None:
        log.error("record_altered", position=first.seq, kind=first.kind)
    look = {
        "at": clock.now().isoformat(), "first_altered": first.seq if first else None, "broken": len(broken),
    }  # fmt: skip
    door.write_now(lambda session: keep_note(session, LOOK, look), reach=across(Across.JOB))


def _broken_pages(door: Door) -> list[str]:
    with reaching(door.engines, EVERYTHING) as connection:
        indexes = broken_indexes(connection)
        return broken_tables(connection) + (indexes.broken if indexes is not None else [])


def _first_altered(session: Session) -> Trouble | None:
    return verify_record(session.connection(), key=audit_key(session.info["keyring"])).first


def last_look(session: Session) -> Look | None:
    """What was found the last time, by whichever process looked; None before the first night."""
    note = note_of(session, LOOK)
    if not note:
        return None
    return Look(datetime.fromisoformat(note["at"]), note["first_altered"], note.get("broken", 0))
