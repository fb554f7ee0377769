"""What stands beside the record, held against it: the reads that residents are told of, and the histories of cases.

Whatever is not as the record says was altered, unless an event of the record says that it was erased or dropped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select, text
from sqlmodel import Session

from core_db.access.forgetting import READS_DROPPED
from core_db.audit import EVENTS, is_pseudonym
from core_db.cases import Histories, examine_histories
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import Keyring
from core_db.foundation.tables import UtcTime
from core_db.mydata import KINDS
from core_db.reveals import deferred_now

_SAME = """
event.action = 'data.read' AND event.at = read.at AND event.object = read.field AND event.classes = read.field_class
AND event.purpose = read.purpose AND event.role = read.actor_role
AND (event.reference = read.reference OR read.reference LIKE 'person/%' OR read.reference LIKE 'account/%')
"""
#: Reads that no event tells, and events of reads that residents are not told of and that are not over their time.
_UNTOLD = text(f"""
SELECT read.seq FROM access_events AS read LEFT JOIN audit_events AS event ON event.id = read.audit_id
  AND {_SAME} WHERE read.audit_id IS NOT NULL AND event.id IS NULL
UNION ALL
SELECT event.seq FROM audit_events AS event LEFT JOIN access_events AS read ON read.audit_id = event.id
  WHERE event.action = 'data.read' AND read.seq IS NULL AND event.at >= :kept_since
""").bindparams(bindparam("kept_since", type_=UtcTime))
#: Reads, and the events that tell them, with the key of whoever it was about; a destroyed key proves nothing any more.
_NAMED = text("""
SELECT read.seq, read.subject_id, event.subject, keys.key FROM access_events AS read
  JOIN audit_events AS event ON event.id = read.audit_id
  JOIN audit_subjects AS keys ON keys.subject_id = read.subject_id
UNION ALL
SELECT read.seq, read.actor_id, event.actor, keys.key FROM access_events AS read
  JOIN audit_events AS event ON event.id = read.audit_id
  JOIN audit_subjects AS keys ON keys.subject_id = read.actor_id
""")
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found. `reads` are numbers of reads or events that do not agree; `deferred` looks are told later."""

    reads: Sequence[int]
    histories: Histories
    deferred: int
    #: Reads from before this moment were dropped, as the record says; None where none were.
    reads_since: datetime | None

    @property
    def is_whole(self) -> bool:
        return not (self.reads or self.histories.altered or self.histories.rewritten)


def gather_evidence(session: Session, keyring: Keyring | None, *, now: datetime | None = None) -> Evidence:
    """Hold reads and histories against the record; that the record itself is whole, `verify_record` says.

    Without the installation's key it cannot be told of whom an event is, only that there is one.
    """
    since = _reads_since(session)
    untold = session.execute(_UNTOLD, {"kept_since": since or _BEGINNING}).scalars().all()
    wrong = _misnamed(session, keyring) if keyring is not None else []
    return Evidence(
        reads=[*untold, *wrong], histories=examine_histories(session), reads_since=since,
        deferred=deferred_now(session, now=now) if now is not None else 0,
    )  # fmt: skip


def _misnamed(session: Session, keyring: Keyring) -> list[int]:
    """Reads of which the record names somebody else. Only who has the installation's key can say."""
    return [
        row.seq
        for row in session.execute(_NAMED)
        if not is_pseudonym(keyring, row.subject, row.subject_id, row.key)
    ]


def _reads_since(session: Session) -> datetime | None:
    """As the record says: a line that only the database has lets go of nothing, nor one that drops too young ones."""
    said = select(EVENTS.c.at, EVENTS.c.reference).where(EVENTS.c.action == READS_DROPPED)
    dropped = [
        (row.at, datetime.fromisoformat(row.reference.removeprefix("before/")))
        for row in session.execute(said)
    ]
    at_least = timedelta(days=KINDS["access-events"].at_least)
    return max((before for at, before in dropped if before <= at - at_least), default=None)
