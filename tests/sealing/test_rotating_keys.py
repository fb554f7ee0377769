"""Keys are replaced while everything goes on, and whoever is killed on the way loses nothing."""

import pytest
from sqlalchemy import select, update

from core_db.accounts.codes import account_of_phone
from core_db.finding import found_by_number, registers_of
from core_db.foundation.ciphers import FAMILIES, SM4_GCM, Sealing
from core_db.foundation.clock import local_date
from core_db.foundation.fields import F2
from core_db.foundation.house_keys import HouseKeys
from core_db.foundation.sealing import DATA_KEYS, Keyring, SealBroken, SealedPlace
from core_db.people.queries import PERSONS
from core_db.upkeep import begin_rotation, finish_rotation, is_under_way, rotating
from tests.databases import open_door
from tests.sealing.conftest import data_keys, keys_in_use, opened


def rotate(door):
    door.write_now(begin_rotation)
    return finish_rotation(door)


def values_of(door):
    return {place: value for place, (value, _key, _blind) in opened(door).items()}


def test_every_value_is_sealed_anew_and_the_old_keys_are_gone(door, given, people):
    given.resident()
    people(3)
    before, old = values_of(door), {key.id for key in data_keys(door)}

    done = rotate(door)

    assert len(before) >= 5
    assert values_of(door) == before
    assert done.values == len(before)
    assert done.left == 0
    assert done.destroyed == len(old) == len(data_keys(door))
    assert not {key.id for key in data_keys(door)} & old
    assert all(key.epoch == 2 for key in data_keys(door))


def test_what_is_written_after_the_beginning_is_of_the_new_epoch_at_once(door, people, settings):
    people(1)
    other = open_door(settings)
    (old,) = keys_in_use(door)
    door.write_now(begin_rotation)

    # Another process, which knows the old key well.
    assert opened(other)
    place = SealedPlace(table="t", column="c", row_id="r", community_id=data_keys(door)[0].community_id)
    sealed = other.write_now(lambda session: other.keyring.seal(session, "x", place, F2))
    other.close()

    assert int.from_bytes(sealed[1:3], "big") != old


def test_one_neighbourhood_alone_gets_new_keys(door, given, people):
    given.resident()
    given.resident_next_door()
    accounts = {key.id for key in data_keys(door) if key.community_id == "accounts"}

    door.write_now(lambda session: begin_rotation(session, given.community.id))
    assert finish_rotation(door, "nowhere") == (0, 0, 0)
    finish_rotation(door, given.community.id)

    keys = data_keys(door)
    assert {key.epoch for key in keys if key.community_id == given.community.id} == {2}
    assert {key.epoch for key in keys if key.community_id != given.community.id} == {1}
    assert accounts <= {key.id for key in keys}


def test_a_new_key_of_the_installation_is_all_that_is_needed_afterwards(door, given, people):
    people(3)
    before = door.keyring.keys.newest
    new = door.keyring.keys.add()

    assert door.read_now(is_under_way)
    rotate(door)

    assert new.id == before.id + 1
    assert {key.wrapped_by for key in data_keys(door)} == {new.id}
    assert len(opened(door, Keyring(HouseKeys([new])))) == 3
    assert not door.read_now(is_under_way)


def test_another_process_learns_of_the_new_key_by_itself(door, people, settings):
    people(2)
    other = open_door(settings)
    assert opened(other)

    door.keyring.keys.add()
    rotate(door)

    assert opened(other) == opened(door)
    other.close()


def test_whoever_is_looked_for_is_found_before_in_the_middle_and_afterwards(door, given, people, monkeypatch):
    resident, worker = given.resident(phone="13912345678"), given.worker()
    monkeypatch.setattr(rotating, "AT_ONCE", 1)

    def looked_up(session, *, actor, clock):
        today = local_date(clock.now())
        return found_by_number(session, "phone", "13912345678", registers_of(session, actor), today=today)

    def is_found():
        seen = given.see(looked_up, by=worker)
        account = door.write_now(lambda s: account_of_phone(s, "13912345678", now=given.clock.now()))
        return [person.id for person in seen] == [resident.person_id] and account == resident.id

    assert is_found()
    door.keyring.keys.add()
    assert is_found()
    door.write_now(begin_rotation)
    assert is_found()
    finish_rotation(door, tell=lambda _count: is_found() or pytest.fail("lost in the middle"))
    assert is_found()


