"""Recording a deed: one row in the transaction of the deed, in one unbroken row of all of them.

Events wait until the group of operations commits; then, under one lock, they take the next numbers, and each holds
the hash of the one before. An event that cannot be written undoes the deed: nobody gets an answer that is in no record.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from core_db.audit.model import EVENTS
from core_db.audit.pseudonyms import name_of, pseudonym
from core_db.audit.tree import leaf_hash
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.came import came_in
from core_db.foundation.clock import Clock
from core_db.foundation.ids import new_id
from core_db.foundation.later import Later, Row, later
from core_db.foundation.sealing import keyring_of

#: The advisory lock under which events take their number on PostgreSQL. Taken before that of the facts, always.
AUDIT_LOCK = 715_003
#: The first line of every entry: what follows is in the order of docs/audit-format.md. Events that do not say how
#: they came are of the first format, and hashed as they were.
FORMAT, FIRST_FORMAT = "shequyun.audit/2", "shequyun.audit/1"
#: Before the first event.
BEGINNING = bytes(32)
FIELDS = (
    "id", "at", "actor", "role", "node", "action", "subject", "object", "purpose", "reference", "classes", "outcome",
    "client", "channel", "request", "acts_for",
)  # fmt: skip
#: What the second format says besides.
ADDED = 3
#: References that name a person or an account.
NAMING = ("person", "account")
_LAST = "SELECT seq, leaf FROM audit_events ORDER BY seq DESC LIMIT 1"


def record(
    session: Session, *, action: str, actor: Actor, clock: Clock, subject_id: str = "", object: str = "",
    purpose: str = "", reference: str = "", classes: str = "", outcome: str = "done", client: str = "",
    id: str = "", right: Grant | None,
) -> str:  # fmt: skip
    """Write a deed down with this transaction or not at all; returns the event's id.

    Codes and ids alone: no name, no number, no free text. `subject_id` is kept as a pseudonym, `client` (an
    address) as a keyed hash; a `reference` to a person or an account becomes a pseudonym like the subject's.
    `id` is for whoever needs it beforehand; `right` is the one that was used, which whoever keeps several posts has to
    be asked for: his first may stand next door. How it came, the session knows.
    """
    came, used = came_in(session), right or next(iter(actor.grants), None)
    row = {
        "id": id or new_id(), "at": clock.now(), "actor": name_of(session, actor), "role": _role(actor, right),
        "node": used.place_id if used else "", "action": action,
        "subject": pseudonym(session, subject_id) if subject_id else "", "object": object, "purpose": purpose,
        "reference": _reference(session, reference), "classes": classes, "outcome": outcome,
        "client": keyring_of(session).pseudonym("clients", client) if client else "",
        "channel": came.way.value, "request": came.request, "acts_for": _acts_for(session, actor, right),
    }  # fmt: skip
    if any("\n" in str(value) for value in row.values()):
        raise ValueError(f"a field of {action} has two lines: an entry has one for each")
    later(session, TRAIL, row)
    return str(row["id"])


def entry_of(seq: int | str, fields: Sequence[str], prev: bytes) -> bytes:
    """What is hashed: one line for each field. Without a line feed in any of them it can be read in one way only."""
    is_first = not any(fields[-ADDED:])
    said = (FIRST_FORMAT, str(seq), *fields[:-ADDED]) if is_first else (FORMAT, str(seq), *fields)
    return "\n".join((*said, prev.hex())).encode()


def moment_text(at: datetime) -> str:
    """`2026-11-26T02:13:40.123456Z`, however the database keeps moments."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def take_turn(connection: Connection) -> None:
    """Wait until nobody else adds to the record. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        driver.execute("SELECT pg_advisory_xact_lock(%s)", (AUDIT_LOCK,))


class Trail(Later):
    """Events that wait for their number."""

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Number, chain and write them. A refusal is the storage's fault, never a key that somebody else took."""
        faults = (DBAPIError, connection.dialect.loaded_dbapi.Error)
        try:
            take_turn(connection)
            super().write(connection, list(_chained(rows, *_last(connection))))
        except faults as fault:
            raise OperationalError("audit_events", None, getattr(fault, "orig", fault)) from fault


TRAIL = Trail(95, table=EVENTS)


def _last(connection: Connection) -> tuple[int, bytes]:
    # Past SQLAlchemy: on PostgreSQL the group's statements travel without waiting for answers, and here is one.
    driver: Any = connection.connection.driver_connection
    found = driver.execute(_LAST).fetchone()
    return (found[0], bytes(found[1])) if found else (0, BEGINNING)


def _chained(rows: Sequence[Row], seq: int, prev: bytes) -> Iterator[dict[str, Any]]:
    for row in rows:
        seq += 1
        fields = [moment_text(row["at"]) if name == "at" else row[name] for name in FIELDS]
        leaf = leaf_hash(entry_of(seq, fields, prev))
        yield {"seq": seq, **row, "prev": prev, "leaf": leaf}
        prev = leaf


def _reference(session: Session, reference: str) -> str:
    """`person/<id>` names somebody, so it is a pseudonym here as well."""
    kind, _, named = reference.partition("/")
    return f"{kind}/{pseudonym(session, named)}" if kind in NAMING and named else reference


def _acts_for(session: Session, actor: Actor, right: Grant | None) -> str:
    giver_id = actor.acts_for(right)
    return pseudonym(session, giver_id) if giver_id else ""


def _role(actor: Actor, right: Grant | None) -> str:
    return actor.role_in(right).value if actor.is_signed_in or actor.grants else actor.kind.value
