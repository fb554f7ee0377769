"""What is sealed opens at its own place, with its own installation's key, and nowhere else."""

import dataclasses
from contextlib import suppress

import pytest
from sqlalchemy import delete, insert, update
from sqlmodel import select

from core_db.audit import audit_key, witness_key
from core_db.foundation.ciphers import Sealing
from core_db.foundation.errors import StorageAway
from core_db.foundation.fields import FieldClass
from core_db.foundation.house_keys import HouseKeys, keys_in
from core_db.foundation.ids import new_id
from core_db.foundation.sealing import (
    DATA_KEYS,
    DataKey,
    Keyring,
    SealBroken,
    SealedPlace,
    has_met_something_sealed,
    is_masked,
    is_the_mask,
    masked_id_number,
    masked_name,
    masked_phone,
    meets_nothing_sealed_yet,
    shows_mask,
)
from tests.databases import open_door

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


def test_what_is_shown_of_a_value_is_told_from_a_value():
    for shown in (
        masked_phone(PHONE),
        masked_phone("110"),
        masked_id_number("31011319900101123X"),
        " 138＊＊＊＊1234 ",
    ):
        assert is_masked(shown)
        assert shows_mask(shown)
    assert shows_mask(masked_name("王"))
    for value in (PHONE, "31011319900101123X", "A*STAR", "王小明"):
        assert not is_masked(value)
        assert not shows_mask(value)
    # A name with stars is no number.
    assert not is_masked(masked_name("王小明"))


def test_a_name_with_stars_of_its_own_is_told_from_what_the_mask_shows():
    assert all(is_the_mask(said, masked_name) for said in ("孙**", " 孙＊＊ ", "***"))
    assert not any(is_the_mask(said, masked_name) for said in ("宝山**印刷厂", "孙小明"))


def test_a_session_knows_whether_something_sealed_was_met_in_it_and_from_when(door, sealed):
    def meet(session):
        said = [has_met_something_sealed(session)]
        for deed in (
            lambda: door.keyring.seal(session, PHONE, PLACE, FieldClass.F2),
            lambda: meets_nothing_sealed_yet(session),
            lambda: door.keyring.unseal(session, sealed, PLACE),
            lambda: meets_nothing_sealed_yet(session),
        ):
            deed()
            said.append(has_met_something_sealed(session))
        return said

    assert door.write_now(meet) == [False, True, False, True, False]


def test_a_key_with_a_long_number_opens_what_it_sealed(door, sealed):
    """The number of a data key stands in two bytes of what it sealed, and the first of them is mostly nothing."""
    given_anew = (300).to_bytes(2, "big")
    door.write_now(lambda session: session.execute(update(DATA_KEYS).values(id=300)) and None)

    assert opened(door, sealed[:1] + given_anew + sealed[3:], keyring=Keyring(door.keyring.keys)) == PHONE


def test_the_first_key_of_a_neighbourhood_is_of_the_first_epoch(door, sealed):
    mine = select(DataKey.epoch).where(DataKey.community_id == "here")

    assert door.read_now(lambda session: session.exec(mine).all()) == [1]


@pytest.mark.parametrize("sealing", Sealing)
def test_a_value_is_looked_for_under_todays_index_first(door, sealing):
    keyring = Keyring(door.keyring.keys, sealing)

    assert keyring.blinds("here", PHONE)[0] == keyring.blind("here", PHONE)
    assert len(set(keyring.blinds("here", PHONE))) == len(Sealing)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_seals_holds_up_nobody_who_seals_or_wraps_the_same_key_anew(door, settings, sealed):
    """Only whoever destroys a key waits for those who seal with it."""
    beside = open_door(settings)

    def seal(session):
        return door.keyring.seal(session, PHONE, PLACE, FieldClass.F2)

    def while_another_does(session):
        seal(session)
        beside.write_now(seal)
        beside.write_now(lambda other: other.execute(update(DATA_KEYS).values(wrapped_by=1)) and None)
        with pytest.raises(StorageAway):
            beside.write_now(lambda other: other.execute(delete(DATA_KEYS)) and None)

    door.write_now(while_another_does)

    beside.close()


LONG_AGO = Keyring(HouseKeys(keys_in("a secret of long ago, as long as any other")))
#: A data key as it stood in its row, a value sealed with it, and the index under which it was found.
KEPT_SINCE = {
    Sealing.AES: (
        "288affa1b7eedeecef95e15528338ec4a8aa625203203137ff380a6dbe5c9d761a5d167a369ae2cd09db40f7371399ab435a1d37"
        "4b2d99d8931ddde8",
        "0100010000000000000000000000003f8f8def871fb78c3a9b9d7b4e37e9a9883074454b9fcad18f3ed7",
        "966a113040e09f6a4698d4a5c9b4190e",
    ),
    Sealing.SM: (
        "e00c675c236e4719917c67c79a8f26d2eaa892f94b9e4e296330c7abb1c3d3b16bda77e43110408b5d12453a",
        "020001000000000000000000000000136eb5fed0136e6d9cd58f21b798bd56d7fe4b1936088ee69bb8b8",
        "81806d9b7dfd58c7b3590137c99e79c8",
    ),
}


@pytest.mark.parametrize("sealing", Sealing)
def test_what_was_sealed_long_ago_opens_and_is_found_with_every_release(door, sealing):
    """How keys are worked out of an installation's secret never changes: whoever changes it has lost what he sealed."""
    wrapped, sealed, blind = map(bytes.fromhex, KEPT_SINCE[sealing])
    keyring, place = Keyring(LONG_AGO.keys, sealing), dataclasses.replace(PLACE, row_id="p1")
    row = {
        "id": 1, "community_id": "here", "field_class": "F2", "epoch": 1, "wrapped": wrapped, "wrapped_by": 1,
        "alg": keyring.family.alg, "made_at": keyring.clock.now(),
    }  # fmt: skip

    def keep(session):
        session.execute(delete(DATA_KEYS))
        session.execute(insert(DATA_KEYS), row)

    door.write_now(keep)

    assert opened(door, sealed, place, keyring) == PHONE
    assert keyring.blind("here", PHONE) == blind


def test_who_signs_the_record_and_how_it_names_a_place_never_changes():
    assert LONG_AGO.pseudonym("clients", "192.0.2.1") == "9c94ff4536effc6241baa365e3f15d38"
    assert str(audit_key(LONG_AGO)) == (
        "shequyun/audit/c802595f27837c26+b055c110+AdYgXqUCRrm9OZC2dDY+VpdZH6p0ZOsATZ4nBQU8VZUJ"
    )
    assert str(witness_key(LONG_AGO)) == (
        "shequyun/witness/48746f85034904b7+796dd59c+BGYF/RBSe/wLllLCaECESPfrWhqTLRIeesRGwW5WCNGj"
    )
