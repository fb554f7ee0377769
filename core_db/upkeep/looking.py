"""The look at night: is the file whole, is the record unbroken? What was found is kept for whoever watches.

A broken file ends writing (see `damage`). A record that was altered is told, and nothing else: refusing residents'
cases mends no record, and would be what whoever altered it may have wanted.
"""

from datetime import datetime, time

from sqlmodel import Session

from core_db.audit import Trouble, audit_key, verify_record
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.loggers import get_logger
from core_db.foundation.reach import Across, across
from core_db.foundation.settings import Settings
from core_db.relay import keep_note, note_of
from core_db.upkeep.damage import damage_found, mark_damaged, mind_damage

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


def look_through(door: Door, settings: Settings, *, clock: Clock) -> None:
    """Read the whole file and the whole record; end writing where the file is broken."""
    if settings.is_embedded and (found := damage_found(settings.sqlite_path)):
        mark_damaged(settings, found, clock=clock)
        log.error("database_damaged", fault="; ".join(found), count=len(found))
        mind_damage(door, settings)
        return
    first = door.read_now(_first_altered, reach=EVERYTHING)
    if first is not None:
        log.error("record_altered", position=first.seq, kind=first.kind)
    look = {"at": clock.now().isoformat(), "first_altered": first.seq if first else None}
    door.write_now(lambda session: keep_note(session, LOOK, look), reach=across(Across.JOB))


def _first_altered(session: Session) -> Trouble | None:
    return verify_record(session.connection(), key=audit_key(session.info["keyring"])).first


def last_look(session: Session) -> Look | None:
    """What was found the last time, by whichever process looked; None before the first night."""
    note = note_of(session, LOOK)
    return Look(datetime.fromisoformat(note["at"]), note["first_altered"]) if note else None
