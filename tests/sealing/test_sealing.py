"""What is sealed opens at its own place, with its own installation's key, and nowhere else."""

import dataclasses
from contextlib import suppress

import pytest
from sqlmodel import select

from core_db.foundation.fields import FieldClass
from core_db.foundation.house_keys import HouseKeys, keys_in
from core_db.foundation.ids import new_id
from core_db.foundation.sealing import (
    DataKey,
    Keyring,
    SealBroken,
    SealedPlace,
    masked_id_number,
    masked_name,
    masked_phone,
)

PHONE = "13812341234"
PLACE = SealedPlace(table="persons", column="phone_sealed", row_id=new_id(), community_id="here")


@pytest.fixture
def sealed(door):
    return door.write_now(lambda session: door.keyring.seal(session, PHONE, PLACE, FieldClass.F2))


def opened(door, sealed, place=PLACE, keyring=None):
    return door.read_now(
        lambda session: (keyring or door.keyring).unseal(session, sealed, place).in_the_clear()
    )


def test_what_is_sealed_opens_at_its_place(door, sealed):
    assert opened(door, sealed) == PHONE
    assert PHONE.encode() not in sealed


@pytest.mark.parametrize(
    "moved",
    [{"row_id": new_id()}, {"column": "id_number_sealed"}, {"table": "accounts"}, {"community_id": "there"}],
    ids=lambda moved: next(iter(moved)),
)
def test_what_was_moved_does_not_open(door, sealed, moved):
    with pytest.raises(SealBroken):
        opened(door, sealed, dataclasses.replace(PLACE, **moved))


@pytest.mark.parametrize("byte", [0, 1, 2, 3, 14, 15, -1])
def test_what_was_altered_does_not_open(door, sealed, byte):
    altered = bytearray(sealed)
    altered[byte] ^= 1

    with pytest.raises(SealBroken):
        opened(door, bytes(altered))


def test_another_installations_key_does_not_open_it(door, sealed):
    with pytest.raises(SealBroken):
        opened(door, sealed, keyring=Keyring(HouseKeys(keys_in("another installation's secret"))))


def test_a_key_made_in_what_failed_is_not_used_again(door):
    def fails(session):
        door.keyring.seal(session, PHONE, PLACE, FieldClass.F3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        door.write_now(fails)
    sealed = door.write_now(lambda session: door.keyring.seal(session, PHONE, PLACE, FieldClass.F3))

    assert opened(door, sealed) == PHONE
    assert opened(door, sealed, keyring=Keyring(door.keyring.keys)) == PHONE


def test_a_key_made_in_a_row_that_was_refused_is_not_used_for_the_next(door):
    def import_two(session):
        with suppress(ZeroDivisionError), session.begin_nested():
            door.keyring.seal(session, "refused", PLACE, FieldClass.F3)
            raise ZeroDivisionError
        return door.keyring.seal(session, PHONE, PLACE, FieldClass.F3)

    sealed = door.write_now(import_two)

    assert opened(door, sealed) == PHONE
    assert opened(door, sealed, keyring=Keyring(door.keyring.keys)) == PHONE


def test_a_number_that_is_given_twice_opens_what_it_belongs_to_now(door):
    """A key that was opened before what made it was undone; then its number was given to another."""

    def fails(session):
        sealed = door.keyring.seal(session, PHONE, PLACE, FieldClass.F3)
        assert door.keyring.unseal(session, sealed, PLACE).in_the_clear() == PHONE
        raise ZeroDivisionError

    there = dataclasses.replace(PLACE, community_id="there")
    with pytest.raises(ZeroDivisionError):
        door.write_now(fails)
    sealed = door.write_now(lambda session: door.keyring.seal(session, PHONE, there, FieldClass.F2))

    assert opened(door, sealed, there) == PHONE
    assert opened(door, sealed, there, keyring=Keyring(door.keyring.keys)) == PHONE


@pytest.mark.parametrize("turn", [1, -1], ids=["there last", "there first"])
def test_every_neighbourhood_and_class_has_a_key_of_its_own(door, turn):
    before = door.read_now(lambda session: len(session.exec(select(DataKey)).all()))
    there = dataclasses.replace(PLACE, community_id="there")
    sealed = [(PLACE, FieldClass.F2), (PLACE, FieldClass.F2), (PLACE, FieldClass.F3), (there, FieldClass.F2)]

    def seal(session):
        for place, field_class in sealed[::turn]:
            door.keyring.seal(session, PHONE, place, field_class)

    door.write_now(seal)

    after = door.read_now(lambda session: len(session.exec(select(DataKey)).all()))
    assert after - before == 3


def test_two_seals_of_one_value_look_different(door):
    first, second = (
        door.write_now(lambda session: door.keyring.seal(session, PHONE, PLACE, FieldClass.F2))
        for _ in range(2)
    )

    assert first != second


def test_a_blind_index_finds_within_its_scope_alone(door):
    keyring = door.keyring

    assert keyring.blind("here", PHONE) == keyring.blind("here", PHONE)
    assert keyring.blind("here", PHONE) != keyring.blind("there", PHONE)
    assert keyring.blind("here", PHONE) != Keyring(HouseKeys(keys_in("another"))).blind("here", PHONE)
    assert len(keyring.blind("here", PHONE)) == 16


def test_what_people_may_see_of_it():
    assert masked_phone(PHONE) == "138****1234"
    assert masked_phone("110") == "****"
    assert masked_id_number("310113199001011234") == "310113********1234"
    assert masked_id_number("310113900101123") == "310113*****1123"
    assert masked_id_number("3101") == "****"
    assert masked_name("王小明") == "王**"
    assert masked_name("王") == "王*"
    assert masked_name("") == ""


@pytest.mark.parametrize("number", ["57761234", "4008123456"])
def test_of_a_short_number_nothing_is_seen_for_what_is_left_could_be_tried(number):
    assert masked_phone(number) == "****"
    assert masked_id_number("E1234567890123"[:14]) == "****"
