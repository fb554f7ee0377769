"""Changing the locks: new data keys at once for whatever is written, and old values sealed anew piece by piece.

A rotation is a state of the rows, not a process: a value whose key is not the newest of its neighbourhood and
class has still to be sealed anew. So whoever takes it up after a fault goes on where it stood, an old key is
destroyed when nothing is sealed with it, and nobody waits longer than for one piece. Blind indexes are written
anew with their values, because they are made with the installation's own key.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlmodel import Session

from core_db.foundation.door import Door
from core_db.foundation.fields import Sealed
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import DATA_KEYS, SealBroken, SealedPlace, keyring_of
from core_db.migrations.tables import all_tables

EVERYTHING = across(Across.ROTATION)
#: So many values a transaction.
AT_ONCE = 500
Tell = Callable[[int], None]


class SealedColumn(NamedTuple):
    """A column of sealed values, the blind index of the same values, and within whose keys they are sealed."""

    table: Table
    values: Column[Any]
    blind: Column[Any] | None
    sealed: Sealed

    @property
    def id(self) -> Column[Any]:
        return self.table.c.id

    def within(self, community_id: str) -> ColumnElement[bool] | None:
        """The rows sealed within this neighbourhood or scope; None where there can be none."""
        if self.sealed.column is not None:
            return self.table.c[self.sealed.column] == community_id
        return self.values.is_not(None) if self.sealed.scope == community_id else None


class Rotated(NamedTuple):
    """What a rotation did: values sealed anew, old keys destroyed, old keys that something is still sealed with."""

    values: int
    destroyed: int
    left: int


def sealed_columns() -> Iterator[SealedColumn]:
    """Every column of sealed values, as the tables say it themselves."""
    for table in all_tables().sorted_tables:
        blind_of = {column.info["blind_of"]: column for column in table.c if "blind_of" in column.info}
        for column in table.c:
            if (sealed := column.info.get("sealed")) is not None:
                yield SealedColumn(table, column, blind_of.get(column.name), sealed)


def is_under_way(session: Session, community_id: str | None = None) -> bool:
    """Is there a key whose values are still to be sealed anew, or one that an older installation's key wraps?"""
    return bool(old_keys(session, community_id)) or wrapped_by_another(session)


def wrapped_by_another(session: Session) -> bool:
    """Is there a new key of the installation that nothing was done with yet?"""
    newest = keyring_of(session).keys.newest.id
    foreign = select(DATA_KEYS.c.id).where(DATA_KEYS.c.wrapped_by != newest).limit(1)
    return session.execute(foreign).first() is not None


def begin_rotation(session: Session, community_id: str | None = None) -> int:
    """A new epoch for every neighbourhood and class, or for those of one; whatever is sealed from now on is of it.

    Where an installation's key is new, every old data key is wrapped by it as well: the one before is then
    needed by copies alone. Then all neighbourhoods begin anew, because their blind indexes change with it.
    """
    keyring, begun = keyring_of(session), 0
    if wrapped_by_another(session):
        community_id = None
    newest = keyring.keys.newest.id
    for key in _newest_keys(session, community_id):
        keyring.make(session, key.community_id, key.field_class, epoch=key.epoch + 1)
        begun += 1
    for key in session.execute(select(DATA_KEYS).where(DATA_KEYS.c.wrapped_by != newest)).all():
        wrapped = keyring.wrapped_anew(key)
        session.execute(update(DATA_KEYS).where(DATA_KEYS.c.id == key.id).values(wrapped))
    session.info.pop("sealing_with", None)
    return begun


def finish_rotation(door: Door, community_id: str | None = None, *, tell: Tell = lambda _n: None) -> Rotated:
    """Seal anew whatever is not of the newest epoch. May be broken off at any moment, and begun again."""
    values = destroyed = left = 0
    for key in door.read_now(partial(old_keys, community_id=community_id), reach=EVERYTHING):
        done = _seal_all_anew(door, key, tell)
        # Whoever was sealing when the epoch began may have come in behind us: once more, until nobody did.
        while not (gone := door.write_now(partial(destroy_unused, key_id=key.id), reach=EVERYTHING)):
            late = _seal_all_anew(door, key, tell)
            done += late
            if not late:
                break
        values, destroyed, left = values + done, destroyed + gone, left + (not gone)
    return Rotated(values, destroyed, left)


