"""The record: its events in one unbroken row, the tree over them, what was signed, and what others witnessed.

Nothing here is ever changed or removed; triggers of the database refuse it. Only the keys of pseudonyms go.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.outbox import BigKey
from core_db.foundation.tables import Table, id_column, long_text, moment_column, text_column


class AuditEvent(Table, table=True):
    """One deed. `seq` begins at 1 and has no gap; `prev` is the `leaf` before, `leaf` the hash of the entry."""

    __tablename__ = "audit_events"

    seq: int = Field(sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=False))
    id: str = Field(sa_column=id_column(unique=True))
    at: datetime = Field(sa_column=moment_column())
    #: The pseudonym of whoever did it; of the system its name.
    actor: str = Field(sa_column=text_column())
    role: str = Field(sa_column=text_column())
    #: The place at which he holds that role.
    node: str = Field(sa_column=text_column())
    action: str = Field(sa_column=text_column())
    #: The pseudonym of whoever it was about; empty for nobody.
    subject: str = Field(sa_column=text_column())
    object: str = Field(sa_column=text_column())
    purpose: str = Field(sa_column=text_column())
    reference: str = Field(sa_column=text_column())
    classes: str = Field(sa_column=text_column())
    outcome: str = Field(sa_column=text_column())
    #: From where, as a keyed hash that tells two places apart and names neither.
    client: str = Field(sa_column=text_column())
    prev: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False))
    leaf: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False))


class AuditSubject(Table, table=True):
    """The key of somebody's pseudonym; empty once destroyed. Then nobody can say any more whose events they were."""

    __tablename__ = "audit_subjects"

    subject_id: str = Field(sa_column=text_column(primary_key=True))
    key: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False))


class AuditNode(Table, table=True):
    """The hash over the 2^level leaves from `place * 2^level` on, once all of them are there. Leaves are level 0."""

    __tablename__ = "audit_nodes"

    level: int = Field(sa_column=SqlColumn(SmallInteger, primary_key=True, autoincrement=False))
    place: int = Field(sa_column=SqlColumn(BigInteger, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False))


class AuditCheckpoint(Table, table=True):
    """The first `size` events put into one hash and signed. The tree has grown exactly so far."""

    __tablename__ = "audit_checkpoints"

    size: int = Field(sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=moment_column())
    note: str = Field(sa_column=long_text())


class AuditCosignature(Table, table=True):
    """That somebody outside saw a checkpoint which goes on from the one he had seen before."""

    __tablename__ = "audit_cosignatures"
    __table_args__ = (Index(None, "size"),)

    position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True)
    )
    size: int = Field(sa_column=SqlColumn(BigInteger, nullable=False))
    at: datetime = Field(sa_column=moment_column())
    line: str = Field(sa_column=long_text())


class WitnessedLog(Table, table=True):
    """The last checkpoint that we, as somebody's witness, have seen of his record."""

    __tablename__ = "witnessed_logs"

    origin: str = Field(sa_column=text_column(primary_key=True))
    size: int = Field(sa_column=SqlColumn(BigInteger, nullable=False))
    at: datetime = Field(sa_column=moment_column())
    #: As we cosigned it.
    note: str = Field(sa_column=long_text())


EVENTS = cast(SqlTable, AuditEvent.__table__)  # type: ignore[attr-defined]
SUBJECTS = cast(SqlTable, AuditSubject.__table__)  # type: ignore[attr-defined]
NODES = cast(SqlTable, AuditNode.__table__)  # type: ignore[attr-defined]
CHECKPOINTS = cast(SqlTable, AuditCheckpoint.__table__)  # type: ignore[attr-defined]
COSIGNATURES = cast(SqlTable, AuditCosignature.__table__)  # type: ignore[attr-defined]
WITNESSED = cast(SqlTable, WitnessedLog.__table__)  # type: ignore[attr-defined]
