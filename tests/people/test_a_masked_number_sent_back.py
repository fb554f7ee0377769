"""A number as it was shown, sent back, never takes the place of the real one."""

import string

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from core_db.foundation.errors import CannotBeRead
from core_db.foundation.sealing import is_masked, masked_id_number, masked_phone
from core_db.people import (
    PersonDraft,
    check_digit,
    import_people,
    known_in,
    people_of,
    person_file,
    register_person,
)
from core_db.people.commands import person_with_id_number
from core_db.sheets import SheetRow

PHONE, ID_NUMBER = "13812345678", "11010519491231002X"
mobiles = some.tuples(some.sampled_from("3456789"), some.text("0123456789", min_size=9, max_size=9)).map(
    lambda parts: "1" + "".join(parts)
)
numbers = some.text("0123456789", min_size=17, max_size=17).map(lambda body: body + check_digit(body))


@for_all(phone=mobiles, number=numbers, star=some.sampled_from("*＊•●"))
def test_whatever_was_masked_is_known_as_masked_and_fills_nothing(phone, number, star):
    shown = {"phone": masked_phone(phone), "id_number": masked_id_number(number)}
    typed = {name: text.replace("*", star) for name, text in shown.items()}

    draft = PersonDraft(community_id="here", name="孙伯", **typed)

    assert (draft.phone, draft.id_number, draft.kept) == (None, None, {"phone", "id_number"})
    assert not is_masked(phone)
    assert not is_masked(number)


@for_all(text=some.text(string.digits + "xX-+ ()", max_size=20))
def test_a_number_without_stars_is_never_taken_for_a_masked_one(text):
    assert not is_masked(text)


@pytest.fixture
def uncle(given):
    draft = PersonDraft(community_id=given.community.id, name="孙伯", phone=PHONE, id_number=ID_NUMBER)
    return given.do(register_person, draft, by=given.worker())


def brought_in(given, worker, **cells):
    row = {"楼号": given.building.name, "室号": "101室", "姓名": "孙伯"} | cells
    columns = {"building": "楼号", "room": "室号", "name": "姓名", "phone": "手机", "id_number": "身份证号"}
    known = given.door.read_now(lambda session: known_in(session, given.community.id))
    rows = [SheetRow(2, {"手机": "", "身份证号": ""} | row)]
    return given.do(import_people, known, rows, columns, source="表", by=worker)


def test_a_table_that_was_exported_and_comes_back_changes_no_number(given, door, uncle):
    worker = given.worker()
    brought_in(given, worker, 手机=PHONE, 身份证号=ID_NUMBER)
    (shown,) = [one for one in given.see(people_of, given.community.id, by=worker) if one.name == "孙伯"]

    done = brought_in(given, worker, 手机=shown.phone, 身份证号=masked_id_number(ID_NUMBER))

    assert (done.unchanged, done.refused) == (1, [])
    assert given.see(person_file, uncle.id, by=worker).phone == masked_phone(PHONE)
    found = door.read_now(lambda session: person_with_id_number(session, given.community.id, ID_NUMBER).id)
    assert found == uncle.id


def test_where_there_is_no_number_a_masked_one_is_refused_with_a_sentence(given):
    worker = given.worker()

    done = brought_in(given, worker, 手机="138****5678")

    assert [one.zh for one in done.refused] == ["手机：这是打码后的号码，请填写完整的。"]
    draft = PersonDraft(community_id=given.community.id, name="孙伯", id_number="110105********002X")
    with pytest.raises(CannotBeRead):
        given.do(register_person, draft, by=worker)
