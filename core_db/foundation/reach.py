"""How far a session reaches: the neighbourhoods, offices and the account its work is about, told to the database.

It is the second line: what a query forgot to narrow, the database narrows (see `walls`). A session without a
reach reads nothing of any neighbourhood. Work that has no neighbourhood of its own says so by a name of `Across`.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.lean import dataclass

#: The setting of PostgreSQL that carries a reach: its keys, with commas between them.
SETTING = "shequyun.reach"
#: Where a connection keeps a reach that its transaction has not been told yet.
_UNTOLD = "untold reach"
_IN_LINE = f"SELECT set_config('{SETTING}', %s, true)"
EVERYWHERE = "*"
#: What is sealed for the whole district is sealed with keys of these names, and everybody reaches them.
DISTRICT_WIDE = ("accounts", "answers", "feedback", "mydata")
#: As libpq says that an order was carried out, and that no transaction has begun.
_DONE, _IDLE = 1, 0
#: Roles whose nodes open no rows: handlers reach what was handed to their firm, these administrators nobody.
#: The security administrator gives roles in each place below his node, and holds its row while he does.
_OPENING_NOTHING = frozenset({Role.CONTRACTOR, Role.SYSADMIN, Role.AUDITOR})


class Across(StrEnum):
    """Who may work across all neighbourhoods. Each name is a decision; whoever adds one gives its reason here."""

    #: Signing in finds an account before anybody knows where its owner lives.
    SIGN_IN = "sign-in"
    #: Facts are told to everybody's pages; each socket is asked for its own keys.
    RELAY = "relay"
    #: Deadlines, reminders and tidying are of the whole district, and nobody asked for them in person.
    JOB = "job"
    #: Somebody at the machine: imports, exports, appointments.
    COMMAND = "command"
    #: The demo and its tests are laid out before anybody lives in them.
    PREPARATION = "preparation"
    #: Checks and copies look at everything and change nothing.
    UPKEEP = "upkeep"
    #: Keys turn everywhere, and whatever was sealed with an old one is sealed anew.
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class Reach:
    """Ids of places, organisations and accounts that rows may belong to; or everything, by name."""

    keys: frozenset[str]
    across: Across | None = None
    text: str = field(init=False)

    def __post_init__(self) -> None:
        keys = (EVERYWHERE,) if self.across else (*DISTRICT_WIDE, *sorted(self.keys))
        object.__setattr__(self, "text", ",".join(keys))

    def with_keys(self, *keys: str) -> "Reach":
        return self if self.across or self.keys.issuperset(keys) else Reach(self.keys.union(keys))


NOWHERE = Reach(frozenset())
_ACROSS = {why: Reach(frozenset(), why) for why in Across}


def across(why: Across) -> Reach:
    """Everything, for a reason that has a name."""
    return _ACROSS[why]


def reach_of(actor: Actor) -> Reach:
    """Where he lives and where he holds a role, what was handed to his organisation, and what is his own."""
    if actor.kind is ActorKind.SYSTEM:
        return across(Across.JOB)
    if not actor.is_signed_in:
        return NOWHERE
    return _reach_to(frozenset((*actor.himself, *actor.communities, *nodes_of(actor), *actor.organisations)))


#: One and the same comes again and again, and its text is long.
_reach_to = lru_cache(maxsize=1024)(Reach)


def nodes_of(actor: Actor) -> tuple[str, ...]:
    """The nodes at which he holds a role that opens rows there."""
    return tuple(grant.place_id for grant in actor.grants if grant.role not in _OPENING_NOTHING)


def together(reaches: Iterable[Reach]) -> Reach:
    """As far as all of them: for what a group of operations writes in one go."""
    keys: set[str] = set()
    for one in reaches:
        if one.across:
            return one
        keys |= one.keys
    return Reach(frozenset(keys))


def reach_in(session: Session) -> Reach:
    """How far the session reaches; a session that nobody gave a reach reaches nowhere."""
    reach: Reach = session.info.get("reach", NOWHERE)
    return reach


def widen(session: Session, *keys: str) -> None:
    """Let the rest of this operation reach what it has just been found to have business with.

    For use cases, after their check: a contractor writes in the history and the counters of a neighbourhood
    that is not his, a newcomer asks to be bound to a home there.
    """
    before = reach_in(session)
    reach = before.with_keys(*keys)
    if reach is not before:
        session.info["reach"] = reach
        stand_in(session.connection(), reach)


# -- telling PostgreSQL -----------------------------------------------------------------------------


def stand_in(connection: Connection, reach: Reach) -> None:
    """From here to the end of the transaction the connection reaches so far. Gone with commit and rollback.

    Whoever says it first begins the transaction with the same message. Where reading goes without transactions
    it holds until the next one takes the connection.
    """
    info = connection.info
    info.pop(_UNTOLD, None)
    if connection.dialect.name == "sqlite":
        # The conditions are the session's; noted for whoever watches what is said on the connection.
        info["reach"] = reach
        return
    driver: Any = connection.connection.driver_connection
    if driver.autocommit:
        info["reach"] = reach.text
        said = _said(driver, f"SET {_as_setting(reach.text)}")
    elif driver.pgconn.pipeline_status:
        said = False
    else:
        begin = "BEGIN; " if driver.pgconn.transaction_status == _IDLE else ""
        said = _said(driver, f"{begin}SET LOCAL {_as_setting(reach.text)}")
    if not said:
        # In line with the others, or to hear from SQLAlchemy what is wrong.
        connection.exec_driver_sql(_IN_LINE, (reach.text,))


def stand_in_when_asked(connection: Connection, reach: Reach) -> None:
    """The same, told with the first statement: an operation whose rows all wait for the end of its group has none."""
    if connection.dialect.name == "sqlite":
        stand_in(connection, reach)
    else:
        connection.info[_UNTOLD] = reach


def tell_reach(connection: Connection, *_statement: Any) -> None:
    """For the engine's `before_cursor_execute`: no statement goes out before the reach it is to have."""
    reach: Reach | None = connection.info.get(_UNTOLD)
    if reach is not None:
        stand_in(connection, reach)


def forget_untold(connection: Connection) -> None:
    """For the engine's `begin`: what a transaction did not come to tell is nothing to the next."""
    connection.info.pop(_UNTOLD, None)


class _Asked(threading.local):
    text = ""


_asked = _Asked()


@contextmanager
def asking(reach: Reach) -> Iterator[None]:
    """With this around it, a connection that is taken from the pool for reading reaches so far."""
    _asked.text = reach.text
    try:
        yield
    finally:
        _asked.text = ""


def stand_where_asked(driver: Any, record: Any, _proxy: Any) -> None:
    """For the pool's `checkout`: whoever takes a connection has his own reach, never the one before him's.

    Reads run without transactions, so the setting stays with the connection; it is sent when it is another.
    """
    wanted, info = _asked.text, record.info
    if info.get("reach", "") == wanted:
        return
    # If it fails half-way nobody knows what stands there.
    info["reach"] = None
    if not _said(driver, f"SET {_as_setting(wanted)}"):
        raise DisconnectionError("the line is dead")
    info["reach"] = wanted


def _as_setting(text: str) -> str:
    """A reach as the server takes it. Its keys are ids; none of them ends a string."""
    return f"{SETTING} = '" + text.replace("'", "''") + "'"


def _said(driver: Any, order: str) -> bool:
    """Send an order that has no answer by the driver's own short way. False: it was not taken."""
    return bool(driver.pgconn.exec_(order.encode()).status == _DONE)