def test_values_move_from_one_family_of_ciphers_to_the_other_and_back(door, people):
    people(3)
    before = values_of(door)

    for sealing in (Sealing.SM, Sealing.AES):
        door.keyring.family = FAMILIES[sealing]
        rotate(door)
        assert {key.alg for key in data_keys(door)} == {FAMILIES[sealing].alg}
        assert values_of(door) == before


def test_both_families_open_side_by_side(door, given, people):
    people(2)
    sm = Keyring(door.keyring.keys, Sealing.SM)
    place = SealedPlace(table="t", column="c", row_id="r", community_id="elsewhere")

    sealed = door.write_now(lambda session: sm.seal(session, "王明", place, F2))

    assert sealed[0] == SM4_GCM
    # A process that is still set to the other family opens it, and finds what was indexed there.
    assert door.read_now(lambda s: door.keyring.unseal(s, sealed, place)).in_the_clear() == "王明"
    assert sm.blind("here", "1") in door.keyring.blinds("here", "1")
    assert sm.blind("here", "1") != door.keyring.blind("here", "1")


def test_a_value_that_does_not_open_keeps_its_key_and_stops_nobody_else(door, people, caplog):
    people(4)
    (old,) = keys_in_use(door)
    altered = update(PERSONS).where(PERSONS.c.id == "p0000001").values(phone_sealed=_altered(door))
    door.write_now(lambda session: session.execute(altered) and None)

    done = rotate(door)

    assert (done.values, done.destroyed, done.left) == (3, 0, 1)
    assert old in {key.id for key in data_keys(door)}
    assert "persons.phone_sealed" in caplog.text
    with pytest.raises(SealBroken):
        opened(door)


def _altered(door):
    mine = select(PERSONS.c.phone_sealed).where(PERSONS.c.id == "p0000001")
    value = door.read_now(lambda session: session.execute(mine).scalar_one())
    return value[:-1] + bytes([value[-1] ^ 1])


def test_a_value_written_in_the_meantime_is_not_overwritten(door, given, people):
    people(1)
    door.write_now(begin_rotation)
    key = door.read_now(rotating.old_keys)[0]
    column = next(c for c in rotating.sealed_columns() if c.values.name == "phone_sealed")

    def at_the_same_time(session):
        was = session.execute(select(PERSONS.c.phone_sealed)).scalar_one()
        change = rotating._sealed_anew(session, session.execute(select(PERSONS)).one(), column)
        session.execute(update(PERSONS).values(phone_sealed=None, phone_blind=None))
        assert change["as_it_was"] == was
        return rotating.reseal_some(session, key, column, "")

    assert door.write_now(at_the_same_time) == (0, None)
    assert opened(door) == {}


def test_an_old_key_is_destroyed_only_when_nothing_is_sealed_with_it(door, people):
    people(1)
    (key,) = keys_in_use(door)

    assert not door.write_now(lambda session: rotating.destroy_unused(session, key))
    assert door.write_now(lambda session: rotating.destroy_unused(session, 60_000))


@pytest.mark.parametrize("missing", ["data key", "installation's key"])
def test_without_its_key_a_value_says_so(door, people, missing):
    people(1)
    gone = DATA_KEYS.delete() if missing == "data key" else DATA_KEYS.update().values(wrapped_by=9)
    door.write_now(lambda session: session.execute(gone) and None)

    with pytest.raises(SealBroken) as broken:
        opened(door, Keyring(door.keyring.keys))

    assert "打不开" in broken.value.sentence("zh")
    assert "does not open" in broken.value.sentence("en")
