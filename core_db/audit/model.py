"""The record: its events in one unbroken row, the tree over them, what was signed, and what others witnessed.

Nothing here is ever changed or removed; triggers of the database refuse it. Only the keys of pseudonyms go.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, held
from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column


class AuditEvent(Table, table=True):
    """One deed. `seq` begins at 1 and has no gap; `prev` is the `leaf` before, `leaf` the hash of the entry."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "at"),)

    seq: int = Field(sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=False, **held(F0)))
    id: str = Field(sa_column=id_column(unique=True))
    at: datetime = Field(sa_column=moment_column())
    #: The pseudonym of whoever did it; of the system its name.
    actor: str = Field(sa_column=text_column(F0))
    role: str = Field(sa_column=text_column(F0))
    #: The place at which he holds that role.
    node: str = Field(sa_column=text_column(F0))
    action: str = Field(sa_column=text_column(F0))
    #: The pseudonym of whoever it was about; empty for nobody.
    subject: str = Field(sa_column=text_column(F0))
    object: str = Field(sa_column=text_column(F0))
    purpose: str = Field(sa_column=text_column(F0))
    reference: str = Field(sa_column=text_column(F0))
    classes: str = Field(sa_column=text_column(F0))
    outcome: str = Field(sa_column=text_column(F0))
    #: From where, as a keyed hash that tells two places apart and names neither.
    client: str = Field(sa_column=text_column(F0))
    #: How it came (`page`, `api`, `socket`, `command`, `job`), and in the course of which request. Events of the
    #: first format have neither, nor `acts_for`.
    channel: str = Field(sa_column=text_column(F0))
    request: str = Field(sa_column=text_column(F0))
    #: The pseudonym of whoever lent him the right he used; empty where it was his own.
    acts_for: str = Field(sa_column=text_column(F0))
    prev: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))
    leaf: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))


class AuditSubject(Table, table=True):
    """The key of somebody's pseudonym; empty once destroyed. Then nobody can say any more whose events they were."""

    __tablename__ = "audit_subjects"

    subject_id: str = Field(sa_column=text_column(F0, primary_key=True))
    key: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))


class AuditNode(Table, table=True):
    """The hash over the 2^level leaves from `place * 2^level` on, once all of them are there. Leaves are level 0."""

    __tablename__ = "audit_nodes"

    level: int = Field(sa_column=SqlColumn(SmallInteger, primary_key=True, autoincrement=False, **held(F0)))
    place: int = Field(sa_column=SqlColumn(BigInteger, primary_key=True, autoincrement=False, **held(F0)))
    hash: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))


class AuditCheckpoint(Table, table=True):
    """The first `size` events put into one hash and signed. The tree has grown exactly so far."""

    __tablename__ = "audit_checkpoints"

    size: int = Field(sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=False, **held(F0)))
    at: datetime = Field(sa_column=moment_column())
    note: str = Field(sa_column=long_text(F0))


class AuditCosignature(Table, table=True):
    """That somebody outside saw a checkpoint which goes on from the one he had seen before."""

    __tablename__ = "audit_cosignatures"
    __table_args__ = (Index(None, "size"),)

    position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    size: int = Field(sa_column=SqlColumn(BigInteger, nullable=False, **held(F0)))
    at: datetime = Field(sa_column=moment_column())
    line: str = Field(sa_column=long_text(F0))


class KeptEntry(Table, table=True):
    """That the record holds an entry of a case's history: a salted digest, which the event `kept_in` puts together.

    An erasure writes the next `version` and destroys the salt of the one before, so that nobody can try out what
    the entry said; the old digest stays, for the events that hold it.
    """

    __tablename__ = "kept_entries"
    __table_args__ = (Index(None, "case_id"),)

    position: int = Field(sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=False, **held(F0)))
    version: int = Field(sa_column=SqlColumn(SmallInteger, primary_key=True, autoincrement=False, **held(F0)))
    case_id: str = Field(sa_column=id_column())
    #: Sixteen random bytes; empty once destroyed.
    salt: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))
    digest: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))
    kept_in: str = Field(sa_column=id_column())


class HistoryForgetting(Table, table=True):
    """That words are being taken out of this history: the triggers let go of them while the line is there.

    It is written and removed in the transaction that erases. What stays of it is an event of the record.
    """

    __tablename__ = "histories_forgetting"

    case_id: str = Field(sa_column=id_column(primary_key=True))
    at: datetime = Field(sa_column=moment_column())


class ReadsForgotten(Table, table=True):
    """That reads from before a moment are dropped: triggers let go of those alone. The record has an event of it."""

    __tablename__ = "reads_forgotten"

    position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    at: datetime = Field(sa_column=moment_column())
    before: datetime = Field(sa_column=moment_column())


class WitnessedLog(Table, table=True):
    """The last checkpoint that we, as somebody's witness, have seen of his record."""

    __tablename__ = "witnessed_logs"

    origin: str = Field(sa_column=text_column(F0, primary_key=True))
    size: int = Field(sa_column=SqlColumn(BigInteger, nullable=False, **held(F0)))
    at: datetime = Field(sa_column=moment_column())
    #: As we cosigned it.
    note: str = Field(sa_column=long_text(F0))


EVENTS = cast(SqlTable, AuditEvent.__table__)  # type: ignore[attr-defined]
SUBJECTS = cast(SqlTable, AuditSubject.__table__)  # type: ignore[attr-defined]
NODES = cast(SqlTable, AuditNode.__table__)  # type: ignore[attr-defined]
CHECKPOINTS = cast(SqlTable, AuditCheckpoint.__table__)  # type: ignore[attr-defined]
COSIGNATURES = cast(SqlTable, AuditCosignature.__table__)  # type: ignore[attr-defined]
KEPT_ENTRIES = cast(SqlTable, KeptEntry.__table__)  # type: ignore[attr-defined]
FORGETTING = cast(SqlTable, HistoryForgetting.__table__)  # type: ignore[attr-defined]
READS_FORGOTTEN = cast(SqlTable, ReadsForgotten.__table__)  # type: ignore[attr-defined]
WITNESSED = cast(SqlTable, WitnessedLog.__table__)  # type: ignore[attr-defined]
