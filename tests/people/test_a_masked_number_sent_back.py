"""What was shown masked, sent back, never takes the place of the real value: whichever field, on whichever way."""

import string
from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.recorded import value_from
from core_db.foundation.sealing import is_masked, masked_id_number, masked_phone, shows_mask
from core_db.neighbourhood.kinds import KINDS
from core_db.people import (
    PersonCorrection,
    PersonDraft,
    check_digit,
    correct_person,
    import_people,
    known_in,
    people_of,
    person_file,
    register_person,
)
from core_db.people.changing import said_in_full
from core_db.people.commands import person_with_id_number
from core_db.people.fields import EDITABLE, FIELDS, RegisterField
from core_db.people.model import Person
from core_db.places.fields import FIELDS_OF
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


SEALED = {
    f"{of} {name}": spec
    for of, fields in {
        "person": FIELDS,
        **FIELDS_OF,
        **{str(one): kind.fields for one, kind in KINDS.items()},
    }.items()
    for name, spec in fields.items()
    if spec.is_sealed
}


@pytest.mark.parametrize("field", SEALED)
@for_all(value=some.text(min_size=1))
def test_no_sealed_field_takes_the_mask_of_any_value(field, value):
    spec = SEALED[field]

    with pytest.raises(CannotBeRead) as refused:
        value_from(spec, spec.mask(value), date(2026, 11, 27))

    assert refused.value.faults["value"][0] == "这是打码后的内容，请填写完整的。"


@pytest.mark.parametrize("value", ["阿依古丽•买买提", "A*STAR 研究所", "友谊路街道牡丹一村12号101室"])
def test_a_dot_in_a_name_and_a_star_in_a_word_are_no_mask(value):
    assert len(SEALED) > 14
    assert not shows_mask(value)


@pytest.fixture
def uncle(given):
    draft = PersonDraft(community_id=given.community.id, name="孙伯", phone=PHONE, id_number=ID_NUMBER)
    return given.do(register_person, draft, by=given.worker())


def brought_in(given, worker, **cells):
    row = {"楼号": given.building.name, "室号": "101室", "姓名": "孙伯"} | cells
    columns = {"building": "楼号", "room": "室号", "name": "姓名", "phone": "手机", "id_number": "身份证号"}
    columns |= {str(one): FIELDS[one].words[0] for one in EDITABLE if str(one) not in columns}
    known = given.door.read_now(lambda session: known_in(session, given.community.id))
    rows = [SheetRow(2, dict.fromkeys(columns.values(), "") | row)]
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


ALL = {
    "former_name": "孙小明", "birth": "1949-12-31", "ethnic_group": "01", "native_place": "江苏南通",
    "marital_status": "20", "political_status": "13", "workplace": "宝山印刷厂", "hukou_address": "友谊路12号",
}  # fmt: skip


def registers(given, worker, **said):
    draft = read_draft(PersonDraft, {"community_id": given.community.id, "name": "钱伯", **said})
    return given.do(register_person, draft, by=worker)


def test_of_no_field_does_what_was_masked_change_anything(given, door):
    worker, numbers = given.worker(), {"phone": PHONE, "id_number": ID_NUMBER}
    draft = PersonDraft(community_id=given.community.id, name="孙伯", **numbers, **ALL)
    uncle = given.do(register_person, draft, by=worker)
    file = given.see(person_file, uncle.id, by=worker)
    shown = {one: file.masked(one) for one in (*ALL, *numbers)}
    before = door.read_now(lambda session: dict(session.get(Person, uncle.id)))
    assert not set(shown.values()) & {"", *ALL.values(), *numbers.values()}
    cells = {FIELDS[one].words[0]: value for one, value in shown.items() if one in ALL}

    done = brought_in(given, worker, 手机=shown["phone"], 身份证号=ID_NUMBER, **cells)

    assert (done.refused, done.registered) == ([], 0)
    for field, value in shown.items():
        correction = PersonCorrection(field=field, value=value)
        with pytest.raises(CannotBeRead):
            given.do(correct_person, uncle.id, correction, by=worker)
        with pytest.raises(CannotBeRead):
            registers(given, worker, **{field: value})
    after = door.read_now(lambda session: dict(session.get(Person, uncle.id)))
    assert {name: after[name] for name in after if name.endswith("_sealed")} == {
        name: before[name] for name in before if name.endswith("_sealed")
    }


def test_words_with_stars_in_them_are_words_and_what_is_shown_of_others_is_refused(given, door):
    """A firm may be called so. Thrown away without a word, it would be missed by nobody."""
    worker = given.worker()
    draft = PersonDraft(
        community_id=given.community.id,
        name="孙伯",
        id_number=ID_NUMBER,
        former_name="孙小明",
        workplace="印刷厂",
    )
    uncle = given.do(register_person, draft, by=worker)

    named = brought_in(given, worker, 身份证号=ID_NUMBER, 工作单位="宝山**印刷厂", 曾用名="孙＊＊")
    again = brought_in(given, worker, 身份证号=ID_NUMBER, 工作单位="***", 曾用名="孙**")
    wrong = [
        brought_in(given, worker, 身份证号=ID_NUMBER, **cell).refused[0].zh
        for cell in ({"曾用名": "李**"}, {"户籍地址": "***"})
    ]

    assert (named.updated, again.unchanged, named.refused + again.refused) == (1, 1, [])
    assert wrong == [f"{name}：这是打码后的内容，请填写完整的。" for name in ("曾用名", "户籍地址")]
    said = door.read_now(
        lambda session: [
            said_in_full(session, session.get(Person, uncle.id), one)
            for one in (RegisterField.WORKPLACE, RegisterField.FORMER_NAME)
        ]
    )
    assert said == ["宝山**印刷厂", "孙小明"]


def test_where_there_is_no_number_a_masked_one_is_refused_with_a_sentence(given):
    worker = given.worker()

    done = brought_in(given, worker, 手机="138****5678")

    assert [one.zh for one in done.refused] == ["手机：这是打码后的内容，请填写完整的。"]
    draft = PersonDraft(community_id=given.community.id, name="孙伯", id_number="110105********002X")
    with pytest.raises(CannotBeRead):
        given.do(register_person, draft, by=worker)