def old_keys(session: Session, community_id: str | None = None) -> list[Row[Any]]:
    """Data keys that are not the newest of their neighbourhood and class."""
    newer = DATA_KEYS.alias()
    is_old = (
        select(newer.c.id)
        .where(newer.c.community_id == DATA_KEYS.c.community_id, newer.c.epoch > DATA_KEYS.c.epoch)
        .where(newer.c.field_class == DATA_KEYS.c.field_class)
        .exists()
    )
    statement = select(DATA_KEYS).where(is_old).order_by(DATA_KEYS.c.id)
    if community_id is not None:
        statement = statement.where(DATA_KEYS.c.community_id == community_id)
    return list(session.execute(statement))


def destroy_unused(session: Session, key_id: int) -> bool:
    """Destroy a data key that nothing is sealed with; False if something is."""
    # Waits for everybody who is sealing with it at this moment, and sees what they sealed.
    mine = select(DATA_KEYS).where(DATA_KEYS.c.id == key_id).with_for_update()
    key = session.execute(mine).first()
    if key is None:
        return True
    for column in sealed_columns():
        which = _sealed_with(column, key)
        if which is not None and session.execute(select(column.id).where(which).limit(1)).first():
            return False
    session.execute(delete(DATA_KEYS).where(DATA_KEYS.c.id == key_id))
    return True


def reseal_some(session: Session, key: Row[Any], column: SealedColumn, after: str) -> tuple[int, str | None]:
    """Seal one piece of a column anew: how many, and the last row seen; None when there was nothing more."""
    which = _sealed_with(column, key)
    if which is None:
        return 0, None
    statement = select(column.table).where(which, column.id > after).order_by(column.id).limit(AT_ONCE)
    rows = session.execute(statement).all()
    changes = [change for row in rows if (change := _sealed_anew(session, row, column))]
    if changes:
        # Only where nobody wrote another value in the meantime.
        as_it_was = (column.id == bindparam("its_id"), column.values == bindparam("as_it_was"))
        kept: dict[Any, Any] = {column.values: bindparam("anew")}
        if column.blind is not None:
            kept[column.blind] = bindparam("blind")
        session.execute(update(column.table).where(*as_it_was).values(kept), changes)
    return len(changes), rows[-1].id if rows else None


def _newest_keys(session: Session, community_id: str | None) -> list[Row[Any]]:
    old = {key.id for key in old_keys(session, community_id)}
    statement = select(DATA_KEYS).order_by(DATA_KEYS.c.id)
    if community_id is not None:
        statement = statement.where(DATA_KEYS.c.community_id == community_id)
    return [key for key in session.execute(statement) if key.id not in old]


def _seal_all_anew(door: Door, key: Row[Any], tell: Tell) -> int:
    done = 0
    for column in sealed_columns():
        after: str | None = ""
        while after is not None:
            piece = partial(reseal_some, key=key, column=column, after=after)
            count, after = door.write_now(piece, reach=EVERYTHING)
            done += count
            tell(count)
    return done


def _sealed_with(column: SealedColumn, key: Row[Any]) -> ColumnElement[bool] | None:
    """The values whose second and third byte say this key."""
    within = column.within(key.community_id)
    if within is None:
        return None
    number = func.substr(column.values, 2, 2, type_=LargeBinary)
    return and_(within, number == key.id.to_bytes(2, "big"))


def _sealed_anew(session: Session, row: Row[Any], column: SealedColumn) -> dict[str, Any] | None:
    keyring, values = keyring_of(session), row._asdict()
    was, community_id = values[column.values.name], column.sealed.community_of(values)
    place = SealedPlace(
        table=column.table.name, column=column.values.name, row_id=row.id, community_id=community_id
    )
    try:
        clear = keyring.unseal(session, was, place).in_the_clear()
    except SealBroken:
        # It has been said aloud. Its key stays, in case the value comes back from a copy; the others go on.
        return None
    field_class = column.values.info["field_class"]
    return {
        "its_id": row.id, "as_it_was": was, "anew": keyring.seal(session, clear, place, field_class),
        "blind": keyring.blind(community_id, clear),
    }  # fmt: skip
