"""The outbox: facts written in the transaction of the change they tell. No commit, no fact; no fact lost.

Facts wait in the session and are inserted when the unit of work closes. On PostgreSQL that happens under
one advisory lock held until the commit is visible, so positions become visible strictly in order and a
reader may simply go on from the last position it saw.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

from pydantic import BaseModel
from sqlalchemy import BigInteger, Connection, Integer, Table, bindparam, func, select, text
from sqlalchemy import Column as SqlColumn
from sqlmodel import Field, Session

from core_db.foundation.actor import Actor, Grant
from core_db.foundation.fields import F0, held
from core_db.foundation.ids import new_id
from core_db.foundation.later import Later
from core_db.foundation.tables import Table as TableModel
from core_db.foundation.tables import id_column, json_column, moment_column, text_column

#: The advisory lock under which facts take their position on PostgreSQL.
POSITIONS_LOCK = 715_001
CHANNEL = "shequyun_facts"
BigKey = BigInteger().with_variant(Integer(), "sqlite")


class OutboxRow(TableModel, table=True):
    """One fact. `audience` holds the keys of those who may learn of it; `data` holds ids, never names or text."""

    __tablename__ = "outbox"

    position: int | None = Field(
        default=None, sa_column=SqlColumn(BigKey, primary_key=True, autoincrement=True, **held(F0))
    )
    id: str = Field(sa_column=id_column(unique=True))
    type: str = Field(sa_column=text_column(F0))
    community_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    subject: str = Field(sa_column=text_column(F0))
    audience: list[str] = Field(sa_column=json_column(F0))
    data: dict[str, Any] = Field(sa_column=json_column(F0))
    occurred_at: datetime = Field(sa_column=moment_column(index=True))
    #: For whoever reads the table by hand: the role of the right that was used.
    actor_role: str = Field(sa_column=text_column(F0))


OUTBOX = cast(Table, OutboxRow.__table__)  # type: ignore[attr-defined]
_READ = [column for column in OUTBOX.c if column is not OUTBOX.c.actor_role]
_AFTER = (
    select(*_READ)
    .where(OUTBOX.c.position > bindparam("its_position"))
    .order_by(OUTBOX.c.position)
    .limit(bindparam("most"))
)
_FACTS = Later(90, table=OUTBOX)
#: Waits for its turn, and has the bell rung at the commit.
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(:key), pg_notify(:channel, '')")


class Fact(NamedTuple):
    """A fact as read from the outbox, in order. Its fields are the table's columns in their order, without the role."""

    position: int
    id: str
    type: str
    community_id: str | None
    subject: str
    audience: tuple[str, ...]
    data: dict[str, Any]
    occurred_at: datetime

    @property
    def short_type(self) -> str:
        """`cn.shequyun.case.accepted.v1` as clients know it: `case.accepted`."""
        return _short(self.type)


@lru_cache(maxsize=256)
def _short(kind: str) -> str:
    return kind.removeprefix("cn.shequyun.").rsplit(".v", 1)[0]


def emit(
    session: Session,
    event: BaseModel,
    *,
    actor: Actor,
    at: datetime,
    audience: Iterable[str],
    right: Grant | None,
) -> None:
    """Tell a fact: it reaches the outbox in this transaction, or not at all. `right` is the one that was used,
    None where nobody's is: a resident's own, a job's."""
    pending: list[dict[str, Any]] = session.info.setdefault("facts", [])
    if right is not None and right.giver_id is not None:
        event = event.model_copy(update={"acted_by": actor.id, "acted_for": right.giver_id})
    pending.append(
        {
            "id": new_id(),
            "type": event.type,  # type: ignore[attr-defined]
            "community_id": getattr(event, "community_id", None),
            "subject": event.subject,  # type: ignore[attr-defined]
            "audience": sorted(set(audience)),
            "data": event.model_dump(mode="json", exclude_none=True),
            "occurred_at": at,
            "actor_role": str(actor.role_in(right)),
        }
    )


def store_facts(connection: Connection, facts: Sequence[dict[str, Any]]) -> None:
    """Write what a unit of work has to tell, as its last act before the commit."""
    if not facts:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_TURN, {"key": POSITIONS_LOCK, "channel": CHANNEL})
    _FACTS.write(connection, facts)


def facts_after(session: Session, position: int, *, limit: int = 500) -> list[Fact]:
    """The next facts in order. Never skips one that is still being committed."""
    found = session.connection().execute(_AFTER, {"its_position": position, "most": limit}).all()
    return [_fact(row) for row in found]


def newest_position(session: Session) -> int:
    """The position of the newest fact, 0 when there is none."""
    return session.execute(select(func.max(OUTBOX.c.position))).scalar() or 0


def oldest_position(session: Session) -> int:
    """The position of the oldest fact still kept, 0 when there is none."""
    return session.execute(select(func.min(OUTBOX.c.position))).scalar() or 0


def _fact(row: Any) -> Fact:
    """By the order of the columns: a row that is asked for each by its name looks for an attribute in vain first."""
    *before, audience, data, occurred_at = row
    return Fact._make((*before, tuple(audience), data, occurred_at))
