"""An installation whose key lies in a file, so that it can be replaced; and what its rows are sealed with."""

from collections import Counter

import pytest
from sqlalchemy import select

from core_db.foundation.fields import F2
from core_db.foundation.sealing import DATA_KEYS, SealedPlace
from core_db.people import Person
from core_db.upkeep.rotating import sealed_columns
from tests.databases import SECRET, settings_for


@pytest.fixture
def settings(database_url, tmp_path):
    (tmp_path / "secret.key").write_text(SECRET)
    (tmp_path / "secret.key").chmod(0o400)
    settings = settings_for(database_url, tmp_path)
    return settings.model_copy(update={"secret_key": None, "secret_key_file": tmp_path / "secret.key"})


@pytest.fixture
def people(door, given):
    """`people(20)`: so many people with telephones in a neighbourhood, and their numbers by id."""

    def enter(count, first=0):
        numbers = {f"p{first + n:07}": f"1390000{first + n:04}" for n in range(count)}
        door.write_now(lambda session: _enter(session, door.keyring, given, numbers))
        return numbers

    return enter


def _enter(session, keyring, given, numbers):
    here, now = given.community.id, given.clock.now()
    for person_id, number in numbers.items():
        place = SealedPlace(table="persons", column="phone_sealed", row_id=person_id, community_id=here)
        session.add(
            Person(
                id=person_id, community_id=here, name="王明", source="tests", created_at=now, updated_at=now,
                phone_sealed=keyring.seal(session, number, place, F2), phone_blind=keyring.blind(here, number),
            )
        )  # fmt: skip


def opened(door, keyring=None):
    """Every sealed value of the database: `{(table, column, row): (value, key id, blind index)}`."""
    return door.read_now(lambda session: dict(_opened(session, keyring or door.keyring)))


def _opened(session, keyring):
    for column in sealed_columns():
        for row in session.execute(select(column.table).where(column.values.is_not(None))).mappings():
            name, value = column.values.name, row[column.values.name]
            place = SealedPlace(
                table=column.table.name, column=name, row_id=row["id"],
                community_id=column.sealed.community_of(row),
            )  # fmt: skip
            clear = keyring.unseal(session, value, place).in_the_clear()
            blind = row[column.blind.name] if column.blind is not None else None
            yield (column.table.name, name, row["id"]), (clear, int.from_bytes(value[1:3], "big"), blind)


def keys_in_use(door):
    return Counter(key for _value, key, _blind in opened(door).values())


def data_keys(door):
    return door.read_now(lambda session: session.execute(select(DATA_KEYS).order_by(DATA_KEYS.c.id)).all())
